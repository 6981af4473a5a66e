//! The questions, one file for each.

mod blame;
mod call;
mod derivation;
mod diff;
mod execution;
mod export;
mod file;
mod filters;
mod graph;
mod history;
mod log;
mod prune;
mod replay;
mod show;
mod stats;

pub use self::blame::Blame;
pub use self::call::Call;
pub use self::derivation::{Dependents, Deps};
pub use self::diff::Diff;
pub use self::export::Export;
pub(crate) use self::file::{Backup, Verify};
pub use self::filters::{Filters, Outcome};
pub use self::graph::{Graph, GraphFormat, GraphKind};
pub use self::history::History;
pub use self::log::Log;
pub(crate) use self::prune::Prune;
pub use self::replay::Replay;
pub use self::show::Show;
pub use self::stats::Stats;

use std::ops::ControlFlow;

use ecs_core::{
    AnyStored, EntityDiff, Execution, FieldChange, FieldValue, NoLongerKept, Outcome as CoreOutcome, Status, World,
};
use serde_json::Value as Json;

use crate::failure::{Failure, Result};
use crate::given::short;
use crate::page::{Cell, Ink, Page};

/// Whether to go on with a visit; a failure ends it and is kept.
fn go_on(step: Result<ControlFlow<()>>, failed: &mut Result<()>) -> ControlFlow<()> {
    step.unwrap_or_else(|failure: Failure| {
        *failed = Err(failure);
        ControlFlow::Break(())
    })
}

/// How an execution ended, in the colour of that.
fn ink_of(status: &Status) -> Ink {
    match status.outcome() {
        CoreOutcome::Succeeded => Ink::Good,
        _ => Ink::Bad,
    }
}

/// How many of many are shown where one is as good as another.
const A_FEW: usize = 4;

/// The short address of a version.
fn short_address(version: impl std::fmt::Display) -> Cell {
    Cell::new(Ink::Id, format!("@{}", short(version)))
}

/// The fields of a version in the order of the struct, each with its value.
fn fields_of(version: &AnyStored) -> Result<Vec<(&'static str, Json)>> {
    let mut values = version.fields_to_json()?;
    let fields = version.entity_type().fields().iter();
    Ok(fields.filter_map(|field| Some((field.name(), values.get_mut(field.name())?.take()))).collect())
}

/// A value, in one line.
fn value(value: &FieldValue) -> Cell {
    Cell::plain(value.to_string())
}

/// A change of a field, in one line.
fn write_change(page: &mut Page<'_>, indent: &str, change: &FieldChange) -> Result<()> {
    let name = Cell::new(Ink::Name, format!("{indent}{}", change.field));
    let after = Cell::new(Ink::Good, change.after.to_string());
    match &change.before {
        Some(before) => {
            let before = Cell::new(Ink::Bad, before.to_string());
            page.line(&[name, before, Cell::new(Ink::Faint, "→"), after])
        }
        None => page.line(&[name, after]),
    }
}

/// What became of an entity in a tree.
fn write_entity_diff(page: &mut Page<'_>, entity: &EntityDiff) -> Result<()> {
    let path = if entity.path.is_empty() { "(itself)".to_owned() } else { entity.path.to_string() };
    let (ink, sign) = match (entity.before, entity.after) {
        (None, _) => (Ink::Good, "+"),
        (_, None) => (Ink::Bad, "-"),
        _ => (Ink::Plain, " "),
    };
    let mut cells = vec![Cell::new(ink, format!("  {sign} {path}")), Cell::new(Ink::Faint, entity.type_name)];
    if let Some(from) = &entity.moved_from {
        cells.push(Cell::new(Ink::Faint, format!("moved from {from}")));
    }
    page.line(&cells)?;
    entity.fields.iter().try_for_each(|change| write_change(page, "      ", change))
}

/// What is left to say of something that was pruned, in one line.
fn write_gone(page: &mut Page<'_>, indent: &str, gone: &NoLongerKept) -> Result<()> {
    page.line(&[Cell::new(Ink::Faint, format!("{indent}{gone}"))])
}

/// Which call made something, and where it is recorded; or that no call did.
fn made_by(world: &World, version: &AnyStored, execution: Option<&Execution>) -> Result<Vec<Cell>> {
    Ok(match (execution, version.execution_id()) {
        (Some(execution), _) => vec![
            Cell::plain("by"),
            Cell::new(Ink::Name, execution.callable()),
            Cell::plain("in"),
            Cell::new(Ink::Id, execution.id.to_string()),
        ],
        (None, Some(id)) => {
            let is_gone = world.no_longer_kept(id)?.is_some();
            let why = if is_gone { "(no longer kept)" } else { "(under way)" };
            vec![Cell::plain("in"), Cell::new(Ink::Id, id.to_string()), Cell::plain(why)]
        }
        (None, None) => vec![Cell::plain("stored directly")],
    })
}
