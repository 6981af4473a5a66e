//! Where versions and executions live: the contract, its conformance suite, the store in memory.

mod chunked;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod execution_record;
mod lineage;
mod listing;
mod memory;
#[cfg(test)]
mod model;
mod record;
mod restore;
mod sharded;
mod table;
mod uses;

use std::fmt::Debug;
use std::ops::ControlFlow;
use std::sync::Arc;

use smallvec::SmallVec;

pub use self::execution_record::{ArgumentRecord, ExecutionRecord, OutputRecord};
pub use self::listing::VersionEntry;
pub use self::memory::MemoryStore;
pub use self::record::{Place, VersionRecord, hash_record, places};
pub use self::restore::{restore, restore_part};
pub(crate) use self::uses::Uses;
pub use crate::entity::StoreTag;
use crate::entity::{AnyStored, ContentHash, EcsId, ExecutionId, LineageId};
use crate::error::Result;
use crate::execution::Execution;
pub use crate::id::{AnyId, IdPart, NoLongerKept};
// Named here for the store in memory, which finds other locks in the same place under the model checker.
use crate::shards;
use crate::sync;

/// What is written at once, or not at all.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Commit {
    /// New versions. Each becomes the newest head of its lineage in place of its parent, which must be a head
    /// until then; a version without parent in its lineage begins it.
    pub versions: SmallVec<[AnyStored; 3]>,
    /// Versions that many calls use, configs, written before the others unless they are there.
    pub shared: SmallVec<[AnyStored; 1]>,
    /// The record of the call.
    pub execution: Option<Arc<Execution>>,
    /// Whether a version may continue one of its lineage that is no head: it becomes a head beside the others.
    pub is_branching: bool,
}

/// What used a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// An execution took it, or a value of it.
    Execution(ExecutionId),
    /// A version continues it, was forked from it, refers to it, or got a part that continues it.
    Version(EcsId),
}

/// A place for versions and executions.
///
/// Everything read is as it was committed; nothing committed is ever changed, and nothing is removed while a world has
/// the store. A store that passes
/// the `conformance` suite of this module is one.
pub trait Store: Debug + Send + Sync + 'static {
    /// Tells this store's versions from those of other stores in the process.
    fn tag(&self) -> StoreTag;

    /// Writes all of `commit`, or nothing.
    ///
    /// # Errors
    ///
    /// `conflict` if a new version continues what is no head of its lineage, unless the commit is branching;
    /// or begins a lineage that is there, or continues one that is not.
    fn commit(&self, commit: &Commit) -> Result<()>;

    /// The version with this id.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>>;

    /// The newest version of a lineage.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn head(&self, lineage_id: LineageId) -> Result<Option<AnyStored>>;

    /// Every version of a lineage that no other continues, in the order of their commits; the last is
    /// [`head`](Self::head). More than one if a commit was branching.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn heads(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>>;

    /// A config with this content, if one is stored as a root: the first there was. A world asks once for each
    /// content and remembers the answer, so a store that does not outlive its world need not look.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn config(&self, _content_hash: ContentHash) -> Result<Option<AnyStored>> {
        Ok(None)
    }

    /// Every version of a lineage, in the order of their commits.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn lineage(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>>;

    /// The earliest version that this one continues, directly or through others, with all these fields stored as they
    /// are here in it and in every version between; or a later one, or this one, where a store cannot tell without
    /// reading them. It is for those who look for the version that wrote a field.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn unchanged_since(&self, ecs_id: EcsId, _fields: &[&str]) -> Result<EcsId> {
        Ok(ecs_id)
    }

    /// The execution with this id.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn execution(&self, execution_id: ExecutionId) -> Result<Option<Arc<Execution>>>;

    /// The executions that were called from inside this one, in the order of their starts.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn nested(&self, execution_id: ExecutionId) -> Result<Vec<Arc<Execution>>>;

    /// What used a version: the executions that took it, or a value of it, as an argument, config or
    /// input; and the versions that continue it, were forked from it, refer to it, or hold a version
    /// that continues it and was part of another root before. Each once, in any order.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn uses(&self, ecs_id: EcsId) -> Result<Vec<Use>>;

    /// The executions that put a version out as it was: by taking it out of a tree, or as a kept result. Each once,
    /// in any order.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn returned_by(&self, ecs_id: EcsId) -> Result<Vec<ExecutionId>>;

    /// Shows every execution, the last to start first, until `visit` breaks. It may read this store.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn each_execution(&self, visit: &mut dyn FnMut(Arc<Execution>) -> ControlFlow<()>) -> Result<()>;

    /// Shows every version in the order of the ids, which is that of time, until `visit` breaks.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn each_version(&self, visit: &mut dyn FnMut(&VersionEntry<'_>) -> ControlFlow<()>) -> Result<()>;

    /// What is left to say of something that was stored and was removed since. A store that removes nothing says
    /// nothing.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn no_longer_kept(&self, _id: AnyId) -> Result<Option<NoLongerKept>> {
        Ok(None)
    }

    /// The executions that were called from inside this one and were removed since.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn nested_no_longer_kept(&self, _execution_id: ExecutionId) -> Result<Vec<NoLongerKept>> {
        Ok(Vec::new())
    }

    /// The ids that begin with some digits; if none does, those that end with them. In order, at most `limit` of
    /// versions, of lineages and of executions each.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn ids(&self, part: &IdPart, limit: usize) -> Result<Vec<AnyId>> {
        listing::find_ids(self, part, limit)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::sharded::shard_of;
    use super::sync::SHARDS;
    use super::*;
    use crate::entity::{Id, Moment};

    #[test]
    fn the_memory_store_keeps_the_contract() {
        conformance::check(&|| Arc::new(MemoryStore::default()));
    }

    #[test]
    fn what_two_threads_make_is_in_different_shards() {
        let shards = || -> HashSet<usize> { (0..1_000).map(|_| shard_of(EcsId::at(Moment::now()))).collect() };
        let [one, other] = [shards, shards].map(|shards| std::thread::spawn(shards).join().expect("it ends"));
        assert!(one.is_disjoint(&other), "{one:?} and {other:?}");
        assert!(one.len() > 1, "what one thread made is read from several");
    }

    #[test]
    fn what_any_thread_may_continue_is_in_any_shard() {
        let shards: HashSet<usize> = (0..20_000).map(|_| shard_of(Id::new().lineage_id())).collect();
        assert_eq!(shards.len(), SHARDS);
    }
}
