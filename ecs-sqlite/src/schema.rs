//! The tables of the file, and opening it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::failure::{Failure, Result};
use crate::{Durability, Options};

/// Stands in the header of every file of this kind: "ecs1".
const APPLICATION_ID: i32 = 0x6563_7331;

/// How many bytes the header of every SQLite file has.
const HEADER: u64 = 100;

/// What this program writes; a file of a later version is refused.
pub(crate) const SCHEMA_VERSION: i32 = 1;

/// The tables. They are documented for people on the page `docs/store.md`, with the views.
pub(crate) const TABLES: &str = include_str!("schema.sql");

/// Opens the file for writing, and makes the tables if there are none.
pub(crate) fn open_writer(place: &Path, options: &Options) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        place,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(options.busy_timeout)?;
    check_kind(place, &connection)?;
    turn_on_log(&connection, options.busy_timeout)?;
    let (synchronous, pages_of_log) = match options.durability {
        Durability::PowerLoss => ("FULL", 1_000),
        Durability::Process => ("NORMAL", 1_000),
        Durability::Batched => ("NORMAL", 10_000),
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // Of macOS alone, whose `fsync` leaves what it writes in the cache of the disk.
    connection.pragma_update(None, "fullfsync", options.durability == Durability::PowerLoss)?;
    connection.pragma_update(None, "wal_autocheckpoint", pages_of_log)?;
    if let Some(bytes) = options.size_limit {
        let page: u64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        connection.pragma_update(None, "max_page_count", (bytes / page).max(1))?;
    }
    connection.pragma_update(None, "foreign_keys", false)?;
    keep_statements(&connection)?;
    if is_new(&connection)? {
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        // Two processes may open a new file at once; the second waits, and finds the tables there.
        if is_new(&transaction)? {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        }
        transaction.commit()?;
    }
    Ok(connection)
}

/// Lets a statement be prepared once, and not each time that it runs: SQLite looks at what is bound while it plans many
/// of ours, and plans them anew for whatever else is bound later, which takes several times as long as to run them.
pub(crate) fn keep_statements(connection: &Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Lets writers write beside readers. While another connection does the same to a new file, SQLite says at once
/// that it is busy, whatever the time limit, so the waiting is here.
fn turn_on_log(connection: &Connection, patience: Duration) -> Result<()> {
    let begun = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && begun.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(1));
            }
            done => return Ok(done?),
        }
    }
}

fn is_new(connection: &Connection) -> Result<bool> {
    let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(version == 0)
}

/// Opens a file that is there for reading only, and refuses what is no world.
pub(crate) fn open_existing(place: &Path, busy_timeout: Duration) -> Result<Connection> {
    is_there(place)?;
    let connection = open_reader(place, busy_timeout)?;
    check_existing(place, &connection)?;
    Ok(connection)
}

/// Refuses a path at which nothing is.
pub(crate) fn is_there(place: &Path) -> Result<()> {
    match std::fs::metadata(place) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Failure::Missing),
        _ => Ok(()),
    }
}

/// Refuses a file that is no world, or none yet.
pub(crate) fn check_existing(place: &Path, connection: &Connection) -> Result<()> {
    check_kind(place, connection)?;
    if is_new(connection)? { Err(Failure::Empty) } else { Ok(()) }
}

/// Refuses a file of another kind, or of a later version.
fn check_kind(place: &Path, connection: &Connection) -> Result<()> {
    // As it is at one moment: another process may be making it.
    let transaction = connection.unchecked_transaction()?;
    check_header(&transaction)?;
    // SQLite takes what is shorter than its header for a database that is empty.
    match std::fs::metadata(place).map_or(0, |file| file.len()) {
        1..HEADER if is_new(&transaction)? => Err(Failure::TooShort),
        _ => Ok(()),
    }
}

/// Opens the file for reading only.
pub(crate) fn open_reader(place: &Path, busy_timeout: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(place, flags)?;
    // SQLite keeps what readers and writers tell each other in a file beside this one. Where it can make none, and
    // where no log is left to read, nobody writes, and none is needed.
    if let Err(error) = is_new(&connection)
        && error.is_about_access()
        && std::fs::metadata(beside(place, "-wal")).map_or(0, |log| log.len()) == 0
    {
        let path = place.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let uri = format!("file:{path}?immutable=1");
        connection = Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?;
    }
    connection.busy_timeout(busy_timeout)?;
    keep_statements(&connection)?;
    Ok(connection)
}

/// The path of a file that SQLite keeps beside this one.
pub(crate) fn beside(place: &Path, suffix: &str) -> PathBuf {
    let mut path = place.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Refuses what has the header of another kind, or of a later version.
pub(crate) fn check_header(connection: &Connection) -> Result<()> {
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    match (application, version) {
        (APPLICATION_ID, 1..=SCHEMA_VERSION) => Ok(()),
        (APPLICATION_ID, found) if found > SCHEMA_VERSION => Err(Failure::LaterSchema { found, known: SCHEMA_VERSION }),
        (APPLICATION_ID, found) => Err(Failure::Damaged(format!("its header says that its schema is {found}"))),
        (0, 0) if tables == 0 => Ok(()),
        _ => Err(Failure::OtherKind),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::read::EXECUTION;

    #[test]
    fn each_durability_is_what_sqlite_is_told() {
        let folder = tempfile::tempdir().expect("a folder for a test");
        for (durability, synchronous, pages_of_log) in
            [(Durability::PowerLoss, 2, 1_000), (Durability::Process, 1, 1_000), (Durability::Batched, 1, 10_000)]
        {
            let options = Options::new().durability(durability);
            let connection = open_writer(&folder.path().join("world.db"), &options).expect("a new file");
            let pragma = |name: &str| -> i64 {
                connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0)).expect("a pragma")
            };
            assert_eq!(pragma("synchronous"), synchronous);
            assert_eq!(pragma("fullfsync"), i64::from(durability == Durability::PowerLoss));
            assert_eq!(pragma("wal_autocheckpoint"), pages_of_log);
            let journal: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("a pragma");
            assert_eq!(journal, "wal");
        }
    }

    #[test]
    fn a_statement_is_prepared_once_whatever_it_is_bound_to() {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let place = folder.path().join("world.db");
        let writer = open_writer(&place, &Options::new()).expect("a new file");
        let reader = open_reader(&place, Duration::ZERO).expect("a file");
        for connection in [writer, reader] {
            let found = || connection.prepare_cached(&format!("{EXECUTION} WHERE e.execution_id = ?"));
            for id in [[1_u8; 16], [2; 16]] {
                assert!(!found().expect("a statement").exists([id]).expect("it runs"));
            }
            let found = found().expect("a statement");
            assert_eq!(found.get_status(StatementStatus::RePrepare), 0);
        }
    }
}
