//! `ecs deps` and `ecs dependents`: what a version was derived from, and what was derived from it.

use clap::Args;
use ecs_core::{Derivation, World};

use super::{short_address, write_gone};
use crate::failure::{Answer, Result};
use crate::given::{self, short};
use crate::page::{Cell, Ink, Page};
use crate::shape::{DerivationShape, GoneShape, StepShape};

/// Whose origins to show.
#[derive(Clone, Debug, Args)]
pub struct Deps {
    /// The version
    #[arg(value_name = "ADDRESS")]
    version: String,
    /// No further than this many steps
    #[arg(long, value_name = "STEPS")]
    depth: Option<usize>,
}

/// What came of which version to show.
#[derive(Clone, Debug, Args)]
pub struct Dependents {
    /// The version
    #[arg(value_name = "ADDRESS")]
    version: String,
    /// No further than this many steps
    #[arg(long, value_name = "STEPS")]
    depth: Option<usize>,
}

impl Deps {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let version = given::version(world, &self.version)?;
        write(page, &world.dependencies(&version, self.depth)?)
    }
}

impl Dependents {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let version = given::version(world, &self.version)?;
        write(page, &world.dependents(&version, self.depth)?)
    }
}

fn write(page: &mut Page<'_>, derivation: &Derivation) -> Result<Answer> {
    let start = derivation.start();
    if page.is_json {
        let steps = derivation.steps().iter().map(StepShape::of).collect();
        page.json(&DerivationShape {
            version: start.ecs_id(),
            is_complete: derivation.is_complete(),
            steps,
            no_longer_kept: derivation.no_longer_kept().iter().map(GoneShape::of).collect(),
        })?;
        return Ok(Answer::of(!derivation.steps().is_empty()));
    }
    page.line(&[Cell::new(Ink::Name, start.entity_type().name()), Cell::new(Ink::Id, start.to_string())])?;
    let rows = derivation.steps().iter().map(|step| {
        let by = step.execution.as_ref().map(|execution| format!("{} {}", execution.callable(), short(execution.id)));
        vec![
            Cell::new(Ink::Faint, step.depth.to_string()),
            short_address(step.version.ecs_id()),
            Cell::plain(step.version.entity_type().name()),
            Cell::plain(step.relation.to_string()),
            short_address(step.reached_from),
            Cell::new(Ink::Name, by.unwrap_or_default()),
        ]
    });
    page.table(&["step", "version", "type", "as", "of", "by"], rows.collect())?;
    derivation.no_longer_kept().iter().try_for_each(|gone| write_gone(page, "", gone))?;
    if !derivation.is_complete() {
        page.line(&[Cell::new(Ink::Faint, "…and more beyond the depth asked for")])?;
    }
    Ok(Answer::of(!derivation.steps().is_empty()))
}
