//! What a world stands on: its store, and what is kept beside it for as long as the process lives.
//!
//! Everything that works in a world takes this. The [`World`](crate::World) that a program holds is a handle to it.

mod publish;
mod reading;
mod storing;

use std::fmt;
use std::sync::Arc;

pub(crate) use self::publish::say_versions;
use crate::config::ConfigIndex;
use crate::conflict::OnConflict;
use crate::entity::{ExecutionId, StoreTag};
use crate::event::{About, EventKind, Events, Payload};
use crate::memo::{Limits, Memos};
use crate::registry::Registry;
use crate::store::Store;

/// What a world stands on.
pub(crate) struct Ground {
    store: Arc<dyn Store>,
    registry: &'static Registry,
    configs: Arc<ConfigIndex>,
    tag: StoreTag,
    memos: Memos,
    settings: Settings,
    events: Events,
    /// The execution that is replayed here, if this is for that.
    replayed: Option<ExecutionId>,
}

/// What holds for all calls of a world.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) on_conflict: OnConflict,
    pub(crate) depth_limit: u32,
    pub(crate) memo: Limits,
}

impl Ground {
    pub(crate) fn new(store: Arc<dyn Store>, registry: &'static Registry, settings: Settings) -> Self {
        Self::of(store, registry, Arc::default(), settings, None)
    }

    /// One with the settings of this, to replay an execution in: over another store, which reads what is here, and
    /// keeps what is done to itself.
    pub(crate) fn over(&self, over: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>, replayed: ExecutionId) -> Self {
        let configs = Arc::new(ConfigIndex::over(&self.configs));
        Self::of(over(Arc::clone(&self.store)), self.registry, configs, self.settings.clone(), Some(replayed))
    }

    fn of(
        store: Arc<dyn Store>,
        registry: &'static Registry,
        configs: Arc<ConfigIndex>,
        settings: Settings,
        replayed: Option<ExecutionId>,
    ) -> Self {
        let tag = store.tag();
        let (memos, events) = (Memos::new(settings.memo), Events::new(settings.depth_limit));
        Self { store, registry, configs, tag, memos, settings, events, replayed }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn memos(&self) -> &Memos {
        &self.memos
    }

    pub(crate) fn events(&self) -> &Events {
        &self.events
    }

    pub(crate) fn registry(&self) -> &'static Registry {
        self.registry
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The execution that is replayed here, if this is for that.
    pub(crate) fn replayed(&self) -> Option<ExecutionId> {
        self.replayed
    }

    /// Tells the versions of this world from those of others.
    pub(crate) fn tag(&self) -> StoreTag {
        self.tag
    }

    /// Publishes what a program tells.
    pub(crate) fn tell(&self, about: About, payload: Payload) {
        self.events.publish(about).say(EventKind::UserDefined(payload));
    }
}

impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("World").field(&self.store).finish()
    }
}
