//! A store in memory that keeps nothing but what a store outside of memory would: every version that is read
//! was written down and made anew.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard};

use ecs::store::{
    Commit, MemoryStore, Place, Store, StoreTag, Use, VersionEntry, VersionRecord, hash_record, places, restore,
};
use ecs::{AnyStored, ContentHash, EcsId, Execution, ExecutionId, LineageId, Result};

/// See the module.
#[derive(Debug, Default)]
pub struct Rewritten {
    inner: MemoryStore,
    written: Mutex<Written>,
}

#[derive(Debug, Default)]
struct Written {
    versions: HashMap<EcsId, VersionRecord>,
    places: HashMap<EcsId, Vec<Place>>,
}

impl Rewritten {
    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().expect("nothing panics here")
    }

    /// The records of a version and of everything in its tree, with the place of each.
    pub fn records(&self, root: EcsId) -> (Vec<Place>, HashMap<EcsId, VersionRecord>) {
        let written = self.written();
        let (mut needed, mut found) = (vec![root], HashMap::new());
        let places = written.places.get(&root).cloned().unwrap_or_default();
        needed.extend(places.iter().map(|place| place.ecs_id));
        while let Some(ecs_id) = needed.pop() {
            let record = written.versions[&ecs_id].clone();
            needed.extend(record.held().expect("it was written by us"));
            found.insert(ecs_id, record);
        }
        (places, found)
    }

    /// Changes what is written of every version.
    pub fn rewrite(&self, change: impl FnMut(&mut VersionRecord)) {
        self.written().versions.values_mut().for_each(change);
    }

    fn read(&self, version: Option<AnyStored>) -> Result<Option<AnyStored>> {
        let Some(version) = version else { return Ok(None) };
        let (places, versions) = self.records(version.root());
        let root = restore(version.root(), &places, &versions, self.inner.tag())?;
        if version.is_root() {
            return Ok(Some(root));
        }
        let below = root.committed_with().find(|below| below.ecs_id() == version.ecs_id());
        Ok(Some(below.expect("it was committed with its root")))
    }

    fn hash(&self, ecs_id: EcsId) -> Result<ContentHash> {
        let record = self.written().versions[&ecs_id].clone();
        hash_record(&record, &mut |held| Ok(self.written().versions[&held].content_hash))
    }
}

impl Store for Rewritten {
    fn tag(&self) -> StoreTag {
        self.inner.tag()
    }

    fn commit(&self, commit: &Commit) -> Result<()> {
        for version in commit.versions.iter().chain(&commit.shared) {
            let record = VersionRecord::of(version)?;
            if version.is_root() {
                self.written().places.insert(version.ecs_id(), places(version));
            }
            self.written().versions.insert(version.ecs_id(), record);
        }
        for version in commit.versions.iter().chain(&commit.shared) {
            assert_eq!(self.hash(version.ecs_id())?, version.content_hash(), "the hash of what is written");
        }
        self.inner.commit(commit)
    }

    fn version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        self.read(self.inner.version(ecs_id)?)
    }

    fn head(&self, lineage_id: LineageId) -> Result<Option<AnyStored>> {
        self.read(self.inner.head(lineage_id)?)
    }

    fn heads(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        self.inner.heads(lineage_id)?.into_iter().filter_map(|head| self.read(Some(head)).transpose()).collect()
    }

    fn lineage(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        self.inner.lineage(lineage_id)?.into_iter().filter_map(|version| self.read(Some(version)).transpose()).collect()
    }

    fn execution(&self, execution_id: ExecutionId) -> Result<Option<Arc<Execution>>> {
        self.inner.execution(execution_id)
    }

    fn nested(&self, execution_id: ExecutionId) -> Result<Vec<Arc<Execution>>> {
        self.inner.nested(execution_id)
    }

    fn uses(&self, ecs_id: EcsId) -> Result<Vec<Use>> {
        self.inner.uses(ecs_id)
    }

    fn returned_by(&self, ecs_id: EcsId) -> Result<Vec<ExecutionId>> {
        self.inner.returned_by(ecs_id)
    }

    fn each_execution(&self, visit: &mut dyn FnMut(Arc<Execution>) -> ControlFlow<()>) -> Result<()> {
        self.inner.each_execution(visit)
    }

    fn each_version(&self, visit: &mut dyn FnMut(&VersionEntry<'_>) -> ControlFlow<()>) -> Result<()> {
        self.inner.each_version(visit)
    }
}
