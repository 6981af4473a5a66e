//! Removing what nobody wants kept, so that the chain goes on and can be checked.
//!
//! A world that is open counts on what is stored: the rows that its writer knows, the roots that it read, the configs
//! that need not be written again. So a file is pruned while nobody has it open, and nobody can open it meanwhile.
//! Everything is removed in one transaction, which also leaves what is left and seals that.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::failure::{Failure, Result};
use crate::kept::{Kept, Rows};
use crate::read::Reader;
use crate::retention::Retention;
use crate::schema::{check_existing, is_there, keep_statements};
use crate::seal::{BEGINNING, digest_execution, digest_version};
use crate::stop::Stop;
use crate::tombstone::{Prune, RemovedExecution, RemovedVersion, nanoseconds};
use crate::verify::{self, Progress, chain_head};

/// How long it is waited for somebody who is about to close the file.
const PATIENCE: Duration = Duration::from_millis(500);

/// About how many bytes a version takes beside its fields, with what finds it.
const BESIDE_A_VERSION: u64 = 200;
/// About how many bytes an execution takes, with its links.
const AN_EXECUTION: u64 = 300;
/// About how many bytes are left of either.
const LEFT: u64 = 120;

/// What a prune removes, and what it keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pruning {
    /// How many versions are removed.
    pub versions: u64,
    /// How many executions are removed.
    pub executions: u64,
    /// How many bytes they take, about, less what is left of them. The file gets smaller by it when it is
    /// [shrunk](crate::shrink_file).
    pub bytes: u64,
    /// By type of the entity, in alphabetical order.
    pub types: Vec<Share>,
    /// By callable, in alphabetical order.
    pub callables: Vec<Share>,
}

/// How many of the versions of a type, or of the executions of a callable, are removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Share {
    /// The name of the type or the callable.
    pub name: Box<str>,
    /// How many are removed.
    pub removed: u64,
    /// How many are kept.
    pub kept: u64,
}

impl Pruning {
    /// Whether nothing is removed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.versions == 0 && self.executions == 0
    }

    fn of(connection: &Connection, kept: &Kept) -> Result<Self> {
        let versions = Counts::of(
            connection,
            "SELECT v.id, t.name, length(v.payload) + length(v.json) FROM versions v JOIN types t ON t.id = v.type",
            &kept.versions,
        )?;
        let executions = Counts::of(
            connection,
            "SELECT e.id, c.name, coalesce(length(e.message), 0) FROM executions e JOIN callables c ON c.id = e.callable",
            &kept.executions,
        )?;
        let mut chunks = 0;
        let mut select = connection.prepare("SELECT id, length(data) FROM chunks")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if !kept.chunks.contains(&row.get(0)?) {
                chunks += row.get::<_, u64>(1)?;
            }
        }
        Ok(Self {
            versions: versions.removed,
            executions: executions.removed,
            bytes: versions.bytes
                + executions.bytes
                + chunks
                + versions.removed * (BESIDE_A_VERSION - LEFT)
                + executions.removed * (AN_EXECUTION - LEFT),
            types: versions.shares(),
            callables: executions.shares(),
        })
    }
}

/// How many rows of a table are removed, by a name.
struct Counts {
    removed: u64,
    bytes: u64,
    by_name: BTreeMap<String, (u64, u64)>,
}

impl Counts {
    fn of(connection: &Connection, query: &str, kept: &Rows) -> Result<Self> {
        let mut counts = Self { removed: 0, bytes: 0, by_name: BTreeMap::new() };
        let mut select = connection.prepare(query)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (removed, stays) = counts.by_name.entry(row.get(1)?).or_default();
            if kept.contains(row.get(0)?) {
                *stays += 1;
            } else {
                *removed += 1;
                counts.removed += 1;
                counts.bytes += row.get::<_, u64>(2)?;
            }
        }
        Ok(counts)
    }

    fn shares(self) -> Vec<Share> {
        let share = |(name, (removed, kept)): (String, _)| Share { name: name.into(), removed, kept };
        self.by_name.into_iter().map(share).collect()
    }
}

/// What would be removed.
pub(crate) fn plan(
    connection: &Connection,
    retention: &Retention,
    progress: &mut dyn FnMut(Progress),
) -> Result<Pruning> {
    // One transaction, so that what is committed meanwhile is not seen in part.
    let transaction = connection.unchecked_transaction()?;
    Pruning::of(&transaction, &Kept::under(retention, &transaction, progress)?)
}

/// Removes it.
pub(crate) fn prune(place: &Path, retention: &Retention, progress: &mut dyn FnMut(Progress)) -> Result<Pruning> {
    let mut connection = open_alone(place)?;
    // What is removed can say no more that it was not as it was written.
    match verify::verify(&connection, None, progress) {
        Ok(_) => {}
        Err(Stop::Found(finding)) => return Err(Failure::NotWhole { finding }),
        Err(Stop::Failed(failure)) => return Err(failure),
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let kept = Kept::under(retention, &transaction, progress)?;
    let pruning = Pruning::of(&transaction, &kept)?;
    if pruning.is_empty() {
        return Ok(pruning);
    }
    let mut removing = Removing { transaction: &transaction, kept: &kept, progress, done: 0, total: 0 };
    removing.total = pruning.versions + pruning.executions;
    removing.leave(retention)?;
    removing.remove()?;
    transaction.commit()?;
    Ok(pruning)
}

/// Gives the disk back what was taken by what was removed.
pub(crate) fn shrink(place: &Path) -> Result<()> {
    // The file is written anew without its empty pages. Such pages can also be given back one by one, but only of a
    // file in which each page has been noted with what points at it from the first write on, and that is paid for by
    // every commit.
    open_alone(place)?.execute_batch("VACUUM")?;
    Ok(())
}

/// Opens a file that nobody else has open, so that nobody can until this is closed.
fn open_alone(place: &Path) -> Result<Connection> {
    is_there(place)?;
    let begun = Instant::now();
    loop {
        let connection =
            Connection::open_with_flags(place, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        if connection.is_readonly(rusqlite::MAIN_DB)? {
            return Err(Failure::MayNotWrite);
        }
        keep_statements(&connection)?;
        // Everyone who has the file open holds a lock on it, idle or not, and this takes all of it. A backup is
        // without a log until then; with one, nobody has to mend what a killed process leaves.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        let opened = check_existing(place, &connection)
            .and_then(|()| Ok(connection.pragma_update(None, "journal_mode", "WAL")?));
        match opened {
            Err(Failure::Sqlite(error)) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                if begun.elapsed() > PATIENCE {
                    return Err(Failure::InUse);
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(failure) => return Err(failure),
            Ok(()) => {
                connection.pragma_update(None, "synchronous", "FULL")?;
                connection.set_prepared_statement_cache_capacity(64);
                return Ok(connection);
            }
        }
    }
}

/// A removal under way.
struct Removing<'r> {
    transaction: &'r Transaction<'r>,
    kept: &'r Kept,
    progress: &'r mut dyn FnMut(Progress),
    done: u64,
    total: u64,
}

impl Removing<'_> {
    fn removed(&self, table: &str, kept: &Rows) -> Result<Vec<i64>> {
        let mut select = self.transaction.prepare(&format!("SELECT id FROM {table} ORDER BY id"))?;
        let ids = select.query_map([], |row| row.get(0))?;
        let is_removed = |id: &Result<i64, rusqlite::Error>| id.as_ref().map_or(true, |id| !kept.contains(*id));
        Ok(ids.filter(is_removed).collect::<Result<_, _>>()?)
    }

    fn step(&mut self) {
        self.done += 1;
        (self.progress)(Progress { done: self.done, total: self.total });
    }

    /// Writes what is left, and seals it.
    fn leave(&mut self, retention: &Retention) -> Result<()> {
        let head = chain_head(self.transaction)?;
        let before = if head.commit() == 0 { BEGINNING } else { *head.seal() };
        let commit_id = i64::try_from(head.commit() + 1)
            .map_err(|_| Failure::Damaged("there are more commits than there can be".to_owned()))?;
        let mut prune = Prune::new(nanoseconds(SystemTime::now()), retention.to_string());
        let reader = Reader(self.transaction);
        for id in self.removed("versions", &self.kept.versions)? {
            for found in reader.select("WHERE v.id = ?", [id])? {
                let places = if found.record.is_root() { reader.places(id)? } else { Vec::new() };
                let removed = RemovedVersion {
                    id,
                    ecs_id: found.record.ecs_id,
                    lineage_id: found.record.lineage_id,
                    parent: found.parent,
                    commit_id: found.commit_id,
                    digest: digest_version(&found.record, &places, &found.json),
                };
                prune.leave(self.transaction, &removed, commit_id)?;
            }
            self.step();
        }
        for id in self.removed("executions", &self.kept.executions)? {
            reader.executions("WHERE e.id = ?", [id], |found| {
                let removed = RemovedExecution {
                    id,
                    execution_id: found.record.id,
                    parent: found.record.parent.map(|id| id.as_uuid().into_bytes()),
                    commit_id: found.commit_id,
                    digest: digest_execution(&found.record)?,
                };
                prune.leave(self.transaction, &removed, commit_id)
            })?;
            self.step();
        }
        prune.write(self.transaction, &before, commit_id)
    }

    /// Removes the rows of which something is left, and everything that nothing uses then.
    fn remove(&self) -> Result<()> {
        self.transaction.execute_batch(
            "DELETE FROM links WHERE execution IN (SELECT id FROM removed_executions);
             DELETE FROM sources WHERE execution IN (SELECT id FROM removed_executions);
             DELETE FROM executions WHERE id IN (SELECT id FROM removed_executions);
             DELETE FROM heads WHERE version IN (SELECT id FROM removed_versions);
             DELETE FROM refs WHERE version IN (SELECT id FROM removed_versions);
             DELETE FROM places WHERE root IN (SELECT id FROM removed_versions);
             DELETE FROM attachments WHERE source IN (SELECT id FROM removed_versions)
                 OR root IN (SELECT id FROM removed_versions);
             DELETE FROM versions WHERE id IN (SELECT id FROM removed_versions);
             DELETE FROM types WHERE id NOT IN (SELECT type FROM versions);
             DELETE FROM callables WHERE id NOT IN (SELECT callable FROM executions);",
        )?;
        for (table, used) in [("blobs", &self.kept.blobs), ("chunks", &self.kept.chunks)] {
            let mut select = self.transaction.prepare(&format!("SELECT id FROM {table}"))?;
            let ids = select.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            let mut delete = self.transaction.prepare(&format!("DELETE FROM {table} WHERE id = ?"))?;
            for id in ids.into_iter().filter(|id| !used.contains(id)) {
                delete.execute([id])?;
            }
        }
        Ok(())
    }
}
