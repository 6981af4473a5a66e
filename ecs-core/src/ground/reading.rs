//! How versions and executions are found, and why one is not.

use std::sync::Arc;

use super::Ground;
use crate::address::{Address, Target};
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId};
use crate::error::{Error, ErrorKind, Result};
use crate::execution::Execution;
use crate::store::{AnyId, NoLongerKept};

impl Ground {
    /// The version with this id, whatever its type.
    pub(crate) fn version(&self, ecs_id: EcsId) -> Result<AnyStored> {
        self.find_version(ecs_id)?.ok_or_else(|| self.not_here(AnyId::Version(ecs_id)))
    }

    /// The newest version of a lineage, whatever its type.
    pub(crate) fn any_head(&self, lineage_id: LineageId) -> Result<AnyStored> {
        self.store().head(lineage_id)?.ok_or_else(|| self.not_here(AnyId::Lineage(lineage_id)))
    }

    /// The record of an execution.
    pub(crate) fn execution(&self, execution_id: ExecutionId) -> Result<Arc<Execution>> {
        self.store().execution(execution_id)?.ok_or_else(|| self.not_here(AnyId::Execution(execution_id)))
    }

    /// What is left to say of what was stored and was removed since.
    pub(crate) fn no_longer_kept(&self, id: impl Into<AnyId>) -> Result<Option<NoLongerKept>> {
        self.store().no_longer_kept(id.into())
    }

    /// The version of the entity at an address, whatever its type.
    pub(crate) fn entity_at(&self, address: &Address) -> Result<AnyStored> {
        let version = self.version_at(address)?;
        if address.path().is_empty() {
            return Ok(version);
        }
        match version.walk(address.path().segments()) {
            (node, []) => match node.node_id().ecs_id() {
                Some(ecs_id) => self.version(ecs_id),
                None => unreachable!("what is stored has a version"),
            },
            // The read says whether there is anything there.
            _ => {
                let given = version.read_json(address)?;
                Err(ErrorKind::NotAnEntity { address: address.clone(), given: given.to_string() }.into())
            }
        }
    }

    pub(crate) fn find_version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        self.store().version(ecs_id)
    }

    /// The version with this id, if there is one and ever was.
    ///
    /// # Errors
    ///
    /// `no-longer-kept` if there was one.
    pub(crate) fn find_unless_gone(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        match self.find_version(ecs_id)? {
            Some(version) => Ok(Some(version)),
            None => match self.no_longer_kept(ecs_id)? {
                Some(gone) => Err(ErrorKind::NoLongerKept { gone }.into()),
                None => Ok(None),
            },
        }
    }

    /// Why nothing with this id is here: it was removed, or never stored.
    #[cold]
    pub(crate) fn not_here(&self, id: AnyId) -> Error {
        match self.no_longer_kept(id) {
            Err(error) => error,
            Ok(Some(gone)) => ErrorKind::NoLongerKept { gone }.into(),
            Ok(None) => match id {
                AnyId::Version(ecs_id) => ErrorKind::UnknownVersion { ecs_id }.into(),
                AnyId::Lineage(lineage_id) => ErrorKind::UnknownLineage { lineage_id }.into(),
                AnyId::Execution(execution_id) => ErrorKind::UnknownExecution { execution_id }.into(),
            },
        }
    }

    /// The version that an address starts from.
    pub(crate) fn version_at(&self, address: &Address) -> Result<AnyStored> {
        match address.target() {
            Target::Version(ecs_id) => self.version(ecs_id),
            Target::Head(lineage_id) => self.any_head(lineage_id),
        }
    }
}
