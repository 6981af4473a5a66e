//! Everything that a store has, listed without reading it; and ids found by some of their digits.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::{AnyId, IdPart, Store};
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId};
use crate::error::Result;

/// What a store tells of a version without reading its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionEntry<'t> {
    /// The version.
    pub ecs_id: EcsId,
    /// The thing it is a version of.
    pub lineage_id: LineageId,
    /// The stable name of its type.
    pub type_name: &'t str,
    /// Whether the type is a config.
    pub is_config: bool,
    /// Whether it was committed as a root, rather than inside another entity.
    pub is_root: bool,
    /// Whether no other version of its lineage continues it.
    pub is_head: bool,
    /// The execution that made it; none if it was inserted or committed directly.
    pub execution_id: Option<ExecutionId>,
}

impl<'t> VersionEntry<'t> {
    /// The entry of a root that no execution made, is no config and no head; what else is known is filled in.
    #[must_use]
    pub fn new(ecs_id: EcsId, lineage_id: LineageId, type_name: &'t str) -> Self {
        Self { ecs_id, lineage_id, type_name, is_config: false, is_root: true, is_head: false, execution_id: None }
    }

    /// The entry of a version in memory.
    pub(crate) fn of(version: &AnyStored, is_head: bool) -> VersionEntry<'static> {
        VersionEntry {
            is_config: version.entity_type().is_config(),
            is_root: version.is_root(),
            is_head,
            execution_id: version.execution_id(),
            ..VersionEntry::new(version.ecs_id(), version.lineage_id(), version.entity_type().name())
        }
    }
}

/// Looks for ids in everything that a store lists: those that begin with the digits, or, if none does, those that
/// end with them.
pub(super) fn find_ids<S: Store + ?Sized>(store: &S, part: &IdPart, limit: usize) -> Result<Vec<AnyId>> {
    let (first, last) = part.range();
    let [mut beginning, mut ending] = [BTreeSet::new(), BTreeSet::new()];
    let mut offer = |id: AnyId| {
        if (first..=last).contains(&id.as_uuid()) {
            beginning.insert(id);
        } else if id.as_uuid().simple().to_string().ends_with(part.digits()) {
            ending.insert(id);
        }
    };
    store.each_version(&mut |entry| {
        offer(AnyId::Version(entry.ecs_id));
        offer(AnyId::Lineage(entry.lineage_id));
        ControlFlow::Continue(())
    })?;
    store.each_execution(&mut |execution| {
        offer(AnyId::Execution(execution.id));
        ControlFlow::Continue(())
    })?;
    let found = if beginning.is_empty() { ending } else { beginning };
    let mut left = [limit; 3];
    let is_within = |id: &AnyId| {
        let left = match id {
            AnyId::Version(_) => &mut left[0],
            AnyId::Lineage(_) => &mut left[1],
            AnyId::Execution(_) => &mut left[2],
        };
        *left > 0 && {
            *left -= 1;
            true
        }
    };
    Ok(found.into_iter().filter(is_within).collect())
}
