//! Binding: each slot turns what was given into what the function gets.

use super::commit::Underway;
use crate::address::{Address, Target};
use crate::callable::{Binder, Frame, Loose};
use crate::entity::{AnyStored, IdMap, LineageId};
use crate::error::Result;
use crate::execution::Strategy;
use crate::signature::Kind;

/// Binds every slot of `frame` in the order of the parameters.
///
/// # Errors
///
/// If an argument is missing or of the wrong type. `underway` then holds what was bound so far.
pub(super) fn bind(underway: &mut Underway<'_>, frame: &mut dyn Frame, loose: Loose) -> Result<()> {
    let definition = underway.definition;
    let mut binder = binder(underway, loose);
    for (index, param) in definition.inputs_at() {
        binder.begin(param);
        frame.slot(index).bind(&mut binder)?;
    }
    Ok(())
}

/// Records the generated entities of a call that was bound: what it was given.
///
/// # Errors
///
/// If a value in them cannot be recorded.
pub(super) fn record(underway: &mut Underway<'_>, frame: &mut dyn Frame) -> Result<()> {
    let (definition, plan) = (underway.definition, underway.strategy);
    let mut binder = binder(underway, Loose::new());
    let is_single = matches!(plan, Strategy::SingleEntityDirect | Strategy::SingleEntityWithConfig);
    if is_single && definition.counts.values > 0 {
        binder.record_config(frame.config())?;
    }
    binder.record_given(frame, plan)
}

/// Binds every entity of a lineage that is in `newest` to that version; all else stays as it was bound.
///
/// # Errors
///
/// If the input entity cannot be recorded.
pub(super) fn rebind(
    underway: &mut Underway<'_>,
    frame: &mut dyn Frame,
    newest: IdMap<LineageId, AnyStored>,
) -> Result<()> {
    let (definition, plan) = (underway.definition, underway.strategy);
    let inputs = &mut underway.inputs;
    inputs.generated = None;
    let bound = std::mem::take(&mut inputs.entities);
    for (argument, param) in inputs.arguments.iter_mut().zip(definition.inputs()) {
        if param.kind != Kind::Config {
            argument.versions.clear();
        }
        for source in argument.sources.iter_mut().filter(|source| source.from.path().is_empty()) {
            let moved =
                bound.as_slice().iter().find(|version| Target::Version(version.ecs_id()) == source.from.target());
            if let Some(head) = moved.and_then(|version| newest.get(&version.lineage_id())) {
                source.from = Address::of_version(head.ecs_id());
            }
        }
    }
    let mut binder = binder(underway, Loose::new()).with_newest(newest);
    for (argument, (index, param)) in definition.inputs_at().enumerate() {
        binder.begin_again(argument, param);
        frame.slot(index).rebind(&mut binder)?;
    }
    binder.record_given(frame, plan)
}

fn binder<'b>(underway: &'b mut Underway<'_>, loose: Loose) -> Binder<'b> {
    Binder::new(underway.ground(), underway.definition, underway.id, underway.moment, &mut underway.inputs, loose)
}
