//! The store in memory: maps in shards, so that calls on different things do not wait for each
//! other.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockWriteGuard};

use smallvec::SmallVec;

use super::uses::Uses;
use super::{Commit, Store, Use};
use crate::entity::{AnyStored, EcsId, ExecutionId, IdMap, LineageId, StoreTag};
use crate::error::{ErrorKind, Result};
use crate::execution::Execution;

/// How many shards each map has; a power of two.
const SHARDS: usize = 32;

/// A map in shards, each behind its own lock.
pub(crate) struct Sharded<K, V>([RwLock<IdMap<K, V>>; SHARDS]);

impl<K, V> Default for Sharded<K, V> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| RwLock::default()))
    }
}

// No lock is held while foreign code runs, so none is ever poisoned half-way through a change.
impl<K: Eq + std::hash::Hash, V: Clone> Sharded<K, V> {
    /// The middle bits: the map itself spreads by the highest and the lowest.
    pub(crate) fn shard_of(random_bits: u64) -> usize {
        (random_bits >> 24) as usize % SHARDS
    }

    pub(crate) fn write(&self, shard: usize) -> RwLockWriteGuard<'_, IdMap<K, V>> {
        self.0[shard].write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, random_bits: u64, key: &K) -> Option<V> {
        let shard = &self.0[Self::shard_of(random_bits)];
        shard.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn insert(&self, random_bits: u64, key: K, value: V) {
        self.write(Self::shard_of(random_bits)).insert(key, value);
    }

    fn for_each(&self, mut visit: impl FnMut(&V)) {
        for shard in &self.0 {
            shard.read().unwrap_or_else(PoisonError::into_inner).values().for_each(&mut visit);
        }
    }
}

/// The versions of one thing, in the order of their commits; the last is the newest head.
#[derive(Clone)]
struct Lineage {
    head: AnyStored,
    /// The heads beside it, in the order of their commits.
    others: Box<[EcsId]>,
    versions: SmallVec<[EcsId; 1]>,
}

impl Lineage {
    fn of(first: &AnyStored) -> Self {
        Self { head: first.clone(), others: Box::default(), versions: SmallVec::from_buf([first.ecs_id()]) }
    }

    fn is_head(&self, ecs_id: EcsId) -> bool {
        self.head.ecs_id() == ecs_id || self.others.contains(&ecs_id)
    }

    /// Adds a version, which is the newest head from now on, in place of the one that it continues.
    fn add(&mut self, version: &AnyStored) {
        let before = std::mem::replace(&mut self.head, version.clone()).ecs_id();
        if version.parent() != Some(before) {
            let others = self.others.iter().copied().chain([before]);
            self.others = others.filter(|&other| version.parent() != Some(other)).collect();
        }
        self.versions.push(version.ecs_id());
    }
}

/// What was committed since somebody last asked for uses.
#[derive(Default)]
struct Unread {
    executions: Vec<Arc<Execution>>,
    /// The roots that no execution made; what their trees hold is found from them.
    roots: Vec<AnyStored>,
}

/// A store that lives as long as the process.
pub struct MemoryStore {
    tag: StoreTag,
    /// In shards, so that commits do not wait for each other.
    unread: [Mutex<Unread>; SHARDS],
    uses: Mutex<Uses>,
    versions: Sharded<EcsId, AnyStored>,
    lineages: Sharded<LineageId, Lineage>,
    executions: Sharded<ExecutionId, Arc<Execution>>,
    /// The executions called from inside each one that called any.
    nested: Sharded<ExecutionId, SmallVec<[ExecutionId; 2]>>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self {
            tag: StoreTag::new(),
            unread: std::array::from_fn(|_| Mutex::default()),
            uses: Mutex::default(),
            versions: Sharded::default(),
            lineages: Sharded::default(),
            executions: Sharded::default(),
            nested: Sharded::default(),
        }
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("tag", &self.tag).finish_non_exhaustive()
    }
}

type LockedShards<'s> = SmallVec<[(usize, RwLockWriteGuard<'s, IdMap<LineageId, Lineage>>); 4]>;

impl MemoryStore {
    /// Locks every lineage that `commit` touches, in one order for all commits, so that two never
    /// wait for each other.
    fn lock(&self, commit: &Commit) -> LockedShards<'_> {
        let versions = commit.versions.iter().chain(&commit.shared);
        let mut shards: SmallVec<[usize; 8]> = versions.map(|version| shard_of(version.lineage_id())).collect();
        shards.sort_unstable();
        shards.dedup();
        shards.into_iter().map(|shard| (shard, self.lineages.write(shard))).collect()
    }

    /// Notes what a commit wrote, for those who ask for uses.
    fn note_unread(&self, commit: &Commit) {
        let unread = |bits: u64| self.unread[bits as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner);
        match &commit.execution {
            // Its versions are found from its record.
            Some(execution) => unread(execution.id.random_bits()).executions.push(Arc::clone(execution)),
            None => {
                for root in commit.versions.iter().chain(&commit.shared).filter(|version| version.is_root()) {
                    unread(root.ecs_id().random_bits()).roots.push(root.clone());
                }
            }
        }
    }

    fn add(&self, locked: &mut LockedShards<'_>, version: &AnyStored) {
        let (ecs_id, lineage_id) = (version.ecs_id(), version.lineage_id());
        self.versions.insert(ecs_id.random_bits(), ecs_id, version.clone());
        locked_lineages(locked, lineage_id)
            .entry(lineage_id)
            .and_modify(|lineage| lineage.add(version))
            .or_insert_with(|| Lineage::of(version));
    }
}

fn shard_of(lineage_id: LineageId) -> usize {
    Sharded::<LineageId, Lineage>::shard_of(lineage_id.random_bits())
}

fn locked_lineages<'l>(locked: &'l mut LockedShards<'_>, lineage_id: LineageId) -> &'l mut IdMap<LineageId, Lineage> {
    match locked.binary_search_by_key(&shard_of(lineage_id), |(shard, _)| *shard) {
        Ok(position) => &mut locked[position].1,
        Err(_) => unreachable!("every lineage of a commit is locked"),
    }
}

impl Store for MemoryStore {
    fn tag(&self) -> StoreTag {
        self.tag
    }

    fn commit(&self, commit: &Commit) -> Result<()> {
        let mut locked = self.lock(commit);
        for version in &commit.versions {
            let lineage_id = version.lineage_id();
            let expected = version.parent();
            let lineage = locked_lineages(&mut locked, lineage_id).get(&lineage_id);
            let added = || commit.shared.iter().find(|shared| shared.lineage_id() == lineage_id).map(AnyStored::ecs_id);
            let found = lineage.map(|lineage| lineage.head.ecs_id()).or_else(added);
            let fits = match (lineage, expected) {
                (Some(lineage), Some(parent)) => commit.is_branching || lineage.is_head(parent),
                _ => found == expected,
            };
            if !fits {
                return Err(ErrorKind::Conflict { lineage_id, expected, found }.into());
            }
        }
        for version in &commit.shared {
            let ecs_id = version.ecs_id();
            // Asked under the lock of its lineage, so two commits cannot both add it.
            if self.versions.get(ecs_id.random_bits(), &ecs_id).is_none() {
                self.add(&mut locked, version);
            }
        }
        for version in &commit.versions {
            self.add(&mut locked, version);
        }
        if let Some(execution) = &commit.execution {
            self.executions.insert(execution.id.random_bits(), execution.id, Arc::clone(execution));
            if let Some(parent) = execution.parent {
                let shard = Sharded::<ExecutionId, ()>::shard_of(parent.random_bits());
                self.nested.write(shard).entry(parent).or_default().push(execution.id);
            }
        }
        self.note_unread(commit);
        Ok(())
    }

    fn version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        Ok(self.versions.get(ecs_id.random_bits(), &ecs_id))
    }

    fn head(&self, lineage_id: LineageId) -> Result<Option<AnyStored>> {
        Ok(self.lineages.get(lineage_id.random_bits(), &lineage_id).map(|lineage| lineage.head))
    }

    fn heads(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        let Some(lineage) = self.lineages.get(lineage_id.random_bits(), &lineage_id) else { return Ok(Vec::new()) };
        let others = lineage.others.iter().map(|&ecs_id| self.version(ecs_id));
        others.chain([Ok(Some(lineage.head))]).filter_map(Result::transpose).collect()
    }

    fn lineage(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        let Some(lineage) = self.lineages.get(lineage_id.random_bits(), &lineage_id) else { return Ok(Vec::new()) };
        lineage.versions.iter().filter_map(|&ecs_id| self.version(ecs_id).transpose()).collect()
    }

    fn execution(&self, execution_id: ExecutionId) -> Result<Option<Arc<Execution>>> {
        Ok(self.executions.get(execution_id.random_bits(), &execution_id))
    }

    fn nested(&self, execution_id: ExecutionId) -> Result<Vec<Arc<Execution>>> {
        let mut nested = self.nested.get(execution_id.random_bits(), &execution_id).unwrap_or_default();
        nested.sort_unstable();
        nested.into_iter().filter_map(|execution_id| self.execution(execution_id).transpose()).collect()
    }

    fn uses(&self, ecs_id: EcsId) -> Result<Vec<Use>> {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |ecs_id: EcsId| self.versions.get(ecs_id.random_bits(), &ecs_id);
        for unread in &self.unread {
            let Unread { executions, roots } =
                std::mem::take(&mut *unread.lock().unwrap_or_else(PoisonError::into_inner));
            uses.add(executions, roots, &find);
        }
        Ok(uses.of(ecs_id))
    }

    fn executions(&self, keep: &mut dyn FnMut(&Execution) -> bool) -> Result<Vec<Arc<Execution>>> {
        let mut kept = Vec::new();
        self.executions.for_each(|execution| {
            if keep(execution) {
                kept.push(Arc::clone(execution));
            }
        });
        kept.sort_unstable_by_key(|execution| execution.id);
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_store_keeps_the_contract() {
        crate::store::conformance::check(&|| Arc::new(MemoryStore::default()));
    }
}
