//! What is left of what was removed: its ids, and the digest that the seal of its commit is over.
//!
//! A prune is a commit. Its seal is over all that it left, so nothing can be removed as if it had been pruned, and
//! nothing that was can be told otherwise, without changing every seal from there on.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ecs_core::store::{AnyId, NoLongerKept};
use ecs_core::{EcsId, ExecutionId, LineageId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, params_from_iter};

use crate::failure::{Failure, Result};
use crate::finding::Finding;
use crate::read::Reader;
use crate::seal::{Hasher, Seal};
use crate::stop::Stop;
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

/// What is left of a row of one kind: how it is read, sealed and written.
pub(crate) trait Removed: Sized {
    /// The table that it is in.
    const TABLE: &'static str;
    /// Reads what is left of all rows, each as `r`.
    const SELECT: &'static str;
    /// Writes one: takes its values, and the prune that removed it.
    const INSERT: &'static str;

    fn of(row: &Row<'_>) -> Result<Self>;

    /// What is sealed of it, in this order.
    fn values(&self) -> Vec<Value>;

    /// The hash of all of its kind.
    fn hasher(prune: &mut Prune) -> &mut Hasher;
}

impl Removed for RemovedVersion {
    const TABLE: &'static str = "removed_versions";
    const SELECT: &'static str =
        "SELECT r.id, r.ecs_id, l.lineage_id, r.parent, r.commit_id, r.digest, r.prune AS prune
        FROM removed_versions r LEFT JOIN lineages l ON l.id = r.lineage";
    const INSERT: &'static str = "INSERT INTO removed_versions (id, ecs_id, lineage, parent, commit_id, digest, prune)
        SELECT ?1, ?2, id, ?4, ?5, ?6, ?7 FROM lineages WHERE lineage_id = ?3";

    fn of(row: &Row<'_>) -> Result<Self> {
        let id = row.get(0)?;
        let Some(lineage_id) = row.get::<_, Option<[u8; 16]>>(2)? else {
            return Err(Failure::Damaged(format!("row {id} of `removed_versions` names its lineage wrongly")));
        };
        Ok(Self {
            id,
            ecs_id: id_of(row.get(1)?)?,
            lineage_id: id_of(lineage_id)?,
            parent: row.get(3)?,
            commit_id: row.get(4)?,
            digest: row.get(5)?,
        })
    }

    fn values(&self) -> Vec<Value> {
        let (ecs_id, lineage_id) = (self.ecs_id.as_uuid().into_bytes(), self.lineage_id.as_uuid().into_bytes());
        let parent = self.parent.into();
        vec![self.id.into(), blob(ecs_id), blob(lineage_id), parent, self.commit_id.into(), blob(self.digest)]
    }

    fn hasher(prune: &mut Prune) -> &mut Hasher {
        &mut prune.versions
    }
}

impl Removed for RemovedExecution {
    const TABLE: &'static str = "removed_executions";
    const SELECT: &'static str = "SELECT r.id, r.execution_id, r.parent, r.commit_id, r.digest, r.prune AS prune
        FROM removed_executions r";
    const INSERT: &'static str = "INSERT INTO removed_executions (id, execution_id, parent, commit_id, digest, prune)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

    fn of(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            execution_id: id_of(row.get(1)?)?,
            parent: row.get(2)?,
            commit_id: row.get(3)?,
            digest: row.get(4)?,
        })
    }

    fn values(&self) -> Vec<Value> {
        let parent = self.parent.map_or(Value::Null, blob);
        let execution_id = blob(self.execution_id.as_uuid().into_bytes());
        vec![self.id.into(), execution_id, parent, self.commit_id.into(), blob(self.digest)]
    }

    fn hasher(prune: &mut Prune) -> &mut Hasher {
        &mut prune.executions
    }
}

fn blob<const N: usize>(bytes: [u8; N]) -> Value {
    Value::Blob(bytes.into())
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

    /// Seals what is left of a row, which has these values.
    fn seal_too<R: Removed>(&mut self, values: &[Value]) {
        let hasher = R::hasher(self);
        for value in values {
            match value {
                Value::Integer(number) => hasher.bytes(&number.to_le_bytes()),
                Value::Blob(bytes) => hasher.bytes(bytes),
                _ => hasher.bytes(&[]),
            };
        }
    }

    /// The seal of the prune, which follows the commit with the seal `before`.
    pub(crate) fn seal(&self, before: &Seal) -> Seal {
        let mut hasher = Hasher::of(b"ecs prune 1");
        hasher.bytes(before).bytes(&self.pruned_at.to_le_bytes()).bytes(self.policy.as_bytes());
        hasher.bytes(&self.versions.finish()).bytes(&self.executions.finish());
        hasher.finish()
    }

    /// Writes what is left of a row.
    pub(crate) fn leave<R: Removed>(
        &mut self,
        transaction: &Transaction<'_>,
        removed: &R,
        commit_id: i64,
    ) -> Result<()> {
        let values = removed.values();
        self.seal_too::<R>(&values);
        let values = values.into_iter().chain([commit_id.into()]);
        transaction.prepare_cached(R::INSERT)?.execute(params_from_iter(values))?;
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
    seal_all::<RemovedVersion>(connection, &mut prunes)?;
    seal_all::<RemovedExecution>(connection, &mut prunes)?;
    Ok(prunes)
}

fn seal_all<R: Removed>(connection: &Connection, prunes: &mut HashMap<i64, Prune>) -> Result<(), Stop> {
    let mut select = connection.prepare(&format!("{} ORDER BY r.id", R::SELECT))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (removed, id, prune): (R, i64, i64) = (R::of(row)?, row.get(0)?, row.get("prune")?);
        let Some(prune) = prunes.get_mut(&prune) else {
            let table = R::TABLE;
            let what = format!("row {id} of `{table}` says that commit {prune} removed it, which is no prune");
            return Err(Finding::new(what).into());
        };
        prune.seal_too::<R>(&removed.values());
    }
    Ok(())
}

/// A time as it stands in a column.
pub(crate) fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

impl Reader<'_> {
    /// What is left of the row that had this id.
    pub(crate) fn removed<R: Removed>(&self, id: i64) -> Result<Option<R>> {
        let mut select = self.0.prepare_cached(&format!("{} WHERE r.id = ?", R::SELECT))?;
        let mut rows = select.query([id])?;
        rows.next()?.map(R::of).transpose()
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const SEAL: &str = "4ee43bfe7fcecfadc79f5c03ca4b57806c8ac7a947601ad3b53f3ebe3616ab3c";

    fn id_of_number<T: TryFrom<Uuid>>(number: u128) -> T {
        T::try_from(Uuid::from_u128(number)).unwrap_or_else(|_| panic!("{number} is an id"))
    }

    #[test]
    fn the_seal_of_a_prune_is_what_it_was_in_the_files_that_there_are() {
        let mut prune = Prune::new(1_000, "the last 2".to_owned());
        for (id, parent) in [(3, None), (4, Some(3))] {
            let removed = RemovedVersion {
                id,
                ecs_id: id_of_number(10),
                lineage_id: id_of_number(11),
                parent,
                commit_id: 2,
                digest: [7; 32],
            };
            prune.seal_too::<RemovedVersion>(&removed.values());
        }
        for (id, parent) in [(5, None), (6, Some([9; 16]))] {
            let removed =
                RemovedExecution { id, execution_id: id_of_number(12), parent, commit_id: 2, digest: [8; 32] };
            prune.seal_too::<RemovedExecution>(&removed.values());
        }
        assert_eq!(blake3::Hash::from_bytes(prune.seal(&[1; 32])).to_string(), SEAL);
    }
}
