//! `ecs diff`: what differs between two versions of a thing.

use clap::Args;
use ecs_core::World;

use super::write_entity_diff;
use crate::failure::{Answer, Result};
use crate::given;
use crate::page::{Cell, Ink, Page};
use crate::shape::{DiffShape, EntityDiffShape};

/// What to compare.
#[derive(Clone, Debug, Args)]
pub struct Diff {
    /// The version before
    #[arg(value_name = "@BEFORE")]
    before: String,
    /// The version after; the head of the same thing, if it is left out
    #[arg(value_name = "@AFTER")]
    after: Option<String>,
}

impl Diff {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let before = given::version(world, &self.before)?;
        let after = match &self.after {
            Some(after) => given::version(world, after)?,
            None => world.any_head(before.lineage_id())?,
        };
        let diff = world.diff(&before, &after)?;
        if page.is_json {
            let entities = diff.entities().iter().map(EntityDiffShape::of).collect();
            page.json(&DiffShape { from: diff.from(), to: diff.to(), entities })?;
            return Ok(Answer::of(!diff.is_empty()));
        }
        page.line(&[
            Cell::new(Ink::Name, after.entity_type().name()),
            Cell::new(Ink::Id, before.to_string()),
            Cell::new(Ink::Faint, "→"),
            Cell::new(Ink::Id, after.to_string()),
        ])?;
        let told = diff.entities().iter().filter(|entity| !entity.is_only_holder());
        told.clone().try_for_each(|entity| write_entity_diff(page, entity))?;
        if diff.is_empty() {
            page.line(&[Cell::plain("nothing differs")])?;
        }
        Ok(Answer::of(!diff.is_empty()))
    }
}
