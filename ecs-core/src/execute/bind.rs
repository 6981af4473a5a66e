//! Binding: each slot turns what was given into what the function gets.

use super::commit::Underway;
use crate::address::{Address, Target};
use crate::callable::{Binder, Frame, Loose};
use crate::entity::{AnyStored, IdMap, LineageId};
use crate::error::Result;
use crate::signature::Kind;

/// Binds every slot of `frame` in the order of the parameters, and records what it was given. A call that may be
/// answered without running records it once it runs.
///
/// # Errors
///
/// If an argument is missing or of the wrong type, or a value cannot be recorded. `underway` then holds what was
/// bound so far.
#[inline]
pub(super) fn bind(underway: &mut Underway<'_>, frame: &mut dyn Frame, loose: Loose) -> Result<()> {
    let (definition, plan) = (underway.definition, underway.strategy);
    let mut binder = binder(underway, loose);
    for (index, param) in definition.inputs_at() {
        binder.begin(param);
        frame.slot(index).bind(&mut binder)?;
    }
    if definition.memo.is_none() { binder.record(frame, plan) } else { Ok(()) }
}

/// Records the generated entities of a call that was bound: what it was given.
///
/// # Errors
///
/// If a value in them cannot be recorded.
pub(super) fn record(underway: &mut Underway<'_>, frame: &mut dyn Frame) -> Result<()> {
    let plan = underway.strategy;
    binder(underway, Loose::new()).record(frame, plan)
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
    let mut before = std::mem::take(&mut inputs.arguments);
    for (_, source) in before.sources.iter_mut().filter(|(_, source)| source.from.path().is_empty()) {
        let moved = bound.as_slice().iter().find(|version| Target::Version(version.ecs_id()) == source.from.target());
        if let Some(head) = moved.and_then(|version| newest.get(&version.lineage_id())) {
            source.from = Address::of_version(head.ecs_id());
        }
    }
    inputs.arguments.sources = std::mem::take(&mut before.sources);
    let mut binder = binder(underway, Loose::new()).with_newest(newest);
    let mut rebound = Ok(());
    for (argument, (index, param)) in definition.inputs_at().enumerate() {
        let kept = if param.kind == Kind::Config { before.versions_of(argument) } else { &[] };
        // All are in the record, whichever is refused.
        binder.begin_again(param, kept);
        rebound = rebound.and_then(|()| frame.slot(index).rebind(&mut binder));
    }
    rebound?;
    binder.record_given(frame, plan)
}

#[inline]
fn binder<'b>(underway: &'b mut Underway<'_>, loose: Loose) -> Binder<'b> {
    Binder::new(underway.ground(), underway.definition, underway.id, underway.moment, &mut underway.inputs, loose)
}
