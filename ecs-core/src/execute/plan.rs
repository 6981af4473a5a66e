//! Which strategy: from the signature, counted at compile time, and from how the arguments came.

use crate::callable::Frame;
use crate::callable::cell::Given;
use crate::execution::Strategy;
use crate::signature::Kind;

/// Decides how the inputs of a call are bound:
///
/// | signature | arguments | strategy |
/// | --- | --- | --- |
/// | no inputs | | `NoInputs` |
/// | no config | no entity given as value or handle | `PureBorrowing` |
/// | several entities, or a container of them | | `MultiEntityComposite` |
/// | a config, or one entity and values | | `SingleEntityWithConfig` |
/// | one entity | | `SingleEntityDirect` |
///
/// The first row that fits decides.
#[inline]
pub(super) fn plan(frame: &mut dyn Frame) -> Strategy {
    let definition = frame.definition();
    let counts = definition.counts;
    let entities = counts.entities + 2 * counts.containers;
    if entities + counts.configs + counts.values == 0 {
        return Strategy::NoInputs;
    }
    if counts.configs == 0 && !is_entity_given(frame) {
        return Strategy::PureBorrowing;
    }
    if entities >= 2 {
        return Strategy::MultiEntityComposite;
    }
    if counts.configs + counts.values > 0 { Strategy::SingleEntityWithConfig } else { Strategy::SingleEntityDirect }
}

/// Whether an entity is given as a value or a handle, rather than by address.
fn is_entity_given(frame: &mut dyn Frame) -> bool {
    frame.definition().params.iter().enumerate().any(|(index, param)| {
        matches!(param.kind, Kind::Entity | Kind::Entities) && frame.slot(index).given() == Given::Directly
    })
}
