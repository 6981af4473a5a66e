//! Many calls, some at a time, their results in order.
//!
//! The batch's own future, or who waits for it, pulls calls from the iterator into a [`Queue`](queue::Queue)
//! and gives out results ([`Run`](run::Run)). [`work`](worker::work)ers take calls from the queue, as many
//! as calls may be under way; where they run, [`Workers`](workers::Workers) says.

mod awaited;
mod progress;
mod queue;
mod results;
mod run;
mod stop;
mod worker;
mod workers;

use std::fmt;
use std::num::NonZero;

use tokio_util::sync::CancellationToken;

pub use self::awaited::{BatchFuture, BatchStream, ForEach};
pub use self::progress::Progress;
use crate::call::BatchCall;
use crate::error::Result;

type OnProgress<'b> = Box<dyn FnMut(Progress) + Send + 'b>;

/// The result of a call of the iterator `I`.
pub(crate) type ResultOf<I> = Result<<<I as Iterator>::Item as BatchCall>::Output>;

/// Many calls, made by [`World::batch`](crate::World::batch); they run when it is awaited.
///
/// Awaiting it, or [`wait`](Self::wait), gives one result for each call, in the order of the calls;
/// [`stream`](Self::stream) and [`for_each`](Self::for_each) give them one by one, and take no more memory
/// however long the batch is.
///
/// Where the calls run:
///
/// * In a tokio runtime, awaited: in tasks of that runtime, so that synchronous functions run on as many
///   threads as it has.
/// * Waited for: on threads of the batch's own.
/// * Awaited without a tokio runtime: in the batch's own future. Synchronous functions run one after the
///   other there; asynchronous ones wait together.
///
/// A batch that is dropped before it is done drops the calls that are under way, which are recorded as
/// cancelled; a synchronous function that is running goes on to its end, and is not committed. Calls that
/// had not begun leave nothing.
#[must_use = "the calls of a batch run when it is awaited"]
pub struct Batch<'b, I> {
    calls: I,
    concurrency: usize,
    on_progress: Option<OnProgress<'b>>,
    tokens: Vec<CancellationToken>,
    stops_on_failure: bool,
    /// Whether somebody waits for each result, and not for all.
    is_prompt: bool,
}

impl<'b, I: Iterator<Item: BatchCall>> Batch<'b, I> {
    pub(crate) fn new(calls: I) -> Self {
        let concurrency = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self { calls, concurrency, on_progress: None, tokens: Vec::new(), stops_on_failure: false, is_prompt: false }
    }

    /// How many calls may be under way at once; at least one. As many as the machine has cores, unless said.
    ///
    /// At most four times as many calls, or 64 if that is more, are pulled from the iterator ahead of the
    /// results that were given out.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Tells how far the batch has come, each time that a result is given out.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[callable]
    /// # fn square(x: u64) -> u64 { x * x }
    /// # let world = World::in_memory()?;
    /// let mut seen = Vec::new();
    /// let calls = (1..=3).map(|x| square::call(&world, x));
    /// world.batch(calls).on_progress(|progress| seen.push((progress.done, progress.total))).wait();
    /// assert_eq!(seen, [(1, Some(3)), (2, Some(3)), (3, Some(3))]);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn on_progress(mut self, on_progress: impl FnMut(Progress) + Send + 'b) -> Self {
        self.on_progress = Some(Box::new(on_progress));
        self.is_prompt = true;
        self
    }

    /// Lets the batch be cancelled by a token; several tokens if it is said several times.
    ///
    /// The calls under way are stopped as by [`Call::cancel_on`](crate::Call::cancel_on). Those that have not
    /// begun fail with `cancelled` without being run or recorded: there is one result for each call, so the
    /// iterator is pulled to its end all the same.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[callable]
    /// # fn square(x: u64) -> u64 { x * x }
    /// # let world = World::in_memory()?;
    /// let token = CancellationToken::new();
    /// token.cancel();
    /// let results = world.batch((1..=3).map(|x| square::call(&world, x))).cancel_on(&token).wait();
    /// assert!(results.into_iter().all(|result| result.unwrap_err().code() == "cancelled"));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn cancel_on(mut self, token: &CancellationToken) -> Self {
        self.tokens.push(token.clone());
        self
    }

    /// Cancels the batch, as a token would, as soon as one of its calls fails.
    pub fn stop_on_failure(mut self) -> Self {
        self.stops_on_failure = true;
        self
    }

    /// Gives the results one by one, in the order of the calls.
    ///
    /// The iterator is pulled, and calls are run, only so far ahead as [`concurrency`](Self::concurrency)
    /// says, however slowly the results are taken.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[callable]
    /// # fn square(x: u64) -> u64 { x * x }
    /// #[tokio::main(flavor = "current_thread")]
    /// async fn main() -> ecs::Result<()> {
    ///     let world = World::in_memory()?;
    ///     let mut squares = world.batch((1..).map(|x| square::call(&world, x))).stream();
    ///     let mut sum = 0;
    ///     while let Some(square) = squares.next().await {
    ///         sum += square?;
    ///         if sum > 1_000 { break }
    ///     }
    ///     assert_eq!(sum, 1_015);
    ///     Ok(())
    /// }
    /// ```
    pub fn stream(mut self) -> BatchStream<'b, I> {
        self.is_prompt = true;
        BatchStream::new(self)
    }

    /// Does something with each result, in the order of the calls.
    ///
    /// Awaited, or waited for with [`ForEach::wait`], it says how the calls went. What is said of
    /// [`stream`](Self::stream) holds here as well.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[callable]
    /// # fn reciprocal(x: u64) -> Result<f64, String> {
    /// #     if x == 0 { Err("zero has none".to_owned()) } else { Ok(1.0 / x as f64) }
    /// # }
    /// # let world = World::in_memory()?;
    /// let mut failed = Vec::new();
    /// let calls = (0..100).map(|x| reciprocal::call(&world, x));
    /// let progress = world.batch(calls).for_each(|index, result| {
    ///     if result.is_err() { failed.push(index); }
    /// }).wait();
    /// assert_eq!((progress.succeeded, progress.failed, failed), (99, 1, vec![0]));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn for_each<F: FnMut(usize, ResultOf<I>)>(mut self, each: F) -> ForEach<'b, I, F> {
        self.is_prompt = true;
        ForEach::new(self, each)
    }

    /// Runs the calls and waits for them on this thread, without a runtime.
    ///
    /// The calls run on threads of the batch's own, or on this one if only one may be under way. What is said
    /// of [`Call::wait`](crate::Call::wait) holds here as well.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[callable]
    /// # fn square(x: u64) -> u64 { x * x }
    /// # let world = World::in_memory()?;
    /// let squares = world.batch((1..=4).map(|x| square::call(&world, x))).concurrency(2).wait();
    /// assert_eq!(squares.into_iter().sum::<ecs::Result<u64>>()?, 30);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn wait(self) -> Vec<ResultOf<I>> {
        let mut results = Vec::with_capacity(self.calls.size_hint().0);
        ForEach::new(self, |_, result| results.push(result)).wait();
        results
    }
}

impl<'b, I: Iterator<Item: BatchCall>> IntoFuture for Batch<'b, I> {
    type Output = Vec<ResultOf<I>>;
    type IntoFuture = BatchFuture<'b, I>;

    fn into_future(self) -> BatchFuture<'b, I> {
        BatchFuture::new(self)
    }
}

impl<I> fmt::Debug for Batch<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch({} at a time)", self.concurrency)
    }
}
