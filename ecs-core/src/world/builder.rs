//! Making a world: where it keeps its versions, and what holds for all of its calls.

use std::sync::Arc;

use super::World;
use crate::conflict::OnConflict;
use crate::error::Result;
use crate::ground::Settings;
use crate::memo::Limits;
use crate::store::{MemoryStore, Store};

/// How deep calls may call each other, unless the world says otherwise.
const DEPTH_LIMIT: u32 = 256;

/// Makes a [`World`] with settings of your own.
///
/// ```standalone_crate
/// # use ecs::prelude::*;
/// let world = World::builder().on_conflict(OnConflict::Retry(10)).depth_limit(32).in_memory()?;
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a world is made by `in_memory` or `with_store`"]
pub struct WorldBuilder {
    settings: Settings,
}

impl Default for WorldBuilder {
    fn default() -> Self {
        let memo = Limits::default();
        Self { settings: Settings { on_conflict: OnConflict::Fail, depth_limit: DEPTH_LIMIT, memo } }
    }
}

impl WorldBuilder {
    /// What calls do when another commit came first, unless they or their callable say otherwise. With
    /// [`Branch`](OnConflict::Branch) it holds for [`World::commit`] as well. [`Fail`](OnConflict::Fail) unless
    /// said.
    pub fn on_conflict(mut self, on_conflict: OnConflict) -> Self {
        self.settings.on_conflict = on_conflict;
        self
    }

    /// How many calls a call may be inside of: calls that call each other in a circle end there with
    /// `too-deep`. 256 unless said.
    pub fn depth_limit(mut self, calls: u32) -> Self {
        self.settings.depth_limit = calls;
        self
    }

    /// How many results of callables with `memo` are kept; beyond it the one that was longest not used gives
    /// way. 65,536 unless said.
    pub fn memo_entries(mut self, results: usize) -> Self {
        self.settings.memo.entries = results;
        self
    }

    /// How many bytes of results of callables with `memo` are kept; beyond it those that were longest not used
    /// give way. 256 MiB unless said.
    ///
    /// A result counts the fields of all that it put out, with everything that is held, as a store would write
    /// them; what is plain in it twice, as it is kept twice; and what it takes to keep it. What the allocator
    /// rounds up is not counted, nor is the record of the execution.
    pub fn memo_bytes(mut self, bytes: usize) -> Self {
        self.settings.memo.bytes = bytes;
        self
    }

    /// A world that lives as long as the process.
    ///
    /// # Errors
    ///
    /// As [`World::in_memory`].
    pub fn in_memory(self) -> Result<World> {
        self.with_store(Arc::new(MemoryStore::default()))
    }

    /// A world over a store.
    ///
    /// # Errors
    ///
    /// As [`World::in_memory`].
    pub fn with_store(self, store: Arc<dyn Store>) -> Result<World> {
        World::new(store, self.settings)
    }
}
