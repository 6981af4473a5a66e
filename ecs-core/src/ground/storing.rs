//! How versions are made and get into the store.

use super::{Ground, publish};
use crate::config::Config;
use crate::conflict::OnConflict;
use crate::entity::erased::Erased;
use crate::entity::tree::next::{Making, flat_version, next_version};
use crate::entity::tree::{DroppedInRoom, Node, fork_below, hash_node};
use crate::entity::{AnyStored, EcsId, ExecutionId, Id, Moment, Origin, with_tree};
use crate::error::{ErrorKind, Result};
use crate::store::{AnyId, Commit};

impl Ground {
    /// Writes a commit, and notes the configs in it.
    #[inline]
    pub(crate) fn write(&self, commit: &Commit) -> Result<()> {
        self.store().commit(commit)?;
        for version in commit.versions.iter().filter(|version| version.entity_type().is_config()) {
            self.configs.note(version);
        }
        // Noted once it is used again: most of those that a call makes are its alone.
        let execution_id = commit.execution.as_ref().map(|execution| execution.id);
        for config in commit.shared.iter().filter(|version| version.execution_id() != execution_id) {
            self.configs.note_written(config);
        }
        if commit.execution.is_none() {
            publish::stored(self, commit);
        }
        Ok(())
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
        let pending = self.configs.find(hash_node(value)?).map(|config| config.version);
        let pending = pending.filter(|config| config.ecs_id() == ecs_id);
        if let Some(config) = &pending {
            self.write(&Commit { shared: with_tree(config.clone()).collect(), ..Commit::default() })?;
        }
        Ok(pending)
    }

    /// Makes sure that a handle is to a version of this world.
    #[inline]
    pub(crate) fn own(&self, stored: AnyStored, erased: &Erased) -> Result<AnyStored> {
        if stored.header().store == self.tag {
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
        let encoding = if value.get().holds_entities() { None } else { Some(value.get().encode_known()?) };
        let hash = match &encoding {
            Some(encoding) => encoding.hash,
            None => hash_node(value.get())?,
        };
        self.configs.find_or_make(hash, || {
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
        let same = self.configs.find(version.content_hash());
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
    #[inline]
    pub(crate) fn making<'m>(
        &self,
        find: &'m dyn Fn(EcsId) -> Result<Option<AnyStored>>,
        moment: Moment,
        execution_id: Option<ExecutionId>,
    ) -> Making<'m> {
        Making { find, settled: None, moment, execution_id, store: self.tag }
    }
}
