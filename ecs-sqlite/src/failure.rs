//! What can go wrong with a file, in terms of the file.

use std::path::{Path, PathBuf};

use ecs_core::{Error, ErrorKind};

use crate::finding::Finding;

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why the file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Of the core: conflicts, versions that cannot be read.
    #[error(transparent)]
    Core(#[from] Error),
    #[error("this is a database, but not one of ecs; give the path of another file, or of none yet")]
    OtherKind,
    #[error("it is no database, or the first bytes of one; give the path of another file, or restore a backup")]
    TooShort,
    #[error("`{}` is there already; a backup replaces nothing: give another path", .to.display())]
    BackupExists { to: PathBuf },
    #[error("the backup `{}` cannot be made: {why}", .to.display())]
    NoBackup { to: PathBuf, why: std::io::Error },
    #[error("there is no such file; give the path of one that `World::open` has written")]
    Missing,
    #[error("it may only be read; nothing was removed. Give yourself the right to write it")]
    MayNotWrite,
    #[error("it was opened to be read only; open it with `SqliteStore::open` to write")]
    ReadOnly,
    #[error(
        "it is open elsewhere, in a program or a command, and what has it open counts on what is stored; close it there, \
         or prune a backup"
    )]
    InUse,
    #[error(
        "it is not pruned, as not everything in it is as it was written, and what is removed can say no more of \
             that; look into this first: {finding}"
    )]
    NotWhole { finding: Box<Finding> },
    #[error("it is empty: nothing was ever stored in it; is it the right path?")]
    Empty,
    #[error("it was written by a later version of ecs (schema {found}, this one knows {known}); use that version")]
    LaterSchema { found: i32, known: i32 },
    #[error("{}", sqlite(.0))]
    Sqlite(#[from] rusqlite::Error),
    #[error("the file is damaged: {0}; restore a backup, or look with `verify` at how far it is whole")]
    Damaged(String),
}

fn sqlite(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    let cure = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process is writing to it, and did not end within the time limit; try again, or raise \
             `busy_timeout`"
        }
        Some(ErrorCode::ReadOnly) => {
            "it may only be read; nothing was written. Give yourself the right to write it, or write to a copy"
        }
        Some(ErrorCode::DiskFull) => {
            "the disk, or the size limit that was given, is full; nothing of this commit was written, and everything \
             before it is there. Make room, and go on"
        }
        Some(ErrorCode::NotADatabase) => {
            "it is no database, or it is damaged from its first bytes on; give the path of another file, or restore a \
             backup"
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            "the file is damaged; restore a backup, or look with `verify` at how far it is whole"
        }
        Some(ErrorCode::CannotOpen) => "it cannot be opened; is the folder there, and may you write in it?",
        Some(ErrorCode::PermissionDenied) => "you may not open it; give yourself the right to",
        Some(ErrorCode::SystemIoFailure) => {
            "the disk did not do what was asked of it; is it there, sound, and is there room on it?"
        }
        _ => return error.to_string(),
    };
    format!("{cure} ({error})")
}

impl Failure {
    /// Whether the file, or one beside it, may not be written or made.
    pub(crate) fn is_about_access(&self) -> bool {
        use rusqlite::ErrorCode::{CannotOpen, PermissionDenied, ReadOnly, SystemIoFailure};
        let Self::Sqlite(error) = self else { return false };
        matches!(error.sqlite_error_code(), Some(CannotOpen | PermissionDenied | ReadOnly | SystemIoFailure))
    }

    /// The error of the core for this file.
    pub(crate) fn at(self, place: &Path) -> Error {
        match self {
            Self::Core(error) => error,
            other => {
                ErrorKind::Store { place: place.display().to_string().into(), reason: other.to_string().into() }.into()
            }
        }
    }
}
