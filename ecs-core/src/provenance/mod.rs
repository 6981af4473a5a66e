//! What the record says of how things came to be: differences, history, blame, derivation, pictures.

mod blame;
mod derivation;
mod diff;
mod execution_tree;
mod graph;
mod history;
mod value;

use std::sync::Arc;

use crate::entity::AnyStored;
use crate::error::Result;
use crate::execution::Execution;
use crate::world::World;

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
fn execution_of(world: &World, version: &AnyStored) -> Result<Option<Arc<Execution>>> {
    match version.execution_id() {
        Some(id) => world.store().execution(id),
        None => Ok(None),
    }
}

/// The configs of an execution.
fn configs_of(world: &World, execution: Option<&Execution>) -> Result<Vec<AnyStored>> {
    let configs = execution.into_iter().flat_map(|execution| &execution.configs);
    configs.map(|&config| world.version(config)).collect()
}
