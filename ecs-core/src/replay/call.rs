//! A replay, ready to run.

use std::future::IntoFuture;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::outcome::Replay;
use super::run;
use crate::callable::BoxFuture;
use crate::entity::ExecutionId;
use crate::error::Result;
use crate::scope::CallOptions;
use crate::wait::block_on;
use crate::world::World;

/// A replay that runs when it is awaited, or on this thread by [`wait`](Self::wait).
///
/// One that is dropped before it is done leaves nothing.
#[derive(Debug)]
#[must_use = "a replay runs when it is awaited"]
pub struct ReplayCall<'w> {
    world: &'w World,
    execution_id: ExecutionId,
    options: CallOptions,
}

impl<'w> ReplayCall<'w> {
    pub(super) fn new(world: &'w World, execution_id: ExecutionId) -> Self {
        Self { world, execution_id, options: CallOptions::default() }
    }

    /// Lets the replay take so long. One that is not done by then is [not
    /// replayable](crate::NotReplayable::Unfinished); how it is stopped is as with
    /// [`Call::timeout`](crate::Call::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Lets the replay be cancelled by a token; it fails with `cancelled` then.
    pub fn cancel_on(mut self, token: &CancellationToken) -> Self {
        self.options.tokens.push(token.clone());
        self
    }

    /// Runs the replay on this thread and waits for it; see [`Call::wait`](crate::Call::wait).
    ///
    /// # Errors
    ///
    /// As awaiting the replay itself.
    pub fn wait(self) -> Result<Replay> {
        block_on(self.into_future())
    }
}

impl<'w> IntoFuture for ReplayCall<'w> {
    type Output = Result<Replay>;
    type IntoFuture = BoxFuture<'w, Result<Replay>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { world, execution_id, options } = self;
        Box::pin(async move { run::replay(world, world.execution(execution_id)?, options).await })
    }
}
