//! The ways to have the results of a batch: all at once, one by one, or each handed to a closure.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use futures_core::Stream;

use super::run::Run;
use super::workers::{Awaited, Threads, Workers};
use super::{Batch, Progress, ResultOf};
use crate::call::BatchCall;
use crate::wait::block_on;

/// The results of a [`Batch`], one by one in the order of the calls; made by [`Batch::stream`].
#[must_use = "the calls of a batch run as their results are taken"]
pub struct BatchStream<'b, I: Iterator<Item: BatchCall>>(State<'b, I>);

enum State<'b, I: Iterator<Item: BatchCall>> {
    /// Until it is first polled, which decides where the calls run.
    Ready(Option<Batch<'b, I>>),
    Running(Run<'b, I, Awaited>),
}

// The iterator is never pinned.
impl<I: Iterator<Item: BatchCall>> Unpin for BatchStream<'_, I> {}

impl<'b, I: Iterator<Item: BatchCall>> BatchStream<'b, I> {
    pub(super) fn new(batch: Batch<'b, I>) -> Self {
        Self(State::Ready(Some(batch)))
    }

    /// The next result; `None` after the last.
    pub async fn next(&mut self) -> Option<ResultOf<I>> {
        poll_fn(|task| self.run().poll_next(task)).await
    }

    fn run(&mut self) -> &mut Run<'b, I, Awaited> {
        if let State::Ready(batch) = &mut self.0
            && let Some(batch) = batch.take()
        {
            self.0 = State::Running(Run::new(batch, Awaited::anywhere()));
        }
        match &mut self.0 {
            State::Running(run) => run,
            State::Ready(_) => unreachable!("a batch is there until it runs"),
        }
    }
}

impl<I: Iterator<Item: BatchCall>> Stream for BatchStream<'_, I> {
    type Item = ResultOf<I>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.run().poll_next(task)
    }
}

/// All results of a [`Batch`], in the order of the calls.
#[must_use = "the calls of a batch run when it is awaited"]
pub struct BatchFuture<'b, I: Iterator<Item: BatchCall>> {
    stream: BatchStream<'b, I>,
    results: Vec<ResultOf<I>>,
}

impl<I: Iterator<Item: BatchCall>> Unpin for BatchFuture<'_, I> {}

impl<'b, I: Iterator<Item: BatchCall>> BatchFuture<'b, I> {
    pub(super) fn new(batch: Batch<'b, I>) -> Self {
        Self { results: Vec::with_capacity(batch.calls.size_hint().0), stream: BatchStream::new(batch) }
    }
}

impl<I: Iterator<Item: BatchCall>> Future for BatchFuture<'_, I> {
    type Output = Vec<ResultOf<I>>;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Self::Output> {
        while let Some(result) = ready!(self.stream.run().poll_next(task)) {
            self.results.push(result);
        }
        Poll::Ready(std::mem::take(&mut self.results))
    }
}

/// A [`Batch`] whose results go to a closure; made by [`Batch::for_each`].
///
/// Awaited, it says how many calls succeeded.
#[must_use = "the calls of a batch run when it is awaited"]
pub struct ForEach<'b, I: Iterator<Item: BatchCall>, F> {
    stream: BatchStream<'b, I>,
    each: F,
}

impl<I: Iterator<Item: BatchCall>, F> Unpin for ForEach<'_, I, F> {}

impl<'b, I: Iterator<Item: BatchCall>, F: FnMut(usize, ResultOf<I>)> ForEach<'b, I, F> {
    pub(super) fn new(batch: Batch<'b, I>, each: F) -> Self {
        Self { stream: BatchStream::new(batch), each }
    }

    /// Runs the calls and waits for them on this thread; see [`Batch::wait`].
    ///
    /// # Panics
    ///
    /// If it was polled before.
    pub fn wait(mut self) -> Progress {
        let State::Ready(Some(batch)) = self.stream.0 else { panic!("a batch was waited for after it had begun") };
        if batch.concurrency == 1 {
            return each_of(&mut Run::new(batch, Awaited::here()), &mut self.each);
        }
        std::thread::scope(|scope| each_of(&mut Run::new(batch, Threads::new(scope)), &mut self.each))
    }
}

fn each_of<I, W>(run: &mut Run<'_, I, W>, each: &mut impl FnMut(usize, ResultOf<I>)) -> Progress
where
    I: Iterator<Item: BatchCall>,
    W: Workers,
{
    block_on(poll_fn(|task| poll_each(run, each, task)))
}

/// Hands each result to `each`, to the last.
fn poll_each<I, W>(
    run: &mut Run<'_, I, W>,
    each: &mut impl FnMut(usize, ResultOf<I>),
    task: &mut TaskContext<'_>,
) -> Poll<Progress>
where
    I: Iterator<Item: BatchCall>,
    W: Workers,
{
    while let Some(result) = ready!(run.poll_next(task)) {
        each(run.progress().done - 1, result);
    }
    Poll::Ready(run.progress())
}

impl<I: Iterator<Item: BatchCall>, F: FnMut(usize, ResultOf<I>)> Future for ForEach<'_, I, F> {
    type Output = Progress;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Progress> {
        let Self { stream, each } = &mut *self;
        poll_each(stream.run(), each, task)
    }
}
