//! The store in memory: tables in shards, so that calls on different things do not wait for each
//! other.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError};

use smallvec::SmallVec;

use super::lineage::Lineage;
use super::sharded::{Sharded, shard_of};
use super::sync::{Mutex, RwLockWriteGuard, SHARDS};
use super::table::{Keyed, Table};
use super::uses::Uses;
use super::{Commit, Store, Use, VersionEntry};
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId, StoreTag};
use crate::error::{ErrorKind, Result};
use crate::execution::Execution;

/// The executions called from inside one.
#[derive(Clone)]
struct Nested {
    outer: ExecutionId,
    inner: SmallVec<[ExecutionId; 2]>,
}

impl Keyed for Nested {
    type Key = ExecutionId;

    fn key(&self) -> ExecutionId {
        self.outer
    }
}

/// What used what, as far as somebody asked.
struct Used {
    uses: Uses,
    /// How many executions of each shard it knows.
    known: [usize; SHARDS],
}

/// A store that lives as long as the process.
pub struct MemoryStore {
    tag: StoreTag,
    versions: Sharded<AnyStored>,
    lineages: Sharded<Lineage>,
    executions: Sharded<Arc<Execution>>,
    nested: Sharded<Nested>,
    used: Mutex<Used>,
    /// The roots that no execution made, of which `used` does not know yet.
    inserted: Mutex<Vec<AnyStored>>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self {
            tag: StoreTag::new(),
            versions: Sharded::empty(),
            lineages: Sharded::empty(),
            executions: Sharded::empty(),
            nested: Sharded::empty(),
            used: Mutex::new(Used { uses: Uses::default(), known: [0; SHARDS] }),
            inserted: Mutex::new(Vec::new()),
        }
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("tag", &self.tag).finish_non_exhaustive()
    }
}

/// The shards of the lineages that a commit touches, each once and in order.
type LockedShards<'s> = SmallVec<[(usize, RwLockWriteGuard<'s, Table<Lineage>>); 4]>;

impl MemoryStore {
    /// Locks the lineages of all these versions, in one order for all commits, so that two never wait for
    /// each other.
    fn lock<'v>(&self, versions: impl Iterator<Item = &'v AnyStored>) -> LockedShards<'_> {
        // Pushed one by one, which is quicker than collecting so few.
        let mut shards: SmallVec<[usize; 8]> = SmallVec::new();
        versions.for_each(|version| shards.push(shard_of(version.lineage_id())));
        shards.sort_unstable();
        shards.dedup();
        let mut locked = LockedShards::new();
        shards.iter().for_each(|&shard| locked.push((shard, self.lineages.write(shard))));
        locked
    }

    fn is_there(&self, version: &AnyStored) -> bool {
        self.versions.look(version.ecs_id(), |_| ()).is_some()
    }

    /// Adds a version to its lineage, which is at `position` in these, if it is there.
    #[inline]
    fn add(&self, lineages: &mut Table<Lineage>, version: &AnyStored, position: Option<usize>) {
        self.versions.add(version.clone());
        match position.and_then(|position| lineages.get_at_mut(position)) {
            Some(lineage) => lineage.add(version),
            None => lineages.add(Lineage::One(version.clone())),
        }
    }

    /// Writes a commit of one version, as most are.
    fn commit_one(&self, version: &AnyStored, commit: &Commit) -> Result<()> {
        let lineage_id = version.lineage_id();
        let mut lineages = self.lineages.write(shard_of(lineage_id));
        let position = lineages.position(lineage_id);
        match (position.and_then(|position| lineages.get_at(position)), version.parent()) {
            (Some(lineage), _) => lineage.check(version, commit.is_branching)?,
            (None, None) => {}
            (None, expected) => return Err(ErrorKind::Conflict { lineage_id, expected, found: None }.into()),
        }
        self.add(&mut lineages, version, position);
        self.add_record(commit);
        Ok(())
    }

    /// Writes a commit of any number of versions.
    fn commit_all(&self, commit: &Commit) -> Result<()> {
        // What is there stays there, so nobody waits for a config that many calls use. What the execution made
        // itself is not worth looking for.
        let execution_id = commit.execution.as_ref().map(|execution| execution.id);
        let is_new = |version: &&AnyStored| version.execution_id() == execution_id || !self.is_there(version);
        let mut shared: SmallVec<[&AnyStored; 2]> = SmallVec::new();
        commit.shared.iter().filter(is_new).for_each(|version| shared.push(version));
        let mut locked = self.lock(commit.versions.iter().chain(shared.iter().copied()));
        // Where the lineage of each version is: in which of the locked shards, and where in that, if it is there.
        let mut places: SmallVec<[(usize, Option<usize>); 4]> = SmallVec::new();
        for version in &commit.versions {
            let (lineage_id, expected) = (version.lineage_id(), version.parent());
            let at = locked_at(&locked, lineage_id);
            let lineages = &locked[at].1;
            let position = lineages.position(lineage_id);
            places.push((at, position));
            let lineage = position.and_then(|position| lineages.get_at(position));
            let added = || commit.shared.iter().find(|shared| shared.lineage_id() == lineage_id).map(AnyStored::ecs_id);
            match lineage {
                Some(lineage) => lineage.check(version, commit.is_branching)?,
                None if added() == expected => {}
                None => return Err(ErrorKind::Conflict { lineage_id, expected, found: added() }.into()),
            }
        }
        for version in shared {
            let lineage_id = version.lineage_id();
            let at = locked_at(&locked, lineage_id);
            let lineages = &mut locked[at].1;
            let position = lineages.position(lineage_id);
            // Asked again under the lock of its lineage, so two commits cannot both add it.
            if position.is_none() || !self.is_there(version) {
                self.add(lineages, version, position);
            }
        }
        for (version, &(at, position)) in commit.versions.iter().zip(&places) {
            let lineages = &mut locked[at].1;
            // What was added just now may have begun the lineage.
            let position = position.or_else(|| lineages.position(version.lineage_id()));
            self.add(lineages, version, position);
        }
        self.add_record(commit);
        Ok(())
    }

    /// Asks what used what, once it is known of everything that was committed.
    fn asked<R>(&self, ask: impl FnOnce(&Uses) -> R) -> R {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let Used { uses, known } = &mut *used;
        let find = |ecs_id: EcsId| self.versions.get(ecs_id);
        for (shard, known) in known.iter_mut().enumerate() {
            let new: Vec<_> = self.executions.read(shard).since(*known).cloned().collect();
            *known += new.len();
            uses.add(new, [], &find);
        }
        let inserted = std::mem::take(&mut *self.inserted.lock().unwrap_or_else(PoisonError::into_inner));
        uses.add([], inserted, &find);
        ask(uses)
    }

    /// Adds what a commit is found by beside its versions, whose lineages are locked: who sees a head finds all of it.
    fn add_record(&self, commit: &Commit) {
        match &commit.execution {
            // Its versions are found from its record.
            Some(execution) => self.add_execution(execution),
            None => {
                let roots = commit.versions.iter().chain(&commit.shared).filter(|version| version.is_root());
                self.inserted.lock().unwrap_or_else(PoisonError::into_inner).extend(roots.cloned());
            }
        }
    }

    fn add_execution(&self, execution: &Arc<Execution>) {
        self.executions.add(Arc::clone(execution));
        if let Some(outer) = execution.parent {
            let mut shard = self.nested.write(shard_of(outer));
            match shard.get_mut(outer) {
                Some(nested) => nested.inner.push(execution.id),
                None => shard.add(Nested { outer, inner: SmallVec::from_iter([execution.id]) }),
            }
        }
    }
}

/// Which of the locked shards a lineage is in.
#[inline]
fn locked_at(locked: &LockedShards<'_>, lineage_id: LineageId) -> usize {
    match locked.binary_search_by_key(&shard_of(lineage_id), |(shard, _)| *shard) {
        Ok(at) => at,
        Err(_) => unreachable!("every lineage of a commit is locked"),
    }
}

impl Store for MemoryStore {
    fn tag(&self) -> StoreTag {
        self.tag
    }

    fn commit(&self, commit: &Commit) -> Result<()> {
        match (&*commit.versions, &*commit.shared) {
            ([version], []) => self.commit_one(version, commit),
            _ => self.commit_all(commit),
        }
    }

    fn version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        Ok(self.versions.get(ecs_id))
    }

    fn head(&self, lineage_id: LineageId) -> Result<Option<AnyStored>> {
        Ok(self.lineages.look(lineage_id, Lineage::head).and_then(|head| self.versions.get(head)))
    }

    fn heads(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        let heads = self.lineages.look(lineage_id, |lineage| {
            let others = lineage.other_heads().iter().copied();
            others.chain([lineage.head()]).collect::<Vec<EcsId>>()
        });
        heads.unwrap_or_default().into_iter().filter_map(|ecs_id| self.version(ecs_id).transpose()).collect()
    }

    fn lineage(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        let versions = self.lineages.look(lineage_id, Lineage::versions).unwrap_or_default();
        versions.into_iter().filter_map(|ecs_id| self.version(ecs_id).transpose()).collect()
    }

    fn execution(&self, execution_id: ExecutionId) -> Result<Option<Arc<Execution>>> {
        Ok(self.executions.get(execution_id))
    }

    fn nested(&self, execution_id: ExecutionId) -> Result<Vec<Arc<Execution>>> {
        let mut nested = self.nested.look(execution_id, |nested| nested.inner.clone()).unwrap_or_default();
        nested.sort_unstable();
        nested.into_iter().filter_map(|execution_id| self.execution(execution_id).transpose()).collect()
    }

    fn uses(&self, ecs_id: EcsId) -> Result<Vec<Use>> {
        Ok(self.asked(|uses| uses.of(ecs_id)))
    }

    fn returned_by(&self, ecs_id: EcsId) -> Result<Vec<ExecutionId>> {
        Ok(self.asked(|uses| uses.returned(ecs_id)))
    }

    fn each_execution(&self, visit: &mut dyn FnMut(Arc<Execution>) -> ControlFlow<()>) -> Result<()> {
        let mut executions: Vec<Arc<Execution>> = Vec::new();
        for shard in 0..SHARDS {
            executions.extend(self.executions.read(shard).since(0).cloned());
        }
        executions.sort_unstable_by_key(|execution| execution.id);
        // Shown without a lock: who sees them may read this store.
        let _ = executions.into_iter().rev().try_for_each(visit);
        Ok(())
    }

    fn each_version(&self, visit: &mut dyn FnMut(&VersionEntry<'_>) -> ControlFlow<()>) -> Result<()> {
        let mut versions: Vec<AnyStored> = Vec::new();
        for shard in 0..SHARDS {
            versions.extend(self.versions.read(shard).since(0).cloned());
        }
        versions.sort_unstable_by_key(AnyStored::ecs_id);
        for version in versions {
            let is_head = self.lineages.look(version.lineage_id(), |lineage| lineage.is_head(version.ecs_id()));
            if visit(&VersionEntry::of(&version, is_head == Some(true))).is_break() {
                break;
            }
        }
        Ok(())
    }
}
