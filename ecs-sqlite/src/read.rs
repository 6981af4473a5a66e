//! Reading rows back as versions and executions.

use std::collections::{HashMap, HashSet};

use ecs_core::store::{
    ArgumentRecord, ExecutionRecord, OutputRecord, Place, StoreTag, VersionRecord, restore, restore_part,
};
use ecs_core::{AnyStored, ContentHash, EcsId, ExecutionId, LineageId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::failure::{Failure, Result};
use crate::links::{ARGUMENT, CONFIG, INPUT_ENTITY, OUTPUT, OUTPUT_ENTITY, SEMANTICS};
use crate::payload::{Part, chunk_ids, parts};
use crate::shape;
use crate::write::id_of;

const VERSION: &str = "SELECT v.id, v.ecs_id, l.lineage_id,
    coalesce(p.ecs_id, (SELECT ecs_id FROM removed_versions WHERE id = v.parent)),
    coalesce(f.ecs_id, (SELECT ecs_id FROM removed_versions WHERE id = v.forked_from)),
    coalesce(r.ecs_id, (SELECT ecs_id FROM removed_versions WHERE id = v.root), v.ecs_id), v.content_hash,
    v.execution_id, t.name, t.is_config, t.id_field, t.fields, v.payload, v.json, v.commit_id, v.parent
    FROM versions v JOIN lineages l ON l.id = v.lineage JOIN types t ON t.id = v.type
    LEFT JOIN versions p ON p.id = v.parent LEFT JOIN versions f ON f.id = v.forked_from
    LEFT JOIN versions r ON r.id = v.root";

/// Selects what [`Reader::execution`] reads.
pub(crate) const EXECUTION: &str =
    "SELECT e.id, e.execution_id, c.name, c.fingerprint, c.parameters, e.parent, e.reused, e.strategy, e.outcome,
    e.code, e.message, e.bound, e.retries, e.started_at, e.duration, e.commit_id
    FROM executions e JOIN callables c ON c.id = e.callable";

/// A version as it stands in its row.
pub(crate) struct Found {
    pub(crate) id: i64,
    pub(crate) record: VersionRecord,
    pub(crate) json: String,
    pub(crate) commit_id: i64,
    /// The row of its parent.
    pub(crate) parent: Option<i64>,
}

/// An execution as it stands in its row.
pub(crate) struct FoundExecution {
    pub(crate) id: i64,
    pub(crate) record: ExecutionRecord,
    pub(crate) commit_id: i64,
}

/// Reads with one connection.
pub(crate) struct Reader<'c>(pub(crate) &'c Connection);

impl Reader<'_> {
    fn found(&self, row: &Row<'_>) -> Result<Found> {
        let id: i64 = row.get(0)?;
        let optional =
            |column: usize| -> Result<Option<EcsId>> { row.get::<_, Option<[u8; 16]>>(column)?.map(id_of).transpose() };
        let names: String = row.get(11)?;
        let (type_version, names) = shape::read(&names)?;
        let payload = row.get_ref(12)?.as_blob();
        let payload = payload.map_err(|_| Failure::Damaged("the payload of a version holds no bytes".to_owned()))?;
        let parts = parts(payload)?;
        if parts.len() != names.len() {
            return Err(Failure::Damaged("a version has other fields than its type".to_owned()));
        }
        let fields = names.into_iter().zip(parts).map(|(name, part)| {
            let bytes = match part {
                Part::Inline(bytes) => bytes.to_vec(),
                Part::Blob(id) => self.blob(id)?,
            };
            Ok((name, bytes))
        });
        let mut refs = self.0.prepare_cached("SELECT target FROM refs WHERE version = ? ORDER BY position")?;
        let references = refs.query_map([id], |row| row.get::<_, [u8; 16]>(0))?;
        let ecs_id: EcsId = id_of(row.get(1)?)?;
        let mut record = VersionRecord::new(
            ecs_id,
            id_of::<LineageId>(row.get(2)?)?,
            ContentHash::from_bytes(row.get(6)?),
            row.get::<_, String>(8)?.into(),
            row.get::<_, String>(10)?.into(),
        );
        record.parent = optional(3)?;
        record.forked_from = optional(4)?;
        record.root = id_of(row.get(5)?)?;
        record.execution_id = row.get::<_, Option<[u8; 16]>>(7)?.map(id_of).transpose()?;
        record.type_version = type_version;
        record.is_config = row.get(9)?;
        record.fields = fields.collect::<Result<_>>()?;
        record.references = references.map(|target| id_of(target?)).collect::<Result<_>>()?;
        Ok(Found { id, record, json: row.get(13)?, commit_id: row.get(14)?, parent: row.get(15)? })
    }

    /// The bytes of a large field.
    pub(crate) fn blob(&self, id: i64) -> Result<Vec<u8>> {
        let mut find = self.0.prepare_cached("SELECT length, chunks FROM blobs WHERE id = ?")?;
        let found = find.query_row([id], |row| Ok((row.get::<_, usize>(0)?, row.get::<_, Vec<u8>>(1)?))).optional()?;
        let Some((length, chunks)) = found else {
            return Err(Failure::Damaged("a large field is missing".to_owned()));
        };
        let mut bytes = Vec::new();
        let mut find = self.0.prepare_cached("SELECT data FROM chunks WHERE id = ?")?;
        for chunk in chunk_ids(&chunks)? {
            let data: Option<Vec<u8>> = find.query_row([chunk], |row| row.get(0)).optional()?;
            bytes.extend(data.ok_or_else(|| Failure::Damaged("a part of a large field is missing".to_owned()))?);
        }
        if bytes.len() == length { Ok(bytes) } else { Err(Failure::Damaged("a large field is cut off".to_owned())) }
    }

    /// The versions that `condition` holds for.
    pub(crate) fn select(&self, condition: &str, values: impl rusqlite::Params) -> Result<Vec<Found>> {
        let mut select = self.0.prepare_cached(&format!("{VERSION} {condition}"))?;
        let mut rows = select.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(self.found(row)?);
        }
        Ok(found)
    }

    /// The version of the root that a version was committed with; itself, if that root is no longer kept.
    pub(crate) fn root_of(&self, ecs_id: EcsId) -> Result<Option<EcsId>> {
        let mut find = self.0.prepare_cached(
            "SELECT coalesce(r.ecs_id, v.ecs_id) FROM versions v LEFT JOIN versions r ON r.id = v.root WHERE v.ecs_id = ?",
        )?;
        let root = find.query_row([ecs_id.as_uuid().as_bytes()], |row| row.get::<_, [u8; 16]>(0)).optional()?;
        root.map(id_of).transpose()
    }

    /// Where the entities are that were committed with a root.
    pub(crate) fn places(&self, root: i64) -> Result<Vec<Place>> {
        let mut select = self.0.prepare_cached(
            "SELECT v.ecs_id, p.holder, p.path, p.is_new FROM places p JOIN versions v ON v.id = p.version
             WHERE p.root = ? ORDER BY p.position",
        )?;
        let mut rows = select.query([root])?;
        let mut places = Vec::new();
        while let Some(row) = rows.next()? {
            let path: String = row.get(2)?;
            places.push(Place::new(id_of(row.get(0)?)?, row.get(1)?, path.parse()?, row.get(3)?));
        }
        Ok(places)
    }

    /// A root with everything in its tree; or what was committed inside a root that is no longer kept.
    pub(crate) fn root(&self, root: EcsId, tag: StoreTag) -> Result<Option<AnyStored>> {
        let mut versions: HashMap<EcsId, VersionRecord> = HashMap::new();
        // What was read before it was known to be needed.
        let mut read: HashMap<EcsId, VersionRecord> = HashMap::new();
        let mut groups: HashSet<EcsId> = HashSet::new();
        let mut needed = vec![root];
        let mut root_row = None;
        while let Some(ecs_id) = needed.pop() {
            if versions.contains_key(&ecs_id) {
                continue;
            }
            let record = match read.remove(&ecs_id) {
                Some(record) => record,
                None => match self.select("WHERE v.ecs_id = ?", [ecs_id.as_uuid().as_bytes()])?.pop() {
                    Some(found) => {
                        if ecs_id == root {
                            root_row = Some(found.id);
                        }
                        found.record
                    }
                    None if ecs_id == root => return Ok(None),
                    None => {
                        let what = format!("@{ecs_id}, which is in the tree of @{root}, is missing");
                        return Err(Failure::Damaged(what));
                    }
                },
            };
            let held = record.held()?;
            let holds_something = !held.is_empty();
            needed.extend(held);
            // What was committed together is mostly needed together.
            if holds_something && groups.insert(record.root) {
                let group = record.root.as_uuid().into_bytes();
                let together = self.select("WHERE v.root = (SELECT id FROM versions WHERE ecs_id = ?)", [group])?;
                read.extend(together.into_iter().map(|found| (found.record.ecs_id, found.record)));
            }
            versions.insert(ecs_id, record);
        }
        if let (Some(row), false) = (root_row, versions.get(&root).is_some_and(VersionRecord::is_root)) {
            return Ok(Some(restore_part(root, self.root_lineage(row)?, &versions, tag)?));
        }
        // A root that holds nothing is alone.
        let places = match root_row {
            Some(row) if versions.len() > 1 => self.places(row)?,
            _ => Vec::new(),
        };
        for place in &places {
            if let Some(record) = read.remove(&place.ecs_id) {
                versions.entry(place.ecs_id).or_insert(record);
            } else if !versions.contains_key(&place.ecs_id) {
                let found = self.select("WHERE v.ecs_id = ?", [place.ecs_id.as_uuid().as_bytes()])?;
                versions.extend(found.into_iter().map(|found| (found.record.ecs_id, found.record)));
            }
        }
        Ok(Some(restore(root, &places, &versions, tag)?))
    }

    /// The lineage of the root that a version was committed with, of which only what is left is there.
    fn root_lineage(&self, row: i64) -> Result<LineageId> {
        let mut find = self.0.prepare_cached(
            "SELECT l.lineage_id FROM versions v JOIN removed_versions r ON r.id = v.root
             JOIN lineages l ON l.id = r.lineage WHERE v.id = ?",
        )?;
        match find.query_row([row], |row| row.get(0)).optional()? {
            Some(lineage_id) => id_of(lineage_id),
            None => Err(Failure::Damaged("the root that a version was committed with is missing".to_owned())),
        }
    }

    /// The versions that a query gives, as ids.
    pub(crate) fn ids<T: TryFrom<uuid::Uuid>>(&self, query: &str, values: impl rusqlite::Params) -> Result<Vec<T>> {
        let mut select = self.0.prepare_cached(query)?;
        let ids = select.query_map(values, |row| row.get::<_, [u8; 16]>(0))?;
        ids.map(|id| id_of(id?)).collect()
    }

    /// The executions that `condition` holds for.
    pub(crate) fn executions(
        &self,
        condition: &str,
        values: impl rusqlite::Params,
        mut visit: impl FnMut(FoundExecution) -> Result<()>,
    ) -> Result<()> {
        let mut select = self.0.prepare_cached(&format!("{EXECUTION} {condition}"))?;
        let mut rows = select.query(values)?;
        while let Some(row) = rows.next()? {
            visit(FoundExecution { id: row.get(0)?, record: self.execution(row)?, commit_id: row.get(15)? })?;
        }
        Ok(())
    }

    /// The execution in a row of [`EXECUTION`].
    pub(crate) fn execution(&self, row: &Row<'_>) -> Result<ExecutionRecord> {
        let id: i64 = row.get(0)?;
        let optional = |column: usize| -> Result<Option<ExecutionId>> {
            row.get::<_, Option<[u8; 16]>>(column)?.map(id_of).transpose()
        };
        let text = |column: usize| -> Result<Box<str>> { Ok(row.get::<_, String>(column)?.into()) };
        let parameters: Vec<(Box<str>, Box<str>)> = serde_json::from_str(&row.get::<_, String>(4)?)
            .map_err(|error| Failure::Damaged(format!("the parameters of a callable: {error}")))?;
        let bound: usize = row.get(11)?;
        let mut arguments: Vec<ArgumentRecord> =
            parameters.into_iter().take(bound).map(|(name, kind)| ArgumentRecord::new(name, kind)).collect();
        let mut record = ExecutionRecord::new(id_of(row.get(1)?)?, text(2)?, row.get(3)?, text(7)?, text(8)?);
        let argument_of = |arguments: &mut Vec<ArgumentRecord>, argument: usize| {
            if argument < arguments.len() {
                Ok(argument)
            } else {
                Err(Failure::Damaged("an execution has more arguments than its callable".to_owned()))
            }
        };
        let mut links = self.0.prepare_cached(
            "SELECT k.role, k.argument, v.ecs_id, l.lineage_id, k.semantics FROM links k
             JOIN versions v ON v.id = k.version JOIN lineages l ON l.id = v.lineage
             WHERE k.execution = ? ORDER BY k.role, k.argument, k.position",
        )?;
        let mut rows = links.query([id])?;
        while let Some(link) = rows.next()? {
            let ecs_id: EcsId = id_of(link.get(2)?)?;
            match link.get::<_, u8>(0)? {
                ARGUMENT => {
                    let argument = argument_of(&mut arguments, link.get(1)?)?;
                    arguments[argument].versions.push(ecs_id);
                }
                CONFIG => record.configs.push(ecs_id),
                OUTPUT => {
                    let semantics: usize = link.get(4)?;
                    let name = SEMANTICS.get(semantics & 3).copied().unwrap_or("");
                    record.outputs.push(OutputRecord::new(
                        ecs_id,
                        id_of(link.get(3)?)?,
                        name.into(),
                        semantics & 4 == 0,
                    ));
                }
                INPUT_ENTITY => record.input = Some(ecs_id),
                OUTPUT_ENTITY => record.output_entity = Some(ecs_id),
                other => return Err(Failure::Damaged(format!("there is no role {other}"))),
            }
        }
        let mut sources = self.0.prepare_cached(
            "SELECT argument, into_path, address FROM sources WHERE execution = ? ORDER BY argument, position",
        )?;
        let mut rows = sources.query([id])?;
        while let Some(source) = rows.next()? {
            let argument = argument_of(&mut arguments, source.get(0)?)?;
            let [into, from]: [String; 2] = [source.get(1)?, source.get(2)?];
            arguments[argument].sources.push((into.into(), from.into()));
        }
        record.parent = optional(5)?;
        record.reused = optional(6)?;
        record.arguments = arguments;
        record.code = row.get::<_, Option<String>>(9)?.map(Into::into);
        record.message = row.get::<_, Option<String>>(10)?.map(Into::into);
        record.retries = row.get(12)?;
        record.started_at = row.get::<_, i64>(13)?.cast_unsigned();
        record.duration = row.get::<_, i64>(14)?.cast_unsigned();
        Ok(record)
    }

    /// The row of a version.
    pub(crate) fn row_of(&self, ecs_id: EcsId) -> Result<Option<i64>> {
        let mut find = self.0.prepare_cached("SELECT id FROM versions WHERE ecs_id = ?")?;
        Ok(find.query_row(params![ecs_id.as_uuid().as_bytes()], |row| row.get(0)).optional()?)
    }
}
