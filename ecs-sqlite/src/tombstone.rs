//! What is left of what was removed: its ids, and the digest that the seal of its commit is over.
//!
//! A prune is a commit. Its seal is over all that it left, so nothing can be removed as if it had been pruned, and
//! nothing that was can be told otherwise, without changing every seal from there on.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ecs_core::store::{AnyId, NoLongerKept};
use ecs_core::{EcsId, ExecutionId, LineageId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::failure::{Failure, Result};
use crate::finding::{Finding, Stop};
use crate::read::Reader;
use crate::seal::{Hasher, Seal};
use crate::write::id_of;

/// What is left of a version.
pub(crate) struct RemovedVersion {
    pub(crate) id: i64,
    pub(crate) ecs_id: EcsId,
    pub(crate) lineage_id: LineageId,
    /// The row of its parent, as it was.
    pub(crate) parent: Option<i64>,
    pub(crate) commit_id: i64,
    pub(crate) digest: Seal,
}

/// What is left of an execution.
pub(crate) struct RemovedExecution {
    pub(crate) id: i64,
    pub(crate) execution_id: ExecutionId,
    pub(crate) parent: Option<[u8; 16]>,
    pub(crate) commit_id: i64,
    pub(crate) digest: Seal,
}

/// A prune, and the hash of what it left so far, in the order of the rows.
pub(crate) struct Prune {
    pruned_at: i64,
    policy: String,
    versions: Hasher,
    executions: Hasher,
}

impl Prune {
    pub(crate) fn new(pruned_at: i64, policy: String) -> Self {
        let (versions, executions) = (Hasher::of(b"ecs removed versions 1"), Hasher::of(b"ecs removed executions 1"));
        Self { pruned_at, policy, versions, executions }
    }

    fn version(&mut self, removed: &RemovedVersion) {
        self.versions
            .bytes(&removed.id.to_le_bytes())
            .bytes(removed.ecs_id.as_uuid().as_bytes())
            .bytes(removed.lineage_id.as_uuid().as_bytes())
            .bytes(removed.parent.map(i64::to_le_bytes).as_ref().map_or(&[], |parent| &parent[..]))
            .bytes(&removed.commit_id.to_le_bytes())
            .bytes(&removed.digest);
    }

    fn execution(&mut self, removed: &RemovedExecution) {
        self.executions
            .bytes(&removed.id.to_le_bytes())
            .bytes(removed.execution_id.as_uuid().as_bytes())
            .bytes(removed.parent.as_ref().map_or(&[], |parent| &parent[..]))
            .bytes(&removed.commit_id.to_le_bytes())
            .bytes(&removed.digest);
    }

    /// The seal of the prune, which follows the commit with the seal `before`.
    pub(crate) fn seal(&self, before: &Seal) -> Seal {
        let mut hasher = Hasher::of(b"ecs prune 1");
        hasher.bytes(before).bytes(&self.pruned_at.to_le_bytes()).bytes(self.policy.as_bytes());
        hasher.bytes(&self.versions.finish()).bytes(&self.executions.finish());
        hasher.finish()
    }

    /// Writes what is left of a version.
    pub(crate) fn leave_version(
        &mut self,
        transaction: &Transaction<'_>,
        removed: &RemovedVersion,
        commit_id: i64,
    ) -> Result<()> {
        self.version(removed);
        transaction
            .prepare_cached(
                "INSERT INTO removed_versions (id, ecs_id, lineage, parent, commit_id, digest, prune)
                 SELECT ?1, ?2, id, ?4, ?5, ?6, ?7 FROM lineages WHERE lineage_id = ?3",
            )?
            .execute(params![
                removed.id,
                removed.ecs_id.as_uuid().as_bytes(),
                removed.lineage_id.as_uuid().as_bytes(),
                removed.parent,
                removed.commit_id,
                removed.digest,
                commit_id,
            ])?;
        Ok(())
    }

    /// Writes what is left of an execution.
    pub(crate) fn leave_execution(
        &mut self,
        transaction: &Transaction<'_>,
        removed: &RemovedExecution,
        commit_id: i64,
    ) -> Result<()> {
        self.execution(removed);
        transaction
            .prepare_cached(
                "INSERT INTO removed_executions (id, execution_id, parent, commit_id, digest, prune)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                removed.id,
                removed.execution_id.as_uuid().as_bytes(),
                removed.parent,
                removed.commit_id,
                removed.digest,
                commit_id,
            ])?;
        Ok(())
    }

    /// Writes the prune itself, as the commit that follows the one with the seal `before`.
    pub(crate) fn write(&self, transaction: &Transaction<'_>, before: &Seal, commit_id: i64) -> Result<()> {
        transaction.execute("INSERT INTO commits (id, seal) VALUES (?, ?)", params![commit_id, self.seal(before)])?;
        transaction.execute(
            "INSERT INTO prunes (commit_id, pruned_at, policy) VALUES (?, ?, ?)",
            params![commit_id, self.pruned_at, self.policy],
        )?;
        Ok(())
    }
}

/// Every prune by its commit, with the hash of everything that is said to be left by it.
pub(crate) fn prunes(connection: &Connection) -> Result<HashMap<i64, Prune>, Stop> {
    let mut prunes: HashMap<i64, Prune> = HashMap::new();
    let mut select = connection.prepare("SELECT commit_id, pruned_at, policy FROM prunes")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        prunes.insert(row.get(0)?, Prune::new(row.get(1)?, row.get(2)?));
    }
    let nowhere = |table: &str, id: i64, prune: i64| {
        let what = format!("row {id} of `{table}` says that commit {prune} removed it, which is no prune");
        Stop::from(Finding::new(what))
    };
    let mut select = connection.prepare(&format!("{VERSION} ORDER BY r.id"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (removed, prune) = (version(row)?, row.get(6)?);
        prunes.get_mut(&prune).ok_or_else(|| nowhere("removed_versions", removed.id, prune))?.version(&removed);
    }
    let mut select = connection.prepare(&format!("{EXECUTION} ORDER BY id"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (removed, prune) = (execution(row)?, row.get(5)?);
        prunes.get_mut(&prune).ok_or_else(|| nowhere("removed_executions", removed.id, prune))?.execution(&removed);
    }
    Ok(prunes)
}

const VERSION: &str = "SELECT r.id, r.ecs_id, l.lineage_id, r.parent, r.commit_id, r.digest, r.prune
    FROM removed_versions r LEFT JOIN lineages l ON l.id = r.lineage";

const EXECUTION: &str = "SELECT id, execution_id, parent, commit_id, digest, prune FROM removed_executions";

fn version(row: &rusqlite::Row<'_>) -> Result<RemovedVersion> {
    let id = row.get(0)?;
    let Some(lineage_id) = row.get::<_, Option<[u8; 16]>>(2)? else {
        return Err(Failure::Damaged(format!("row {id} of `removed_versions` names its lineage wrongly")));
    };
    Ok(RemovedVersion {
        id,
        ecs_id: id_of(row.get(1)?)?,
        lineage_id: id_of(lineage_id)?,
        parent: row.get(3)?,
        commit_id: row.get(4)?,
        digest: row.get(5)?,
    })
}

fn execution(row: &rusqlite::Row<'_>) -> Result<RemovedExecution> {
    Ok(RemovedExecution {
        id: row.get(0)?,
        execution_id: id_of(row.get(1)?)?,
        parent: row.get(2)?,
        commit_id: row.get(3)?,
        digest: row.get(4)?,
    })
}

/// A time as it stands in a column.
pub(crate) fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

impl Reader<'_> {
    /// What is left of the version that had this row.
    pub(crate) fn removed_version(&self, id: i64) -> Result<Option<RemovedVersion>> {
        let mut select = self.0.prepare_cached(&format!("{VERSION} WHERE r.id = ?"))?;
        let mut rows = select.query([id])?;
        rows.next()?.map(version).transpose()
    }

    /// What is left of the execution that had this row.
    pub(crate) fn removed_execution(&self, id: i64) -> Result<Option<RemovedExecution>> {
        let mut select = self.0.prepare_cached(&format!("{EXECUTION} WHERE id = ?"))?;
        let mut rows = select.query([id])?;
        rows.next()?.map(execution).transpose()
    }

    /// What is left to say of something that was removed.
    pub(crate) fn no_longer_kept(&self, id: AnyId) -> Result<Option<NoLongerKept>> {
        let condition = match id {
            AnyId::Version(_) => "commit_id = (SELECT prune FROM removed_versions WHERE ecs_id = ?)",
            // A lineage is gone with the last of its versions.
            AnyId::Lineage(_) => {
                "commit_id = (SELECT max(r.prune) FROM lineages l JOIN removed_versions r ON r.lineage = l.id
                 WHERE l.lineage_id = ? AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.lineage = l.id))"
            }
            AnyId::Execution(_) => "commit_id = (SELECT prune FROM removed_executions WHERE execution_id = ?)",
        };
        let mut find = self.0.prepare_cached(&format!("SELECT pruned_at, policy FROM prunes WHERE {condition}"))?;
        let found = find.query_row([id.as_uuid().as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(found.map(|(pruned_at, policy)| gone(id, pruned_at, policy)))
    }

    /// The executions that were called from inside one and were removed.
    pub(crate) fn nested_no_longer_kept(&self, execution_id: ExecutionId) -> Result<Vec<NoLongerKept>> {
        let mut select = self.0.prepare_cached(
            "SELECT r.execution_id, p.pruned_at, p.policy FROM removed_executions r
             JOIN prunes p ON p.commit_id = r.prune WHERE r.parent = ? ORDER BY r.execution_id",
        )?;
        let mut rows = select.query([execution_id.as_uuid().as_bytes()])?;
        let mut nested = Vec::new();
        while let Some(row) = rows.next()? {
            nested.push(gone(AnyId::Execution(id_of(row.get(0)?)?), row.get(1)?, row.get(2)?));
        }
        Ok(nested)
    }
}

fn gone(id: AnyId, pruned_at: i64, policy: String) -> NoLongerKept {
    let pruned_at = UNIX_EPOCH + Duration::from_nanos(pruned_at.unsigned_abs());
    NoLongerKept::new(id, pruned_at, policy.into())
}
