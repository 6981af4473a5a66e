//! Which executions are meant.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use ecs_core::{ExecutionFilter, Outcome as CoreOutcome, World};

use crate::failure::{Failure, Result, did_you_mean};
use crate::given;
use crate::when;

/// Which executions are meant; every condition must hold.
#[derive(Clone, Debug, Args)]
pub struct Filters {
    /// Only those of the callable with this name
    #[arg(long, value_name = "NAME")]
    callable: Option<String>,
    /// Only those that ended this way
    #[arg(long, value_enum, value_name = "OUTCOME")]
    outcome: Option<Outcome>,
    /// Only those that took or made a version of this thing, given by its lineage or a version
    #[arg(long, value_name = "ID")]
    lineage: Option<String>,
    /// Only those that started at this time or later: RFC 3339, a date, or `2h ago`
    #[arg(long, value_name = "TIME", value_parser = when::parse_time)]
    since: Option<SystemTime>,
    /// Only those that started before this time
    #[arg(long, value_name = "TIME", value_parser = when::parse_time)]
    until: Option<SystemTime>,
}

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Outcome {
    /// Everything it put out was committed.
    Succeeded,
    /// It left no version.
    Failed,
    /// It was dropped or stopped before it was done; it left no version.
    Cancelled,
}

impl Filters {
    pub(super) fn filter(&self, world: &World) -> Result<ExecutionFilter> {
        let mut filter = ExecutionFilter::new();
        if let Some(callable) = &self.callable {
            filter = filter.callable(callable);
        }
        if let Some(outcome) = self.outcome {
            filter = filter.outcome(match outcome {
                Outcome::Succeeded => CoreOutcome::Succeeded,
                Outcome::Failed => CoreOutcome::Failed,
                Outcome::Cancelled => CoreOutcome::Cancelled,
            });
        }
        if let Some(lineage) = &self.lineage {
            filter = filter.lineage(given::lineage(world, lineage)?);
        }
        if let Some(since) = self.since {
            filter = filter.since(since);
        }
        if let Some(until) = self.until {
            filter = filter.until(until);
        }
        Ok(filter)
    }

    /// Nothing was found: perhaps the name was not the right one.
    pub(super) fn refuse_unknown_callable(&self, world: &World) -> Result<()> {
        let Some(name) = &self.callable else { return Ok(()) };
        let mut names = BTreeSet::new();
        world.visit_executions(&ExecutionFilter::new(), |execution| {
            names.insert(execution.callable());
            ControlFlow::Continue(())
        })?;
        if names.contains(name.as_str()) {
            return Ok(());
        }
        let nearest = did_you_mean(name, names.iter().copied());
        Err(Failure::NotFound(format!("no execution here is one of `{name}`{nearest}")))
    }
}
