//! What a program holds: the store, the registry and the executor. What it stores is here; what it asks and calls, in a
//! file each.

mod calls;
mod events;
mod listing;
mod read;
mod record;

use std::fmt;
use std::sync::{Arc, Weak};

use crate::builder::{Settings, WorldBuilder};
use crate::callable::Registry;
use crate::config::{Config, ConfigIndex};
use crate::conflict::OnConflict;
use crate::entity::erased::Erased;
use crate::entity::tree::next::{Making, encode_flat, flat_version, next_version};
use crate::entity::tree::{DroppedInRoom, Node, fork_below, hash_node};
use crate::entity::{AnyStored, EcsId, Entity, ExecutionId, Id, Moment, Origin, StoreTag, Stored, with_tree};
use crate::error::{ErrorKind, Result};
use crate::event::Events;
use crate::execute::publish;
use crate::memo::Memos;
use crate::replay::Overlay;
use crate::signature::kind::Probe;
use crate::store::{AnyId, Commit, MemoryStore, Store};

/// A world of entities, and everything that was ever done to them.
///
/// A cheap handle: clones are the same world.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    registry: &'static Registry,
    configs: Arc<ConfigIndex>,
    tag: StoreTag,
    memos: Memos,
    settings: Settings,
    events: Events,
    /// The execution that is replayed here, if this world is for that.
    replayed: Option<ExecutionId>,
}

/// A world that may be gone: what subscribers hold.
#[derive(Clone)]
pub(crate) struct WeakWorld(Weak<Inner>);

impl WeakWorld {
    pub(crate) fn upgrade(&self) -> Option<World> {
        self.0.upgrade().map(World)
    }
}

impl World {
    /// A world that lives as long as the process.
    ///
    /// # Errors
    ///
    /// `duplicate-callable` or `duplicate-entity-type` if two of them have one name, with both
    /// source locations.
    pub fn in_memory() -> Result<Self> {
        Self::with_store(Arc::new(MemoryStore::default()))
    }

    /// A world over a store.
    ///
    /// # Errors
    ///
    /// As [`in_memory`](Self::in_memory).
    pub fn with_store(store: Arc<dyn Store>) -> Result<Self> {
        Self::builder().with_store(store)
    }

    /// Makes a world with settings of your own.
    pub fn builder() -> WorldBuilder {
        WorldBuilder::default()
    }

    pub(crate) fn new(store: Arc<dyn Store>, settings: Settings) -> Result<Self> {
        Ok(Self::of(store, Registry::get()?, Arc::default(), settings, None))
    }

    /// A world over this one, to replay an execution in: it reads what is here, and nothing that is done in
    /// it is ever seen here. Nobody subscribes to its events.
    pub(crate) fn scratch(&self, replayed: ExecutionId) -> Self {
        let Inner { store, registry, configs, settings, .. } = &*self.0;
        let overlay = Arc::new(Overlay::over(Arc::clone(store)));
        let configs = Arc::new(ConfigIndex::over(configs));
        Self::of(overlay, registry, configs, settings.clone(), Some(replayed))
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
        Self(Arc::new(Inner { store, registry, configs, tag, memos, settings, events, replayed }))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn memos(&self) -> &Memos {
        &self.0.memos
    }

    pub(crate) fn registry(&self) -> &'static Registry {
        self.0.registry
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.0.store.as_ref()
    }

    /// The execution that is replayed here, if this world is for that.
    pub(crate) fn replayed(&self) -> Option<ExecutionId> {
        self.0.replayed
    }

    /// Tells the versions of this world from those of others.
    pub(crate) fn tag(&self) -> StoreTag {
        self.0.tag
    }

    /// Writes a commit, and notes the configs in it.
    pub(crate) fn write(&self, commit: &Commit) -> Result<()> {
        self.store().commit(commit)?;
        for version in commit.versions.iter().filter(|version| version.entity_type().is_config()) {
            self.0.configs.note(version);
        }
        // Noted once it is used again: most of those that a call makes are its alone.
        let execution_id = commit.execution.as_ref().map(|execution| execution.id);
        for config in commit.shared.iter().filter(|version| version.execution_id() != execution_id) {
            self.0.configs.note_written(config);
        }
        if commit.execution.is_none() {
            publish::stored(self, commit);
        }
        Ok(())
    }

    /// Stores a new thing: the first version of its lineage.
    ///
    /// # Errors
    ///
    /// `already-stored` if the lineage has versions; change those with a callable or
    /// [`commit`](Self::commit). `hidden-entity` or `not-recordable` if the value cannot be stored.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// #[derive(Entity, Clone, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String }
    ///
    /// let world = World::in_memory()?;
    /// let alice = world.insert(Student { id: Id::new(), name: "Alice".into() })?;
    /// assert_eq!(world.get::<Student>(alice.ecs_id())?.name, "Alice");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn insert<T: Entity>(&self, value: T) -> Result<Stored<T>> {
        let value = DroppedInRoom::new(Box::new(value));
        let lineage_id = value.get().node_id().lineage_id();
        if let Some(head) = self.store().head(lineage_id)? {
            return Err(ErrorKind::AlreadyStored { type_name: T::TYPE.name(), lineage_id, head: head.ecs_id() }.into());
        }
        self.adopt(value.take())?.downcast()
    }

    /// Stores a value that was changed outside any callable: the next version, if it differs from
    /// the version it was read from; that version, if it does not.
    ///
    /// # Errors
    ///
    /// `conflict` if another version came first, `never-read` if the value belongs to a stored
    /// lineage but was read from no version of it, `foreign-entity` if it was read in another
    /// world.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let raised = world.commit(Student { gpa: 3.8, ..(*alice).clone() })?;
    /// assert_eq!(raised.parent(), Some(alice.ecs_id()));
    /// assert_eq!(world.commit((*raised).clone())?, raised); // nothing differs, nothing is written
    /// assert_eq!(world.commit(Student { gpa: 4.0, ..(*alice).clone() }).unwrap_err().code(), "conflict");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn commit<T: Entity>(&self, value: T) -> Result<Stored<T>> {
        self.adopt(Box::new(value))?.downcast()
    }

    /// Makes sure that a value is a version: the stored one it equals, the next one, or the first.
    pub(crate) fn adopt(&self, value: Box<dyn Node>) -> Result<AnyStored> {
        let value = DroppedInRoom::new(value);
        let (id, type_name) = (value.get().node_id(), value.get().node_type().name());
        let lineage_id = id.lineage_id();
        let read_from = match id.ecs_id() {
            None => None,
            Some(ecs_id) => match self.find_unless_gone(ecs_id)? {
                Some(version) => Some(version),
                None => match self.write_pending(ecs_id, value.get())? {
                    Some(config) => Some(config),
                    None => return Err(ErrorKind::ForeignEntity { type_name, ecs_id }.into()),
                },
            },
        };
        let (base, origin) = match read_from {
            Some(version) if version.lineage_id() == lineage_id => {
                let origin = Origin::Next(version.ecs_id());
                (Some(version), origin)
            }
            source => match self.store().head(lineage_id)? {
                Some(head) if head.has_content(value.get())? => return Ok(head),
                Some(head) => {
                    return Err(ErrorKind::NeverRead { type_name, lineage_id, head: head.ecs_id() }.into());
                }
                None => (None, source.map_or(Origin::New, |source| Origin::Fork(source.ecs_id()))),
            },
        };
        let find = |ecs_id| self.find_unless_gone(ecs_id);
        let making = self.making(&find, Moment::now(), None);
        match (next_version(value.take(), base.as_ref(), origin, &making)?, base) {
            (Some(stored), _) => {
                let versions = with_tree(stored.clone()).collect();
                let is_branching = self.settings().on_conflict == OnConflict::Branch;
                self.write(&Commit { versions, is_branching, ..Commit::default() })?;
                Ok(stored)
            }
            (None, Some(base)) => Ok(base),
            (None, None) => unreachable!("what was not there differs"),
        }
    }

    /// Writes a config that a call still under way was the first to use, and that is now needed as
    /// an entity by a call made from inside it.
    fn write_pending(&self, ecs_id: EcsId, value: &dyn Node) -> Result<Option<AnyStored>> {
        if !value.node_type().is_config() {
            return Ok(None);
        }
        let pending = self.0.configs.find(hash_node(value)?).map(|config| config.version);
        let pending = pending.filter(|config| config.ecs_id() == ecs_id);
        if let Some(config) = &pending {
            self.write(&Commit { shared: with_tree(config.clone()).collect(), ..Commit::default() })?;
        }
        Ok(pending)
    }

    /// Makes sure that a handle is to a version of this world.
    pub(crate) fn own(&self, stored: AnyStored, erased: &Erased) -> Result<AnyStored> {
        if stored.header().store == self.0.tag {
            return Ok(stored);
        }
        match self.find_version(stored.ecs_id())? {
            Some(version) => erased.check(version),
            None => Err(self.not_here(AnyId::Version(stored.ecs_id()))),
        }
    }

    /// The stored config with the content of `value`, or a new one that is stored with the next
    /// commit that uses it.
    ///
    /// A config is its content: a changed copy of a stored config is another config, which
    /// remembers the one it was changed from.
    pub(crate) fn intern(
        &self,
        value: Box<dyn Node>,
        moment: Moment,
        execution_id: Option<ExecutionId>,
    ) -> Result<Config> {
        let value = DroppedInRoom::new(value);
        // Hashed once; one that holds others is seldom a config.
        let encoding = if value.get().holds_entities() { None } else { Some(encode_flat(value.get())?) };
        let hash = match &encoding {
            Some(encoding) => encoding.hash,
            None => hash_node(value.get())?,
        };
        self.0.configs.find_or_make(hash, || {
            if let Some(version) = self.store().config(hash)? {
                return Ok(Config { version, is_written: true });
            }
            let mut value = value.take();
            let id = value.node_id();
            let source = match id.ecs_id() {
                Some(ecs_id) => self.find_version(ecs_id)?,
                None => None,
            };
            if id.is_unset() || source.is_some() || self.store().head(id.lineage_id())?.is_some() {
                value.stamp(Id::at(moment));
                fork_below(&mut *value);
            }
            let origin = source.map_or(Origin::New, |source| Origin::Fork(source.ecs_id()));
            let version = match encoding {
                Some(encoding) => {
                    let find = |ecs_id| self.find_unless_gone(ecs_id);
                    flat_version(value, encoding, origin, &self.making(&find, moment, execution_id))
                }
                None => self.first_version(value, origin, moment, execution_id)?,
            };
            Ok(Config { version, is_written: false })
        })
    }

    /// A config that was given as it is, with what is known of it.
    pub(crate) fn known(&self, version: AnyStored) -> Config {
        let same = self.0.configs.find(version.content_hash());
        let is_written = same.is_some_and(|same| same.version.ecs_id() == version.ecs_id() && same.is_written);
        Config { version, is_written }
    }

    /// A new version of a generated entity, not yet written.
    pub(crate) fn make_version(
        &self,
        mut value: Box<dyn Node>,
        moment: Moment,
        execution_id: ExecutionId,
    ) -> Result<AnyStored> {
        value.stamp(Id::at(moment));
        self.first_version(value, Origin::New, moment, Some(execution_id))
    }

    /// The first version of a thing, not yet written.
    fn first_version(
        &self,
        value: Box<dyn Node>,
        origin: Origin,
        moment: Moment,
        execution_id: Option<ExecutionId>,
    ) -> Result<AnyStored> {
        let find = |ecs_id| self.find_unless_gone(ecs_id);
        match next_version(value, None, origin, &self.making(&find, moment, execution_id))? {
            Some(stored) => Ok(stored),
            None => unreachable!("what was not there differs"),
        }
    }

    /// What new versions of this world are made with.
    pub(crate) fn making<'m>(
        &self,
        find: &'m dyn Fn(EcsId) -> Result<Option<AnyStored>>,
        moment: Moment,
        execution_id: Option<ExecutionId>,
    ) -> Making<'m> {
        Making { find, settled: None, moment, execution_id, store: self.0.tag }
    }

    pub(crate) fn downgrade(&self) -> WeakWorld {
        WeakWorld(Arc::downgrade(&self.0))
    }
}

impl Probe<World> {
    #[doc(hidden)]
    pub const WORLD: bool = true;
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("World").field(&self.0.store).finish()
    }
}
