//! Why a question has no answer, and the exit code of that.

use std::io;
use std::process::ExitCode;

use ecs_core::Error;

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(String),
    /// The question makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The world's own answer.
    #[error(transparent)]
    World(#[from] Error),
    /// Callables cannot have a runtime.
    #[error("a runtime of one thread waits for the answer, and another one for callables cannot be made: {0}")]
    NoRuntime(String),
    /// The answer could not be written.
    #[error("the answer cannot be written: {0}")]
    Write(#[from] io::Error),
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Write(error.into())
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.into())
    }
}

/// Nothing was found, or something is not as it should be.
const NOTHING: u8 = 1;
/// Wrong usage; what `clap` exits with as well.
const USAGE: u8 = 2;
/// The file cannot be read, or the answer cannot be written.
const UNREADABLE: u8 = 3;

impl Failure {
    /// Whether the reader of the answer has gone, which is no failure: a pager was closed.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::NotFound(_) | Self::NoRuntime(_) => NOTHING,
            Self::Usage(_) => USAGE,
            Self::Write(_) => UNREADABLE,
            Self::World(error) => match error.code() {
                "store"
                | "unreadable-version"
                | "unreadable-execution"
                | "changed-type"
                | "failed-upgrade"
                | "later-type"
                | "duplicate-callable"
                | "duplicate-entity-type" => UNREADABLE,
                "malformed-address"
                | "different-lineages"
                | "unknown-callable"
                | "unknown-argument"
                | "missing-argument"
                | "missing-config-field"
                | "config-given-twice"
                | "argument-given-twice"
                | "wrong-argument-type"
                | "arguments-not-an-object" => USAGE,
                _ => NOTHING,
            },
        })
    }
}

/// What a question came to, if it has an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Something was found.
    Found,
    /// Nothing was, or what was found is not as it should be.
    Nothing,
}

impl Answer {
    /// Found, if there is something.
    pub(crate) fn of(is_something: bool) -> Self {
        if is_something { Self::Found } else { Self::Nothing }
    }

    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Found => ExitCode::SUCCESS,
            Self::Nothing => ExitCode::from(NOTHING),
        }
    }
}

/// `; did you mean …?` where one of the names is near enough to be meant.
pub(crate) fn did_you_mean<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let allowed = (name.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| format!("; did you mean `{candidate}`?"))
        .unwrap_or_default()
}
