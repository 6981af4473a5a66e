//! Copying a file while others write to it.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::failure::{Failure, Result};
use crate::schema::open_reader;
use crate::verify::Progress;

/// How many pages are copied between two reports.
const PAGES: i32 = 1_024;

/// Copies the file as it is at this moment.
pub(crate) fn copy(from: &Path, to: &Path, busy_timeout: Duration, progress: &mut dyn FnMut(Progress)) -> Result<()> {
    let source = open_reader(from, busy_timeout)?;
    // What others commit meanwhile is not seen, so that the copy need not begin again.
    let snapshot = source.unchecked_transaction()?;
    snapshot.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    OpenOptions::new().write(true).create_new(true).open(to).map_err(|why| match why.kind() {
        ErrorKind::AlreadyExists => Failure::BackupExists { to: to.to_path_buf() },
        _ => Failure::NoBackup { to: to.to_path_buf(), why },
    })?;
    let copied = copy_pages(&snapshot, to, progress);
    if copied.is_err() {
        // It is ours, and nothing to keep.
        std::fs::remove_file(to).ok();
    }
    copied
}

fn copy_pages(source: &Connection, to: &Path, progress: &mut dyn FnMut(Progress)) -> Result<()> {
    let mut target = Connection::open(to)?;
    let backup = Backup::new(source, &mut target)?;
    loop {
        let step = backup.step(PAGES)?;
        let pages = backup.progress();
        let of = |pages: i32| u64::try_from(pages).unwrap_or(0);
        progress(Progress { done: of(pages.pagecount - pages.remaining), total: of(pages.pagecount) });
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            // Nobody else knows the new file, so this is short.
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    drop(backup);
    // One file, without a log beside it, wherever it is kept.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(())
}
