//! Why an execution cannot be replayed.

use std::fmt;

use crate::callable::NotRestored;
use crate::entity::{EcsId, ExecutionId};
use crate::error::Error;
use crate::execution::Status;
use crate::signature::Fingerprint;

/// Why a recorded execution cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotReplayable {
    /// No callable of its name is in this program.
    FunctionGone,
    /// The function is not the one that ran.
    CodeChanged {
        /// The fingerprint of the one that ran.
        recorded: Fingerprint,
        /// The fingerprint of the one that is there.
        found: Fingerprint,
    },
    /// What was given for a parameter is not in the record, or no longer stored.
    InputGone {
        /// The parameter.
        parameter: &'static str,
        /// The version that is not there; none if the record names none.
        version: Option<EcsId>,
    },
    /// What it was given or put out cannot be read: its type is another now, or is not in this program.
    Unreadable {
        /// The version.
        version: EcsId,
        /// What does not fit.
        reason: Box<str>,
    },
    /// What it put out is no longer stored, so there is nothing to compare with.
    OutputGone {
        /// The version that is not there.
        version: EcsId,
    },
    /// It never finished.
    Cancelled,
    /// How it ended was not for the function to decide: it was refused, was late or met a conflict.
    NotByFunction {
        /// How it ended.
        status: Status,
    },
    /// It was to be replayed by a function whose own execution, being replayed, is not newer.
    NotOlder {
        /// The execution that is replayed.
        replayed: ExecutionId,
    },
    /// The replay could not be finished: it took longer than it was given, or needs a runtime.
    Unfinished {
        /// How the replay ended.
        status: Status,
    },
}

impl NotReplayable {
    /// A stable name of the reason, under which [`ReplaySummary`](crate::ReplaySummary) counts.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::FunctionGone => "function-gone",
            Self::CodeChanged { .. } => "code-changed",
            Self::InputGone { .. } => "input-gone",
            Self::Unreadable { .. } => "unreadable",
            Self::OutputGone { .. } => "output-gone",
            Self::Cancelled => "cancelled",
            Self::NotByFunction { .. } => "not-by-function",
            Self::NotOlder { .. } => "not-older",
            Self::Unfinished { .. } => "unfinished",
        }
    }

    /// Whether a recorded failure with this code says nothing of the function: it did not run, or it was
    /// stopped by something that is not in the record.
    pub(super) fn is_not_by_function(code: &str) -> bool {
        matches!(
            code,
            "unknown-argument"
                | "missing-argument"
                | "missing-config-field"
                | "argument-given-twice"
                | "config-given-twice"
                | "wrong-argument-type"
                | "arguments-not-an-object"
                | "argument-not-json"
                | "too-deep"
                | "conflict"
                | "timed-out"
                | "no-runtime"
        )
    }
}

impl fmt::Display for NotReplayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FunctionGone => f.write_str("no callable of that name is in this program"),
            Self::CodeChanged { recorded, found } => {
                write!(f, "the code has changed: its fingerprint was {recorded} and is {found}")
            }
            Self::InputGone { parameter, version: Some(version) } => {
                write!(f, "what was given for `{parameter}` is gone: @{version} is not stored")
            }
            Self::InputGone { parameter, version: None } => {
                write!(f, "what was given for `{parameter}` is not in the record")
            }
            Self::Unreadable { reason, .. } => write!(f, "what it was given or put out cannot be read: {reason}"),
            Self::OutputGone { version } => write!(f, "what it put out is gone: @{version} is not stored"),
            Self::Cancelled => f.write_str("it was cancelled before it finished"),
            Self::NotByFunction { status } => write!(f, "the function had no part in how it ended: {status}"),
            Self::NotOlder { replayed } => {
                write!(f, "it is not older than {replayed}, whose replay was to replay it")
            }
            Self::Unfinished { status } => write!(f, "the replay was not finished: {status}"),
        }
    }
}

/// What keeps a replay from being run.
#[derive(Debug)]
pub(super) enum Hindrance {
    /// The execution cannot be replayed.
    Reason(NotReplayable),
    /// Something failed that has nothing to do with the execution.
    Error(Error),
}

impl From<NotReplayable> for Hindrance {
    fn from(reason: NotReplayable) -> Self {
        Self::Reason(reason)
    }
}

impl From<NotRestored> for Hindrance {
    fn from(why: NotRestored) -> Self {
        match why {
            NotRestored::Gone { parameter, version } => NotReplayable::InputGone { parameter, version }.into(),
            NotRestored::Unreadable { version, reason } => NotReplayable::Unreadable { version, reason }.into(),
            NotRestored::Error(error) => error.into(),
        }
    }
}

impl From<Error> for Hindrance {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
