//! `ecs history`: the versions of a thing, the newest first.

use clap::Args;
use ecs_core::{HistoryEntry, World};

use super::{fields_of, made_by, write_change, write_entity_diff, write_gone};
use crate::failure::{Answer, Result};
use crate::given;
use crate::page::{Cell, Ink, Page};
use crate::shape::HistoryShape;
use crate::when;

/// Whose versions to show.
#[derive(Clone, Debug, Args)]
pub struct History {
    /// A lineage, one of its versions, or an address of an entity inside another
    #[arg(value_name = "LINEAGE|@VERSION")]
    what: String,
    /// No more than this many
    #[arg(short = 'n', long = "max-count", value_name = "COUNT")]
    count: Option<usize>,
}

impl History {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let history = world.history(given::lineage(world, &self.what)?)?;
        let entries = history.entries().iter().rev().take(self.count.unwrap_or(usize::MAX));
        if page.is_json {
            page.json(&entries.map(HistoryShape::of).collect::<Vec<_>>())?;
            return Ok(Answer::Found);
        }
        for (position, entry) in entries.enumerate() {
            if position > 0 {
                page.text("")?;
            }
            write_entry(world, page, entry)?;
        }
        Ok(Answer::Found)
    }
}

fn write_entry(world: &World, page: &mut Page<'_>, entry: &HistoryEntry) -> Result<()> {
    let version = &entry.version;
    let mut title = vec![Cell::new(Ink::Name, version.entity_type().name()), Cell::new(Ink::Id, version.to_string())];
    if entry.is_head {
        title.push(Cell::new(Ink::Good, "(head)"));
    }
    if let Some(source) = version.forked_from() {
        title.push(Cell::plain(format!("forked from @{source}")));
    }
    page.line(&title)?;
    let mut made = vec![Cell::plain(when::shown(version.time()))];
    made.extend(made_by(world, version, entry.execution.as_deref())?);
    page.line(&made)?;
    for config in &entry.configs {
        let mut cells = vec![
            Cell::plain("  with"),
            Cell::new(Ink::Name, config.entity_type().name()),
            Cell::new(Ink::Id, format!("{config}:")),
        ];
        cells.extend(fields_of(config)?.into_iter().map(|(name, value)| Cell::plain(format!("{name} {value}"))));
        page.line(&cells)?;
    }
    entry.no_longer_kept.iter().try_for_each(|gone| write_gone(page, "  ", gone))?;
    entry.changes.iter().try_for_each(|change| write_change(page, "    ", change))?;
    entry.below.iter().filter(|entity| !entity.is_only_holder()).try_for_each(|entity| write_entity_diff(page, entity))
}
