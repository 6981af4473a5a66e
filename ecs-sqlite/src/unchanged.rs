//! How far back fields are as they are, told from the rows without reading versions.

use ecs_core::EcsId;
use rusqlite::{OptionalExtension, Row};

use crate::failure::{Failure, Result};
use crate::payload::{Part, parts};
use crate::read::Reader;
use crate::shape;
use crate::write::id_of;

/// What a version's row says of its fields.
struct Fields {
    id: i64,
    ecs_id: EcsId,
    parent: Option<i64>,
    /// The row of its type, in the form that it was stored in.
    form: i64,
    payload: Vec<u8>,
}

const FIELDS: &str = "SELECT id, ecs_id, parent, type, payload FROM versions";

impl Fields {
    fn of(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            ecs_id: id_of(row.get(1)?)?,
            parent: row.get(2)?,
            form: row.get(3)?,
            payload: row.get(4)?,
        })
    }

    /// The fields at some positions. A large one is told by its blob, of which there is one for each content.
    fn at(&self, positions: &[usize]) -> Result<Vec<Part<'_>>> {
        let parts = parts(&self.payload)?;
        let part = |position: &usize| parts.get(*position).copied();
        positions
            .iter()
            .map(part)
            .collect::<Option<_>>()
            .ok_or_else(|| Failure::Damaged("a version has other fields than its type".to_owned()))
    }
}

impl Reader<'_> {
    /// The earliest version that this one continues with the same fields in every version between.
    pub(crate) fn unchanged_since(&self, ecs_id: EcsId, fields: &[&str]) -> Result<EcsId> {
        let Some(last) = self.fields_of("WHERE ecs_id = ?", ecs_id.as_uuid().as_bytes())? else { return Ok(ecs_id) };
        let mut find = self.0.prepare_cached("SELECT fields FROM types WHERE id = ?")?;
        let Some(names) = find.query_row([last.form], |row| row.get::<_, String>(0)).optional()? else {
            return Ok(ecs_id);
        };
        let (_, names) = shape::read(&names)?;
        let position = |field: &&str| names.iter().position(|name| **name == **field);
        let Some(positions) = fields.iter().map(position).collect::<Option<Vec<usize>>>() else { return Ok(ecs_id) };
        let (same, mut earliest, mut id, mut parent) = (last.at(&positions)?, ecs_id, last.id, last.parent);
        // A version is written after the one that it continues; what says otherwise is not followed.
        while let Some(before) = parent.filter(|before| *before < id) {
            let Some(before) = self.fields_of("WHERE id = ?", before)? else { break };
            if before.form != last.form || before.at(&positions)? != same {
                break;
            }
            (earliest, id, parent) = (before.ecs_id, before.id, before.parent);
        }
        Ok(earliest)
    }

    fn fields_of(&self, condition: &str, value: impl rusqlite::ToSql) -> Result<Option<Fields>> {
        let mut select = self.0.prepare_cached(&format!("{FIELDS} {condition}"))?;
        let mut rows = select.query([value])?;
        rows.next()?.map(Fields::of).transpose()
    }
}
