//! A batch under way: pulls calls, has them run, and gives their results in order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};

use tokio::task::coop;
use tracing::{Instrument, Span};

use super::queue::Queue;
use super::results::{Present, Results};
use super::stop::Stop;
use super::worker::{may_begin, work};
use super::workers::Workers;
use super::{Batch, OnProgress, Progress, ResultOf};
use crate::call::BatchCall;

/// The least number of calls that may be pulled whose results have not been given out.
const LEAST_AHEAD: usize = 64;

/// The same, for each call that may be under way.
const AHEAD: usize = 4;

type BodyOf<I> = <<I as Iterator>::Item as BatchCall>::Body;
type OutputOf<I> = <<I as Iterator>::Item as BatchCall>::Output;

/// A batch under way.
pub(super) struct Run<'b, I: Iterator<Item: BatchCall>, W> {
    /// Until it has ended.
    calls: Option<I>,
    concurrency: usize,
    /// How many calls were pulled from it.
    pulled: usize,
    queue: Arc<Queue<BodyOf<I>>>,
    results: Arc<Results<OutputOf<I>>>,
    /// The results that are given out next.
    taken: VecDeque<ResultOf<I>>,
    /// Whether somebody waits for each result, and not for all.
    is_prompt: bool,
    progress: Progress,
    on_progress: Option<OnProgress<'b>>,
    stop: Stop,
    workers: W,
    started: usize,
    /// The span that the batch is awaited in.
    span: Span,
}

impl<'b, I: Iterator<Item: BatchCall>, W: Workers> Run<'b, I, W> {
    pub(super) fn new(batch: Batch<'b, I>, workers: W) -> Self {
        let Batch { calls, concurrency, on_progress, tokens, stops_on_failure, is_prompt } = batch;
        Self {
            progress: Progress::of(&calls),
            calls: Some(calls),
            concurrency,
            pulled: 0,
            queue: Arc::new(Queue::new()),
            results: Arc::new(Results::new()),
            taken: VecDeque::new(),
            is_prompt,
            on_progress,
            stop: Stop::new(tokens, stops_on_failure),
            workers,
            started: 0,
            span: Span::current(),
        }
    }

    pub(super) fn progress(&self) -> Progress {
        self.progress
    }

    /// The next result, in the order of the calls.
    pub(super) fn poll_next(&mut self, task: &mut TaskContext<'_>) -> Poll<Option<ResultOf<I>>> {
        // Where results come faster than they are used, what else the task does has its turn as well.
        let turn = ready!(coop::poll_proceed(task));
        loop {
            self.pull();
            if let Some(result) = self.taken.pop_front() {
                turn.made_progress();
                self.count(result.is_ok());
                return Poll::Ready(Some(result));
            }
            if self.ahead() == 0 {
                return self.poll_end(task).map(|()| None);
            }
            self.workers.poll(task);
            let wanted = self.wanted();
            if !ready!(self.results.poll_take(&mut self.taken, wanted, task)) {
                self.refuse_the_rest();
            }
        }
    }

    /// Waits for the workers, which have nothing more to do: a batch that is done leaves nothing behind.
    fn poll_end(&mut self, task: &mut TaskContext<'_>) -> Poll<()> {
        drop(self.queue.close());
        self.workers.poll(task);
        self.results.poll_take(&mut self.taken, 1, task).map(|_none| ())
    }

    /// How many calls were pulled whose results have not been given out.
    fn ahead(&self) -> usize {
        self.pulled - self.progress.done
    }

    fn most_ahead(&self) -> usize {
        self.concurrency.saturating_mul(AHEAD).max(LEAST_AHEAD)
    }

    /// How many results are worth being woken for, where calls are shorter than waking somebody.
    fn wanted(&self) -> usize {
        match self.calls {
            _ if self.is_prompt => 1,
            Some(_) => self.most_ahead() / 2,
            None => self.ahead(),
        }
    }

    /// Pulls as many calls as may be ahead of the results, once there is room for half of them.
    fn pull(&mut self) {
        if self.most_ahead() - self.ahead() < self.most_ahead() / 2 {
            return;
        }
        while self.ahead() < self.most_ahead() {
            let Some(call) = self.calls.as_mut().and_then(Iterator::next) else {
                self.calls = None;
                return;
            };
            self.results.expect_one();
            if self.started < self.concurrency {
                self.start_worker();
            }
            self.queue.push(self.pulled, call.into_owned());
            self.pulled += 1;
        }
    }

    fn start_worker(&mut self) {
        let (queue, stop) = (Arc::clone(&self.queue), self.stop.for_worker());
        let (present, span) = (Present::new(&self.results), self.span.clone());
        self.workers.start(Box::pin(async move {
            work(queue, present.results(), stop).instrument(span).await;
            // Only now, so that nothing is held any more when it is said that the worker is gone.
            drop(present);
        }));
        self.started += 1;
    }

    fn count(&mut self, is_success: bool) {
        self.progress.count(is_success);
        if let Some(on_progress) = &mut self.on_progress {
            on_progress(self.progress);
        }
    }

    /// Every worker is lost, with the runtime that it ran on.
    #[cold]
    fn refuse_the_rest(&mut self) {
        self.stop.stop();
        for (index, call) in self.queue.close() {
            if let Err(refused) = may_begin(&call, &self.stop) {
                self.results.put(index, Err(refused));
            }
        }
    }
}

impl<I: Iterator<Item: BatchCall>, W> Drop for Run<'_, I, W> {
    fn drop(&mut self) {
        // A function that cannot be dropped where it waits finishes, and is not committed.
        self.stop.stop();
        drop(self.queue.close());
    }
}
