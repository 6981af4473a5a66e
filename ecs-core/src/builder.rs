//! Making a world: where it keeps its versions, and what holds for all of its calls.

use std::sync::Arc;

use crate::conflict::OnConflict;
use crate::error::Result;
use crate::store::{MemoryStore, Store};
use crate::world::World;

/// How deep calls may call each other, unless the world says otherwise.
const DEPTH_LIMIT: u32 = 256;

/// What holds for all calls of a world.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) on_conflict: OnConflict,
    pub(crate) depth_limit: u32,
}

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
        Self { settings: Settings { on_conflict: OnConflict::Fail, depth_limit: DEPTH_LIMIT } }
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
