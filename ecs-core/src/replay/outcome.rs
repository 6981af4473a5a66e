//! What came of a replay.

use std::fmt;
use std::sync::Arc;

use super::difference::Difference;
use super::reason::NotReplayable;
use crate::execution::Execution;

/// An execution that was replayed, and what came of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Replay {
    /// The recorded execution.
    pub execution: Arc<Execution>,
    /// The record of the replay, if the function ran. What it names beyond what the recorded execution was
    /// given is not kept.
    pub ran: Option<Arc<Execution>>,
    /// Whether it gave the same.
    pub outcome: ReplayOutcome,
}

/// Whether an execution gave the same when it was replayed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReplayOutcome {
    /// It ended the same way, with as many outputs of the same semantics and content; or with the same error.
    ///
    /// Ids do not count: what an execution makes gets new ones every time.
    Identical,
    /// It did not.
    Different {
        /// What differs.
        differences: Vec<Difference>,
    },
    /// It cannot be told.
    NotReplayable {
        /// Why.
        reason: NotReplayable,
    },
}

impl Replay {
    /// Whether it gave the same.
    #[must_use]
    pub fn is_identical(&self) -> bool {
        self.outcome == ReplayOutcome::Identical
    }

    /// What differs; nothing unless the outcome is [`Different`](ReplayOutcome::Different).
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        match &self.outcome {
            ReplayOutcome::Different { differences } => differences,
            _ => &[],
        }
    }

    /// Why it cannot be replayed, if it cannot.
    #[must_use]
    pub fn reason(&self) -> Option<&NotReplayable> {
        match &self.outcome {
            ReplayOutcome::NotReplayable { reason } => Some(reason),
            _ => None,
        }
    }
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.execution.id, self.execution.callable(), self.outcome)
    }
}

impl fmt::Display for ReplayOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identical => f.write_str("identical"),
            Self::Different { differences } => {
                f.write_str("different")?;
                differences.iter().try_for_each(|difference| write!(f, "\n  {difference}"))
            }
            Self::NotReplayable { reason } => write!(f, "not replayable: {reason}"),
        }
    }
}
