//! `replay`, in a program of one's own: recorded executions again, to see whether they give the same.

use clap::Args;
use ecs_core::{ExecutionId, Replay as Replayed, ReplayOutcome, World};
use serde::Serialize;

use super::filters::Filters;
use crate::failure::{Answer, Failure, Result};
use crate::given::{self, Meant};
use crate::page::{Cell, Ink, Page};
use crate::progress::Progress;
use crate::runtime;

/// What to run again.
#[derive(Clone, Debug, Args)]
pub struct Replay {
    /// The execution; every one that fits the options, if it is left out
    #[arg(value_name = "EXECUTION")]
    execution: Option<String>,
    #[command(flatten)]
    filters: Filters,
}

/// What came of one replay.
#[derive(Debug, Serialize)]
struct ReplayShape {
    execution: ExecutionId,
    callable: &'static str,
    outcome: &'static str,
    reason: Option<String>,
    differences: Vec<String>,
}

/// What came of many.
#[derive(Debug, Serialize)]
struct ReplaysShape {
    executions: usize,
    identical: usize,
    different: usize,
    not_replayable: usize,
    /// Those that were not identical, as far as they are kept.
    others: Vec<ReplayShape>,
}

impl ReplayShape {
    fn of(replay: &Replayed) -> Self {
        Self {
            execution: replay.execution.id,
            callable: replay.execution.callable(),
            outcome: match &replay.outcome {
                ReplayOutcome::Identical => "identical",
                ReplayOutcome::Different { .. } => "different",
                _ => "not-replayable",
            },
            reason: replay.reason().map(ToString::to_string),
            differences: replay.differences().iter().map(ToString::to_string).collect(),
        }
    }
}

impl Replay {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        match &self.execution {
            Some(given) => one(world, page, given),
            None => self.all(world, page),
        }
    }

    fn all(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let progress = Progress::before_the_answer("replaying");
        let replays = world.replay_all(&self.filters.filter(world)?).on_progress(|_, _| progress.step());
        let summary = runtime::waiting(|| replays.wait())??;
        drop(progress);
        if summary.total() == 0 {
            self.filters.refuse_unknown_callable(world)?;
        }
        if page.is_json {
            page.json(&ReplaysShape {
                executions: summary.total(),
                identical: summary.identical,
                different: summary.different,
                not_replayable: summary.not_replayable.values().sum(),
                others: summary.others.iter().map(ReplayShape::of).collect(),
            })?;
        } else {
            summary.others.iter().try_for_each(|replay| write(page, replay))?;
            // Its other lines have just been written.
            page.text(summary.to_string().lines().next().unwrap_or_default())?;
        }
        Ok(Answer::of(summary.total() > 0 && summary.different == 0))
    }
}

fn one(world: &World, page: &mut Page<'_>, given: &str) -> Result<Answer> {
    let Meant::Execution(id) = given::execution_or_address(world, given)? else {
        return Err(Failure::Usage(format!(
            "`{given}` is a version or a lineage, and executions are replayed; `log --lineage {given}` lists those of it"
        )));
    };
    let replay = runtime::waiting(|| world.replay(id).wait())??;
    if page.is_json {
        page.json(&ReplayShape::of(&replay))?;
    } else {
        write(page, &replay)?;
    }
    Ok(Answer::of(replay.is_identical()))
}

fn write(page: &mut Page<'_>, replay: &Replayed) -> Result<()> {
    let ink = if replay.is_identical() { Ink::Good } else { Ink::Bad };
    let outcome = replay.outcome.to_string();
    let mut lines = outcome.lines();
    page.line(&[
        Cell::new(Ink::Name, replay.execution.callable()),
        Cell::new(Ink::Id, replay.execution.id.to_string()),
        Cell::new(ink, lines.next().unwrap_or_default()),
    ])?;
    lines.try_for_each(|line| page.line(&[Cell::plain(line)]))
}
