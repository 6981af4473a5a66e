//! Which executions to list.

use std::time::SystemTime;

use crate::entity::{ExecutionId, LineageId};
use crate::execution::{Execution, Outcome};

/// Which executions to list; every condition must hold.
///
/// ```standalone_crate
/// # use ecs::prelude::*;
/// # let world = World::in_memory()?;
/// let failed = world.executions(&ExecutionFilter::new().callable("standing").outcome(Outcome::Failed))?;
/// assert!(failed.is_empty());
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ExecutionFilter {
    callable: Option<Box<str>>,
    lineage: Option<LineageId>,
    outcome: Option<Outcome>,
    parent: Option<ExecutionId>,
    since: Option<SystemTime>,
    until: Option<SystemTime>,
}

impl ExecutionFilter {
    /// Every execution.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of the callable with this name.
    #[must_use]
    pub fn callable(self, name: &str) -> Self {
        Self { callable: Some(name.into()), ..self }
    }

    /// Only those that took or put out a version of this lineage.
    #[must_use]
    pub fn lineage(self, lineage: impl Into<LineageId>) -> Self {
        Self { lineage: Some(lineage.into()), ..self }
    }

    /// Only those that ended this way.
    #[must_use]
    pub fn outcome(self, outcome: Outcome) -> Self {
        Self { outcome: Some(outcome), ..self }
    }

    /// Only those called from inside this execution.
    #[must_use]
    pub fn parent(self, parent: ExecutionId) -> Self {
        Self { parent: Some(parent), ..self }
    }

    /// Only those that started at this time or later.
    #[must_use]
    pub fn since(self, time: SystemTime) -> Self {
        Self { since: Some(time), ..self }
    }

    /// Only those that started before this time.
    #[must_use]
    pub fn until(self, time: SystemTime) -> Self {
        Self { until: Some(time), ..self }
    }

    pub(crate) fn of_lineage(&self) -> Option<LineageId> {
        self.lineage
    }

    /// Whether no execution that started before this one can fit.
    pub(crate) fn is_past(&self, execution: &Execution) -> bool {
        self.since.is_some_and(|time| execution.started_at() < time)
    }

    /// Whether an execution fits every condition but that on its versions, which takes a look-up.
    pub(crate) fn fits(&self, execution: &Execution) -> bool {
        self.callable.as_deref().is_none_or(|name| name == execution.callable())
            && self.outcome.is_none_or(|outcome| outcome == execution.status().outcome())
            && self.parent.is_none_or(|parent| execution.parent == Some(parent))
            && self.since.is_none_or(|time| execution.started_at() >= time)
            && self.until.is_none_or(|time| execution.started_at() < time)
    }
}
