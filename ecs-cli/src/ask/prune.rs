//! `ecs prune`: removes what a policy does not keep, or says what that would be.

use std::path::Path;
use std::time::SystemTime;

use clap::Args;
use ecs_sqlite::{Pruning, Retention, Share, plan_prune, prune_file, shrink_file};
use indicatif::HumanBytes;
use serde::Serialize;

use super::stats::bytes_of;
use crate::failure::{Answer, Result};
use crate::page::{Cell, Ink, Page};
use crate::progress::Progress;
use crate::when;

/// What to keep, and whether to remove the rest.
#[derive(Clone, Debug, Args)]
pub(crate) struct Prune {
    #[command(flatten)]
    keep: Keep,
    /// Remove the rest; without this, only say what it is
    #[arg(long)]
    yes: bool,
    /// Leave the room that it took to what is written next, rather than write the file anew
    #[arg(long, requires = "yes")]
    no_shrink: bool,
}

/// What to keep: what any of these keeps.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = true)]
struct Keep {
    /// Keep the last versions of each thing, so many, with the calls that made them
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    keep_last: Option<u32>,
    /// Keep every version and every call since this time: RFC 3339, a date, or `2h ago`
    #[arg(long, value_name = "TIME", value_parser = when::parse_time)]
    keep_since: Option<SystemTime>,
}

impl Keep {
    fn retention(&self) -> Retention {
        let mut retention = Retention::new();
        if let Some(versions) = self.keep_last {
            retention = retention.last(versions);
        }
        if let Some(moment) = self.keep_since {
            retention = retention.since(moment);
        }
        retention
    }
}

/// What is removed, or would be.
#[derive(Debug, Serialize)]
struct PruneShape {
    is_done: bool,
    policy: String,
    versions: u64,
    executions: u64,
    bytes: u64,
    types: Vec<TypeShape>,
    callables: Vec<CallableShape>,
    bytes_before: u64,
    bytes_after: Option<u64>,
}

#[derive(Debug, Serialize)]
struct TypeShape {
    r#type: String,
    removed: u64,
    kept: u64,
}

#[derive(Debug, Serialize)]
struct CallableShape {
    callable: String,
    removed: u64,
    kept: u64,
}

impl PruneShape {
    fn of(pruning: &Pruning, retention: &Retention, bytes_before: u64, bytes_after: Option<u64>) -> Self {
        let of_type =
            |share: &Share| TypeShape { r#type: share.name.to_string(), removed: share.removed, kept: share.kept };
        let of_callable = |share: &Share| CallableShape {
            callable: share.name.to_string(),
            removed: share.removed,
            kept: share.kept,
        };
        Self {
            is_done: bytes_after.is_some(),
            policy: retention.to_string(),
            versions: pruning.versions,
            executions: pruning.executions,
            bytes: pruning.bytes,
            types: pruning.types.iter().map(of_type).collect(),
            callables: pruning.callables.iter().map(of_callable).collect(),
            bytes_before,
            bytes_after,
        }
    }
}

impl Prune {
    pub(crate) fn answer(&self, file: &Path, page: &mut Page<'_>) -> Result<Answer> {
        let retention = self.keep.retention();
        let bytes_before = bytes_of(file);
        if !self.yes {
            let progress = Progress::before_the_answer("looking");
            let planned = plan_prune(file, &retention, |now| progress.at(now.done, now.total))?;
            drop(progress);
            write(page, &PruneShape::of(&planned, &retention, bytes_before, None))?;
            return Ok(Answer::Found);
        }
        let progress = Progress::before_the_answer("checking and pruning");
        let pruned = prune_file(file, &retention, |now| progress.at(now.done, now.total))?;
        drop(progress);
        // What is removed is removed, whether there is room to write the file anew or not.
        let shrunk = if self.no_shrink { Ok(()) } else { shrink_file(file) };
        write(page, &PruneShape::of(&pruned, &retention, bytes_before, Some(bytes_of(file))))?;
        shrunk?;
        Ok(Answer::Found)
    }
}

fn write(page: &mut Page<'_>, shape: &PruneShape) -> Result<()> {
    if page.is_json {
        return page.json(shape);
    }
    let row = |name: &str, text: String| vec![Cell::new(Ink::Faint, name), Cell::plain(text)];
    let is = if shape.is_done { "removed" } else { "would be removed" };
    page.line(&[Cell::new(Ink::Faint, "kept:"), Cell::plain(&*shape.policy)])?;
    page.line(&[Cell::new(Ink::Faint, format!("{is}:"))])?;
    page.table(
        &[],
        vec![
            row("  versions", shape.versions.to_string()),
            row("  executions", shape.executions.to_string()),
            row("  about", HumanBytes(shape.bytes).to_string()),
        ],
    )?;
    let shares = shape.types.iter().map(|share| ("type", &share.r#type, share.removed, share.kept));
    let callables = shape.callables.iter().map(|share| ("callable", &share.callable, share.removed, share.kept));
    let rows = shares.chain(callables).map(|(kind, name, removed, kept)| {
        let counts = [removed, kept].map(|count| Cell::plain(count.to_string()));
        [Cell::new(Ink::Faint, kind), Cell::new(Ink::Name, &**name)].into_iter().chain(counts).collect()
    });
    page.text("")?;
    page.table(&["", "name", "removed", "kept"], rows.collect())?;
    page.text("")?;
    match shape.bytes_after {
        Some(after) => {
            let sizes = format!("the file took {}, and takes {}", HumanBytes(shape.bytes_before), HumanBytes(after));
            page.line(&[Cell::new(Ink::Good, "done:"), Cell::plain(sizes)])
        }
        None if shape.versions + shape.executions == 0 => page.line(&[Cell::plain("there is nothing to remove")]),
        None => page.line(&[Cell::plain(
            "nothing was changed; say `--yes` to remove this for good, and make a backup before if you may want it back",
        )]),
    }
}
