//! Going through everything in the file, row by row.

use std::ops::ControlFlow;

use ecs_core::store::{AnyId, ExecutionRecord, IdPart, VersionEntry};
use ecs_core::{EcsId, ExecutionId, LineageId};
use rusqlite::{ToSql, params};

use crate::failure::Result;
use crate::read::{EXECUTION, Reader};
use crate::write::id_of;

impl Reader<'_> {
    /// Shows the executions, the last to start first, until `visit` breaks.
    pub(crate) fn each_execution(
        &self,
        mut visit: impl FnMut(ExecutionRecord) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut select = self.0.prepare_cached(&format!("{EXECUTION} ORDER BY e.execution_id DESC"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if visit(self.execution(row)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Shows the versions in the order of their ids until `visit` breaks.
    pub(crate) fn each_version(&self, visit: &mut dyn FnMut(&VersionEntry<'_>) -> ControlFlow<()>) -> Result<()> {
        let mut select = self.0.prepare_cached(
            "SELECT v.ecs_id, l.lineage_id, t.name, t.is_config, v.root IS NULL,
                 EXISTS (SELECT 1 FROM heads h WHERE h.lineage = v.lineage AND h.version = v.id), v.execution_id
             FROM versions v JOIN lineages l ON l.id = v.lineage JOIN types t ON t.id = v.type ORDER BY v.ecs_id",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let type_name: String = row.get(2)?;
            let mut entry = VersionEntry::new(id_of(row.get(0)?)?, id_of(row.get(1)?)?, &type_name);
            entry.is_config = row.get(3)?;
            entry.is_root = row.get(4)?;
            entry.is_head = row.get(5)?;
            entry.execution_id = row.get::<_, Option<[u8; 16]>>(6)?.map(id_of).transpose()?;
            if visit(&entry).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The ids that begin with some digits, or, if none does, those that end with them.
    pub(crate) fn find_ids(&self, part: &IdPart, limit: usize) -> Result<Vec<AnyId>> {
        let (first, last) = part.range();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let range = params![first.as_bytes(), last.as_bytes(), limit];
        let beginning = self.ids_of_every_kind("id BETWEEN ?1 AND ?2", "?3", range)?;
        if !beginning.is_empty() {
            return Ok(beginning);
        }
        let ending = format!("%{}", part.digits());
        self.ids_of_every_kind("hex(id) LIKE ?1", "?2", params![ending, limit])
    }

    /// Those of what was removed are found as well: they can still be asked for.
    fn ids_of_every_kind(&self, condition: &str, limit: &str, values: &[&dyn ToSql]) -> Result<Vec<AnyId>> {
        let query = |rows: &str| format!("SELECT id FROM ({rows}) WHERE {condition} ORDER BY id LIMIT {limit}");
        let both = |column: &str, table: &str| {
            query(&format!("SELECT {column} AS id FROM {table} UNION ALL SELECT {column} FROM removed_{table}"))
        };
        let versions: Vec<EcsId> = self.ids(&both("ecs_id", "versions"), values)?;
        let lineages: Vec<LineageId> = self.ids(&query("SELECT lineage_id AS id FROM lineages"), values)?;
        let executions: Vec<ExecutionId> = self.ids(&both("execution_id", "executions"), values)?;
        let versions = versions.into_iter().map(AnyId::Version);
        let found = versions.chain(lineages.into_iter().map(AnyId::Lineage));
        Ok(found.chain(executions.into_iter().map(AnyId::Execution)).collect())
    }
}
