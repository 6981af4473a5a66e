//! From the record of an execution back to what it was given.

use crate::callable::{Definition, Frame, NotRestored, Restorer, find_readable};
use crate::entity::AnyStored;
use crate::execution::Execution;
use crate::ground::Ground;

/// Fills the slots of `frame` with what `execution` was given.
///
/// # Errors
///
/// If something of it is not in the record, or no longer stored.
pub(super) fn restore(ground: &Ground, execution: &Execution, frame: &mut dyn Frame) -> Result<(), NotRestored> {
    let definition = frame.definition();
    let mut restorer = Restorer::new(ground, execution, generated(ground, execution, definition)?);
    for (index, param) in definition.inputs_at() {
        restorer.begin(param);
        frame.slot(index).restore(&restorer)?;
    }
    Ok(())
}

/// The entities generated for `execution`, as far as they are there.
fn generated(ground: &Ground, execution: &Execution, definition: &Definition) -> Result<Vec<AnyStored>, NotRestored> {
    let mut generated = Vec::new();
    for ecs_id in execution.input.iter().chain(&execution.configs) {
        let version = find_readable(ground, *ecs_id)?;
        let is_generated = |version: &AnyStored| {
            let types = [&definition.generated.input, &definition.generated.config].into_iter().flatten();
            types.into_iter().any(|generated| generated.name() == version.entity_type().name())
        };
        generated.extend(version.filter(is_generated));
    }
    Ok(generated)
}
