//! Where versions and executions live: the contract, its conformance suite, the store in memory.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod memory;

use std::fmt::Debug;
use std::sync::Arc;

use smallvec::SmallVec;

pub use self::memory::MemoryStore;
pub(crate) use self::memory::{IdMap, Sharded};
pub use crate::entity::StoreTag;
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId};
use crate::error::Result;
use crate::execution::Execution;

/// What is written at once, or not at all.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Commit {
    /// New versions. Each becomes the head of its lineage, which must be its parent until then; a
    /// version without parent in its lineage begins it.
    pub versions: SmallVec<[AnyStored; 3]>,
    /// Versions that many calls use, configs, written before the others unless they are there.
    pub shared: SmallVec<[AnyStored; 1]>,
    /// The record of the call.
    pub execution: Option<Arc<Execution>>,
}

/// A place for versions and executions.
///
/// Everything read is as it was committed; nothing committed is ever changed. A store that passes
/// the `conformance` suite of this module is one.
pub trait Store: Debug + Send + Sync + 'static {
    /// Tells this store's versions from those of other stores in the process.
    fn tag(&self) -> StoreTag;

    /// Writes all of `commit`, or nothing.
    ///
    /// # Errors
    ///
    /// `conflict` if the head of a lineage is not what a new version continues.
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

    /// Every version of a lineage, in the order of their commits.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn lineage(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>>;

    /// The execution with this id.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn execution(&self, execution_id: ExecutionId) -> Result<Option<Arc<Execution>>>;

    /// The executions that `keep` wants, in the order of their starts.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn executions(&self, keep: &mut dyn FnMut(&Execution) -> bool) -> Result<Vec<Arc<Execution>>>;
}
