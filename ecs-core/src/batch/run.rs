//! A batch under way: pulls calls, has them run, and gives their results in order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tracing::{Instrument, Span};

use super::queue::Queue;
use super::stop::Stop;
use super::worker::{Finished, Results, may_begin, work};
use super::workers::Workers;
use super::{Batch, OnProgress, Progress, ResultOf};
use crate::callable::BatchCall;

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
    queue: Arc<Queue<BodyOf<I>>>,
    /// The results of calls that were pulled, the next one to give out first; `None` for those that are
    /// not done.
    pulled: VecDeque<Option<ResultOf<I>>>,
    progress: Progress,
    on_progress: Option<OnProgress<'b>>,
    stop: Stop,
    workers: W,
    started: usize,
    /// For workers that may still be started.
    results: Option<Results<OutputOf<I>>>,
    finished: UnboundedReceiver<Finished<OutputOf<I>>>,
    /// The span that the batch is awaited in.
    span: Span,
}

impl<'b, I: Iterator<Item: BatchCall>, W: Workers> Run<'b, I, W> {
    pub(super) fn new(batch: Batch<'b, I>, workers: W) -> Self {
        let Batch { calls, concurrency, on_progress, tokens, stops_on_failure } = batch;
        let (results, finished) = unbounded_channel();
        Self {
            progress: Progress::of(&calls),
            calls: Some(calls),
            concurrency,
            queue: Arc::new(Queue::new()),
            pulled: VecDeque::new(),
            on_progress,
            stop: Stop::new(tokens, stops_on_failure),
            workers,
            started: 0,
            results: Some(results),
            finished,
            span: Span::current(),
        }
    }

    pub(super) fn progress(&self) -> Progress {
        self.progress
    }

    /// The next result, in the order of the calls.
    pub(super) fn poll_next(&mut self, task: &mut TaskContext<'_>) -> Poll<Option<ResultOf<I>>> {
        loop {
            self.pull();
            match self.pulled.front_mut() {
                None => return Poll::Ready(None),
                Some(next) => {
                    if let Some(result) = next.take() {
                        self.pulled.pop_front();
                        self.count(result.is_ok());
                        return Poll::Ready(Some(result));
                    }
                }
            }
            self.workers.poll(task);
            match ready!(self.finished.poll_recv(task)) {
                Some((index, result)) => self.put(index, result),
                None => self.refuse_the_rest(),
            }
        }
    }

    /// Pulls as many calls as may be ahead of the results.
    fn pull(&mut self) {
        let most_ahead = self.concurrency.saturating_mul(AHEAD).max(LEAST_AHEAD);
        while self.pulled.len() < most_ahead {
            let Some(call) = self.calls.as_mut().and_then(Iterator::next) else {
                self.calls = None;
                self.results = None;
                return;
            };
            self.queue.push(self.progress.done + self.pulled.len(), call.into_owned());
            self.pulled.push_back(None);
            self.start_worker();
        }
    }

    /// Starts one more worker, if there may be more.
    fn start_worker(&mut self) {
        if let Some(results) = &self.results {
            let worker = work(Arc::clone(&self.queue), results.clone(), self.stop.for_worker());
            self.workers.start(Box::pin(worker.instrument(self.span.clone())));
            self.started += 1;
        }
        if self.started == self.concurrency {
            self.results = None;
        }
    }

    fn put(&mut self, index: usize, result: ResultOf<I>) {
        self.pulled[index - self.progress.done] = Some(result);
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
                self.put(index, Err(refused));
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
