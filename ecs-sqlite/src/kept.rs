//! What of a file is kept under a policy of retention, and what that needs.

use std::collections::HashSet;

use ecs_core::EcsId;
use rusqlite::{Connection, OptionalExtension};

use crate::failure::{Failure, Result};
use crate::payload::{Part, chunk_ids, parts};
use crate::read::Reader;
use crate::retention::Retention;
use crate::tombstone::nanoseconds;
use crate::verify::Progress;
use crate::write::id_of;

/// Some rows of a table whose rows are counted from 1.
pub(crate) struct Rows(Vec<bool>);

impl Rows {
    /// None of a table.
    fn of(connection: &Connection, table: &str) -> Result<Self> {
        let last: usize =
            connection.query_row(&format!("SELECT coalesce(max(id), 0) FROM {table}"), [], |row| row.get(0))?;
        Ok(Self(vec![false; last + 1]))
    }

    pub(crate) fn contains(&self, id: i64) -> bool {
        usize::try_from(id).ok().and_then(|id| self.0.get(id)).is_some_and(|is_there| *is_there)
    }

    /// Adds a row; whether it was not there.
    fn insert(&mut self, id: i64) -> bool {
        match usize::try_from(id).ok().and_then(|id| self.0.get_mut(id)) {
            Some(is_there) => !std::mem::replace(is_there, true),
            None => false,
        }
    }
}

/// What is kept.
pub(crate) struct Kept {
    pub(crate) versions: Rows,
    pub(crate) executions: Rows,
    /// The large fields of what is kept, and their parts.
    pub(crate) blobs: HashSet<i64>,
    pub(crate) chunks: HashSet<i64>,
}

impl Kept {
    /// Finds what is kept.
    pub(crate) fn under(
        retention: &Retention,
        connection: &Connection,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self> {
        let chosen = chosen(retention, connection)?;
        let mut keeping = Keeping {
            connection,
            kept: Self {
                versions: Rows::of(connection, "versions")?,
                executions: Rows::of(connection, "executions")?,
                blobs: HashSet::new(),
                chunks: HashSet::new(),
            },
            versions: Vec::new(),
            executions: Vec::new(),
        };
        keeping.makers(&chosen)?;
        if let Some(moment) = retention.moment() {
            keeping.executions("SELECT id FROM executions WHERE started_at >= ?", [nanoseconds(moment)])?;
        }
        keeping.versions(chosen.0.iter().zip(0..).filter(|(is_chosen, _)| **is_chosen).map(|(_, id)| id));
        // New rows are counted on from the last ones.
        keeping.executions("SELECT max(id) FROM executions HAVING count(*) > 0", [])?;
        let last: Option<i64> = connection.query_row("SELECT max(id) FROM versions", [], |row| row.get(0))?;
        keeping.versions(last);
        keeping.follow(progress)?;
        Ok(keeping.kept)
    }
}

/// The versions that a policy keeps by itself.
fn chosen(retention: &Retention, connection: &Connection) -> Result<Rows> {
    // What belongs to the calls that used it: it begins and ends its lineage, and no call put it out as a thing.
    let mut of_calls = Rows::of(connection, "versions")?;
    each(
        connection,
        "SELECT v.id FROM versions v WHERE v.root IS NULL AND v.parent IS NULL AND v.execution_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM versions o WHERE o.lineage = v.lineage AND o.id <> v.id)
             AND NOT EXISTS (SELECT 1 FROM executions e JOIN links k ON k.execution = e.id
                 WHERE e.execution_id = v.execution_id AND k.role = 2 AND k.version = v.id)",
        [],
        |id| {
            of_calls.insert(id);
        },
    )?;
    let mut chosen = Rows::of(connection, "versions")?;
    let mut choose = |id| {
        if !of_calls.contains(id) {
            chosen.insert(id);
        }
    };
    each(connection, "SELECT version FROM heads", [], &mut choose)?;
    if retention.versions() > 1 {
        let query = "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY lineage ORDER BY id DESC) AS age
             FROM versions) WHERE age <= ?";
        each(connection, query, [retention.versions()], &mut choose)?;
    }
    if let Some(moment) = retention.moment() {
        let mut select = connection.prepare("SELECT id, ecs_id FROM versions")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if id_of::<EcsId>(row.get(1)?)?.time() >= moment {
                choose(row.get(0)?);
            }
        }
    }
    Ok(chosen)
}

/// Goes through the ids that a query gives.
fn each(connection: &Connection, query: &str, values: impl rusqlite::Params, mut visit: impl FnMut(i64)) -> Result<()> {
    let mut select = connection.prepare(query)?;
    let mut rows = select.query(values)?;
    while let Some(row) = rows.next()? {
        visit(row.get(0)?);
    }
    Ok(())
}

/// What is kept so far, and what of it was not looked at yet.
struct Keeping<'k> {
    connection: &'k Connection,
    kept: Kept,
    versions: Vec<i64>,
    executions: Vec<i64>,
}

impl Keeping<'_> {
    fn versions(&mut self, ids: impl IntoIterator<Item = i64>) {
        let kept = &mut self.kept.versions;
        self.versions.extend(ids.into_iter().filter(|id| kept.insert(*id)));
    }

    fn executions(&mut self, query: &str, values: impl rusqlite::Params) -> Result<()> {
        let (kept, left) = (&mut self.kept.executions, &mut self.executions);
        each(self.connection, query, values, |id| {
            if kept.insert(id) {
                left.push(id);
            }
        })
    }

    /// The executions that made these versions.
    fn makers(&mut self, versions: &Rows) -> Result<()> {
        let query = "SELECT v.id, e.id FROM versions v JOIN executions e ON e.execution_id = v.execution_id";
        let mut select = self.connection.prepare(query)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let execution = row.get(1)?;
            if versions.contains(row.get(0)?) && self.kept.executions.insert(execution) {
                self.executions.push(execution);
            }
        }
        Ok(())
    }

    /// Keeps what that needs which is kept.
    fn follow(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        while let Some(id) = self.executions.pop() {
            self.executions(
                "SELECT o.id FROM executions e JOIN executions o ON o.execution_id IN (e.parent, e.reused)
                 WHERE e.id = ?",
                [id],
            )?;
            let mut used = Vec::new();
            let query = "SELECT version FROM links WHERE execution = ?1
                 UNION SELECT version FROM sources WHERE execution = ?1 AND version IS NOT NULL";
            let mut select = self.connection.prepare_cached(query)?;
            let mut rows = select.query([id])?;
            while let Some(row) = rows.next()? {
                used.push(row.get(0)?);
            }
            self.versions(used);
        }
        let mut done = 0;
        while let Some(id) = self.versions.pop() {
            let mut needed = Vec::new();
            self.version(id, &mut needed)?;
            self.versions(needed);
            done += 1;
            progress(Progress { done, total: done + self.versions.len() as u64 });
        }
        Ok(())
    }

    /// Finds the versions that one has in it or refers to, and its large fields.
    fn version(&mut self, id: i64, needed: &mut Vec<i64>) -> Result<()> {
        let Some(found) = Reader(self.connection).select("WHERE v.id = ?", [id])?.pop() else {
            return Err(Failure::Damaged(format!("row {id} of `versions` cannot be read")));
        };
        let mut find = self.connection.prepare_cached("SELECT payload FROM versions WHERE id = ?")?;
        let payload: Vec<u8> = find.query_row([id], |row| row.get(0))?;
        for part in parts(&payload)? {
            let Part::Blob(blob) = part else { continue };
            if self.kept.blobs.insert(blob) {
                let mut find = self.connection.prepare_cached("SELECT chunks FROM blobs WHERE id = ?")?;
                let chunks: Vec<u8> = find.query_row([blob], |row| row.get(0))?;
                self.kept.chunks.extend(chunk_ids(&chunks)?);
            }
        }
        let named = found.record.held()?.into_iter().chain(found.record.references);
        let mut find = self.connection.prepare_cached("SELECT id FROM versions WHERE ecs_id = ?")?;
        for ecs_id in named {
            // One that was never stored, or was removed before, is no reason to refuse the rest.
            needed.extend(find.query_row([ecs_id.as_uuid().as_bytes()], |row| row.get::<_, i64>(0)).optional()?);
        }
        Ok(())
    }
}
