//! How a check of a file ends before it is through.

use crate::failure::Failure;
use crate::finding::Finding;

/// Why a check ends early.
pub(crate) enum Stop {
    /// Something is not as it was written.
    Found(Box<Finding>),
    /// It cannot go on: the disk does not answer, another process has the file.
    Failed(Failure),
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Self::Found(Box::new(finding))
    }
}

impl From<Failure> for Stop {
    /// What cannot be read as what this program writes was changed; everything else is no finding.
    fn from(failure: Failure) -> Self {
        use rusqlite::{Error, ErrorCode};
        match failure {
            Failure::Damaged(what) => Finding::new(what).into(),
            Failure::Core(error) => Finding::new(error.to_string()).into(),
            Failure::Sqlite(
                error @ (Error::FromSqlConversionFailure(..)
                | Error::InvalidColumnType(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::Utf8Error(..)),
            ) => Finding::new(format!("a column does not hold what is written there: {error}")).into(),
            Failure::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
                Finding::new(format!("a page of the file is damaged: {error}")).into()
            }
            other => Self::Failed(other),
        }
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Failure::from(error).into()
    }
}

impl Stop {
    /// Says more of a finding.
    pub(crate) fn map(self, more: impl FnOnce(Finding) -> Finding) -> Self {
        match self {
            Self::Found(finding) => more(*finding).into(),
            failed @ Self::Failed(_) => failed,
        }
    }
}
