//! What a program asks of the memo of a world.

use std::fmt;

use super::World;
use crate::entity::{EcsId, ExecutionId};
use crate::error::Result;
use crate::memo::{MemoStatistics, Memos};

/// The memo of a world: the results of its callables that say `#[callable(memo)]`, kept for equal calls.
///
/// Everything else about them is on the page on memos of the guide. What is forgotten here is computed again
/// when it is next asked for; a call that runs meanwhile is not kept. Nothing is taken from the record.
///
/// ```standalone_crate
/// use ecs::prelude::*;
///
/// #[callable(memo)]
/// fn square(x: u64) -> u64 { x * x }
///
/// let world = World::in_memory()?;
/// let computed = world.execute("square", args! { x: 12 }).wait()?;
/// let reused = world.execute("square", args! { x: 12 }).wait()?;
/// assert_eq!(reused.execution().reused(), Some(computed.execution().id));
/// assert_eq!((world.memo().statistics().hits, world.memo().statistics().misses), (1, 1));
///
/// assert_eq!(world.memo().forget_callable("square")?, 1);
/// assert_eq!(world.execute("square", args! { x: 12 }).wait()?.execution().reused(), None);
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Memo<'w> {
    world: &'w World,
}

impl<'w> Memo<'w> {
    pub(super) fn new(world: &'w World) -> Self {
        Self { world }
    }

    fn memos(&self) -> &'w Memos {
        self.world.0.memos()
    }

    /// How it has fared.
    #[must_use]
    pub fn statistics(&self) -> MemoStatistics {
        self.memos().statistics()
    }

    /// Forgets every result of a callable; tells how many those were.
    ///
    /// # Errors
    ///
    /// `unknown-callable`, with the name most like the one given.
    pub fn forget_callable(&self, name: &str) -> Result<usize> {
        let name = self.world.0.registry().callable(name)?.description().name;
        Ok(self.memos().forget(|kept| kept.execution.callable() == name))
    }

    /// Forgets every result that was computed from an entity or a config with the content of this version; tells
    /// how many those were.
    ///
    /// # Errors
    ///
    /// `unknown-version`.
    pub fn forget_input(&self, version: impl Into<EcsId>) -> Result<usize> {
        let content = self.world.version(version.into())?.content_hash();
        Ok(self.memos().forget(|kept| kept.is_of_input(content)))
    }

    /// Forgets the result that an execution computed or reused; tells how many those were.
    ///
    /// # Errors
    ///
    /// `unknown-execution`.
    pub fn forget_execution(&self, execution: ExecutionId) -> Result<usize> {
        let execution = self.world.execution(execution)?;
        let computed = execution.reused().unwrap_or(execution.id);
        Ok(self.memos().forget(|kept| kept.execution.id == computed))
    }

    /// Forgets every result, and the statistics.
    pub fn clear(&self) {
        self.memos().clear();
    }
}

impl fmt::Debug for Memo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Memo").field(&self.statistics()).finish()
    }
}
