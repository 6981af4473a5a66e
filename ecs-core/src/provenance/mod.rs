//! What the record says of how things came to be: differences, history, blame, derivation, pictures.

mod blame;
mod derivation;
mod diff;
mod execution_tree;
mod graph;
mod history;
mod value;

use std::sync::Arc;

use crate::entity::{AnyStored, EcsId};
use crate::error::{ErrorKind, Result};
use crate::execution::Execution;
use crate::ground::Ground;
use crate::store::NoLongerKept;

pub use self::blame::{Blame, BlameLine};
pub use self::derivation::{Derivation, DerivationStep, Relation};
pub use self::diff::{Diff, EntityDiff};
pub use self::execution_tree::{ExecutionTree, ExecutionTreeEntry};
pub use self::graph::GraphOf;
pub use self::history::{History, HistoryEntry};
pub(crate) use self::value::changed_fields;
pub use self::value::{FieldChange, FieldValue};

/// The execution that made a version; none if it was inserted or committed directly, or if the call is
/// still under way.
fn execution_of(ground: &Ground, version: &AnyStored) -> Result<Option<Arc<Execution>>> {
    match version.execution_id() {
        Some(id) => ground.store().execution(id),
        None => Ok(None),
    }
}

/// What is left to say of the execution that made a version, if that was not `found` because it was removed.
fn gone_execution_of(
    ground: &Ground,
    version: &AnyStored,
    found: Option<&Arc<Execution>>,
) -> Result<Option<NoLongerKept>> {
    match (version.execution_id(), found) {
        (Some(id), None) => ground.no_longer_kept(id),
        _ => Ok(None),
    }
}

/// A version that another one names.
enum Named {
    Kept(AnyStored),
    Gone(NoLongerKept),
}

/// Finds a version that was stored, whether it is kept or not.
///
/// # Errors
///
/// `unknown-version` if it never was, and if the store cannot be read.
fn find_named(ground: &Ground, ecs_id: EcsId) -> Result<Named> {
    match ground.version(ecs_id) {
        Ok(version) => Ok(Named::Kept(version)),
        Err(error) => match error.kind() {
            ErrorKind::NoLongerKept { gone } => Ok(Named::Gone(gone.clone())),
            _ => Err(error),
        },
    }
}

/// The configs of an execution.
fn configs_of(ground: &Ground, execution: Option<&Execution>) -> Result<Vec<AnyStored>> {
    let configs = execution.into_iter().flat_map(|execution| &execution.configs);
    configs.map(|&config| ground.version(config)).collect()
}
