//! Many replays, summed up.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{IntoFuture, poll_fn};
use std::task::Poll;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::outcome::{Replay, ReplayOutcome};
use super::run;
use crate::callable::BoxFuture;
use crate::error::{ErrorKind, Result};
use crate::filter::ExecutionFilter;
use crate::scope::CallOptions;
use crate::wait::block_on;
use crate::world::World;

type OnProgress<'w> = Box<dyn FnMut(usize, usize) + Send + 'w>;

/// Replays of many executions, one after the other, that run when this is awaited, or on this thread by
/// [`wait`](Self::wait).
#[must_use = "replays run when they are awaited"]
pub struct ReplayAll<'w> {
    world: &'w World,
    filter: ExecutionFilter,
    options: CallOptions,
    on_progress: Option<OnProgress<'w>>,
}

impl<'w> ReplayAll<'w> {
    pub(super) fn new(world: &'w World, filter: ExecutionFilter) -> Self {
        Self { world, filter, options: CallOptions::default(), on_progress: None }
    }

    /// Tells after each replay how many are done, and of how many.
    pub fn on_progress(mut self, tell: impl FnMut(usize, usize) + Send + 'w) -> Self {
        self.on_progress = Some(Box::new(tell));
        self
    }

    /// Lets each replay take so long; see [`ReplayCall::timeout`](crate::ReplayCall::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Lets the replays be cancelled by a token: the summary is then of those that are done.
    pub fn cancel_on(mut self, token: &CancellationToken) -> Self {
        self.options.tokens.push(token.clone());
        self
    }

    /// Runs the replays on this thread and waits for them; see [`Call::wait`](crate::Call::wait).
    ///
    /// # Errors
    ///
    /// As awaiting them.
    pub fn wait(self) -> Result<ReplaySummary> {
        block_on(self.into_future())
    }

    async fn run(mut self) -> Result<ReplaySummary> {
        let executions = self.world.executions(&self.filter)?;
        let total = executions.len();
        let mut summary = ReplaySummary { left: total, ..ReplaySummary::default() };
        for execution in executions {
            if self.options.tokens.iter().any(CancellationToken::is_cancelled) {
                break;
            }
            match run::replay(self.world, execution, self.options.clone()).await {
                Ok(replay) => summary.add(replay),
                Err(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }) => break,
                Err(error) => return Err(error),
            }
            if let Some(tell) = &mut self.on_progress {
                tell(total - summary.left, total);
            }
            // A synchronous function never waits, and others want to go on as well.
            give_way().await;
        }
        Ok(summary)
    }
}

/// Lets other tasks go on. That of tokio would not come back to who waits on the thread that those need.
async fn give_way() {
    let mut has_given = false;
    poll_fn(|task| {
        if std::mem::replace(&mut has_given, true) {
            return Poll::Ready(());
        }
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl<'w> IntoFuture for ReplayAll<'w> {
    type Output = Result<ReplaySummary>;
    type IntoFuture = BoxFuture<'w, Result<ReplaySummary>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for ReplayAll<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayAll").field("filter", &self.filter).finish_non_exhaustive()
    }
}

/// What came of the replays of many executions.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReplaySummary {
    /// How many gave the same.
    pub identical: usize,
    /// How many did not.
    pub different: usize,
    /// How many could not be replayed, by the [name](crate::NotReplayable::name) of the reason.
    pub not_replayable: BTreeMap<&'static str, usize>,
    /// How many were left when the replays were cancelled.
    pub left: usize,
    /// Every replay that is not identical, in the order of the executions.
    pub others: Vec<Replay>,
}

impl ReplaySummary {
    /// How many executions were to be replayed.
    #[must_use]
    pub fn total(&self) -> usize {
        self.identical + self.others.len() + self.left
    }

    /// Whether every execution was replayed and gave the same.
    #[must_use]
    pub fn is_identical(&self) -> bool {
        self.identical == self.total()
    }

    fn add(&mut self, replay: Replay) {
        self.left -= 1;
        match &replay.outcome {
            ReplayOutcome::Identical => {
                self.identical += 1;
                return;
            }
            ReplayOutcome::Different { .. } => self.different += 1,
            ReplayOutcome::NotReplayable { reason } => *self.not_replayable.entry(reason.name()).or_default() += 1,
        }
        self.others.push(replay);
    }
}

impl fmt::Display for ReplaySummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        write!(f, "{total} execution{}: {} identical", if total == 1 { "" } else { "s" }, self.identical)?;
        if self.different > 0 {
            write!(f, ", {} different", self.different)?;
        }
        for (reason, count) in &self.not_replayable {
            write!(f, ", {count} not replayable ({reason})")?;
        }
        if self.left > 0 {
            write!(f, ", {} left when cancelled", self.left)?;
        }
        self.others.iter().try_for_each(|replay| write!(f, "\n{replay}"))
    }
}
