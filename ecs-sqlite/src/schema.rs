//! The tables of the file, and opening it.

use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::failure::{Failure, Result};
use crate::{Durability, Options};

/// Stands in the header of every file of this kind: "ecs1".
const APPLICATION_ID: i32 = 0x6563_7331;

/// What this program writes; a file of a later version is refused.
pub(crate) const SCHEMA_VERSION: i32 = 1;

/// The tables. They are documented for people on the page `docs/store.md`, with the views.
pub(crate) const TABLES: &str = include_str!("schema.sql");

/// Opens the file for writing, and makes the tables if there are none.
pub(crate) fn open_writer(place: &std::path::Path, options: &Options) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        place,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(options.busy_timeout)?;
    check_header(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match options.durability {
        Durability::PowerLoss => "FULL",
        Durability::Process | Durability::Batched => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.set_prepared_statement_cache_capacity(64);
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

fn is_new(connection: &Connection) -> Result<bool> {
    let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(version == 0)
}

/// Opens a file that is there for reading only, and refuses what is no world.
pub(crate) fn open_existing(place: &std::path::Path, busy_timeout: Duration) -> Result<Connection> {
    let connection = open_reader(place, busy_timeout)?;
    check_header(&connection)?;
    if is_new(&connection)? { Err(Failure::Empty) } else { Ok(connection) }
}

/// Opens the file for reading only.
pub(crate) fn open_reader(place: &std::path::Path, busy_timeout: Duration) -> Result<Connection> {
    let connection =
        Connection::open_with_flags(place, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Refuses a file of another kind, or of a later version.
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
