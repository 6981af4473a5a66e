//! Writing commits: many in one transaction, each as a whole or not at all.

use std::collections::HashMap;

use ecs_core::store::{ArgumentRecord, ExecutionRecord};
use ecs_core::{EcsId, ErrorKind, LineageId};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::failure::{Failure, Result};
use crate::links::{Link, version_of};
use crate::payload::{Part, put};
use crate::prepare::{Blob, Prepared, Version};
use crate::recent::Recent;
use crate::seal::{BEGINNING, Seal, seal};
use crate::shape;

/// The one who writes.
pub(crate) struct Writer {
    connection: Connection,
    known: Known,
}

/// Rows that are known to be there. None is ever removed or changed while a file is open, whoever else writes.
struct Known {
    types: HashMap<(String, String), i64>,
    callables: HashMap<(String, String), i64>,
    lineages: Recent<LineageId, i64>,
    versions: Recent<EcsId, i64>,
}

/// How many rows of lineages, and of versions, are known at least.
const KNOWN: usize = 8_192;

impl Known {
    fn nothing() -> Self {
        Self {
            types: HashMap::new(),
            callables: HashMap::new(),
            lineages: Recent::new(KNOWN),
            versions: Recent::new(KNOWN),
        }
    }
}

impl Writer {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection, known: Known::nothing() }
    }

    /// Writes all that do not conflict, at once; says of each whether it does.
    ///
    /// # Errors
    ///
    /// If nothing could be written.
    pub(crate) fn write(&mut self, commits: &[&Prepared]) -> Result<Vec<Result<()>>> {
        let Self { connection, known } = self;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let written = (|| {
            let last = transaction
                .prepare_cached("SELECT seal FROM commits ORDER BY id DESC LIMIT 1")?
                .query_row([], |row| row.get::<_, Seal>(0))
                .optional()?;
            let mut writing = Writing { transaction: &transaction, known, last: last.unwrap_or(BEGINNING) };
            let mut results = Vec::with_capacity(commits.len());
            for commit in commits {
                match writing.refuse_conflict(commit) {
                    Ok(()) => {
                        writing.commit(commit)?;
                        results.push(Ok(()));
                    }
                    Err(conflict @ Failure::Core(_)) => results.push(Err(conflict)),
                    Err(failure) => return Err(failure),
                }
            }
            Ok(results)
        })();
        let committed = match written {
            Ok(results) => transaction.commit().map(|()| results).map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        if committed.is_err() {
            // What was thought to be there may have gone with the transaction.
            self.known = Known::nothing();
        }
        committed
    }
}

/// A transaction under way.
struct Writing<'w> {
    transaction: &'w Transaction<'w>,
    known: &'w mut Known,
    last: Seal,
}

impl Writing<'_> {
    fn version_id(&mut self, ecs_id: EcsId) -> Result<Option<i64>> {
        if let Some(id) = self.known.versions.get(&ecs_id) {
            return Ok(Some(id));
        }
        let mut find = self.transaction.prepare_cached("SELECT id FROM versions WHERE ecs_id = ?")?;
        let id = find.query_row([ecs_id.as_uuid().as_bytes()], |row| row.get(0)).optional()?;
        if let Some(id) = id {
            self.known.versions.insert(ecs_id, id);
        }
        Ok(id)
    }

    fn lineage(&mut self, lineage_id: LineageId) -> Result<Option<i64>> {
        if let Some(id) = self.known.lineages.get(&lineage_id) {
            return Ok(Some(id));
        }
        let mut find = self.transaction.prepare_cached("SELECT id FROM lineages WHERE lineage_id = ?")?;
        let id = find.query_row([lineage_id.as_uuid().as_bytes()], |row| row.get(0)).optional()?;
        if let Some(id) = id {
            self.known.lineages.insert(lineage_id, id);
        }
        Ok(id)
    }

    /// Refuses a commit that does not continue the heads.
    fn refuse_conflict(&mut self, commit: &Prepared) -> Result<()> {
        for Version { record, .. } in &commit.versions {
            let expected = record.parent;
            let lineage = self.lineage(record.lineage_id)?;
            let parent = match expected {
                Some(parent) => self.version_id(parent)?,
                None => None,
            };
            let newest: Option<i64> = match lineage {
                Some(lineage) => self
                    .transaction
                    .prepare_cached("SELECT version FROM heads WHERE lineage = ? ORDER BY version DESC LIMIT 1")?
                    .query_row([lineage], |row| row.get(0))
                    .optional()?,
                None => None,
            };
            if newest.is_some() && newest == parent {
                continue;
            }
            let head: Option<EcsId> = match newest {
                Some(newest) => {
                    let mut find = self.transaction.prepare_cached("SELECT ecs_id FROM versions WHERE id = ?")?;
                    Some(id_of(find.query_row([newest], |row| row.get(0))?)?)
                }
                None => None,
            };
            let shared = commit.shared.iter().find(|shared| shared.record.lineage_id == record.lineage_id);
            let found = head.or_else(|| shared.map(|shared| shared.record.ecs_id));
            let fits = match (lineage, parent) {
                _ if found == expected => true,
                (Some(lineage), Some(parent)) => commit.is_branching || self.is_head(lineage, parent)?,
                _ => false,
            };
            if !fits {
                let lineage_id = record.lineage_id;
                return Err(ecs_core::Error::from(ErrorKind::Conflict { lineage_id, expected, found }).into());
            }
        }
        Ok(())
    }

    fn is_head(&self, lineage: i64, version: i64) -> Result<bool> {
        let mut find = self.transaction.prepare_cached("SELECT 1 FROM heads WHERE lineage = ? AND version = ?")?;
        Ok(find.exists([lineage, version])?)
    }

    fn commit(&mut self, commit: &Prepared) -> Result<()> {
        let mut new = Vec::with_capacity(commit.shared.len() + commit.versions.len());
        for version in &commit.shared {
            if self.version_id(version.record.ecs_id)?.is_none() {
                new.push(version);
            }
        }
        new.extend(&commit.versions);
        // A root comes before what was committed with it, so that it has an id. They are sealed in the order of
        // their rows, so that the order can be told from these.
        new.sort_by_key(|version| !version.record.is_root());
        let sealed = seal(
            &self.last,
            new.iter().map(|version| version.digest),
            commit.execution.as_ref().map(|(_, digest)| *digest),
        );
        self.transaction.prepare_cached("INSERT INTO commits (seal) VALUES (?)")?.execute([sealed])?;
        let commit_id = self.transaction.last_insert_rowid();
        self.last = sealed;
        for version in &new {
            self.version(version, commit_id)?;
        }
        for version in &new {
            self.places(version)?;
        }
        match &commit.execution {
            Some((execution, _)) => self.execution(execution, commit_id),
            None => Ok(()),
        }
    }

    fn version(&mut self, version: &Version, commit_id: i64) -> Result<()> {
        let record = &version.record;
        let lineage = match self.lineage(record.lineage_id)? {
            Some(lineage) => lineage,
            None => {
                let mut insert = self.transaction.prepare_cached("INSERT INTO lineages (lineage_id) VALUES (?)")?;
                insert.execute([record.lineage_id.as_uuid().as_bytes()])?;
                let id = self.transaction.last_insert_rowid();
                self.known.lineages.insert(record.lineage_id, id);
                id
            }
        };
        let mut id_of = |ecs_id: Option<EcsId>| match ecs_id {
            Some(ecs_id) => self.version_id(ecs_id),
            None => Ok(None),
        };
        let (parent, forked_from) = (id_of(record.parent)?, id_of(record.forked_from)?);
        let root = if record.is_root() { None } else { id_of(Some(record.root))? };
        let mut payload = Vec::new();
        let mut blobs = version.blobs.iter().peekable();
        for (position, (_, bytes)) in record.fields.iter().enumerate() {
            match blobs.next_if(|(at, _)| *at == position) {
                Some((_, blob)) => put(&mut payload, &Part::Blob(self.blob(blob, bytes)?)),
                None => put(&mut payload, &Part::Inline(bytes)),
            }
        }
        let type_id = self.type_of(version)?;
        self.transaction
            .prepare_cached(
                "INSERT INTO versions (ecs_id, lineage, parent, forked_from, root, commit_id, execution_id, type,
                 content_hash, payload, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                record.ecs_id.as_uuid().as_bytes(),
                lineage,
                parent,
                forked_from,
                root,
                commit_id,
                record.execution_id.map(|id| id.as_uuid().into_bytes()),
                type_id,
                record.content_hash.as_bytes(),
                payload,
                version.json,
            ])?;
        let id = self.transaction.last_insert_rowid();
        self.known.versions.insert(record.ecs_id, id);
        let mut is_head = false;
        if let Some(parent) = parent {
            let mut replace =
                self.transaction.prepare_cached("UPDATE heads SET version = ? WHERE lineage = ? AND version = ?")?;
            is_head = replace.execute([id, lineage, parent])? > 0;
            if let Some(root) = root {
                self.attachment(parent, root)?;
            }
        }
        if !is_head {
            self.transaction
                .prepare_cached("INSERT INTO heads (lineage, version) VALUES (?, ?)")?
                .execute([lineage, id])?;
        }
        for (position, target) in record.references.iter().enumerate() {
            let mut insert =
                self.transaction.prepare_cached("INSERT INTO refs (version, position, target) VALUES (?, ?, ?)")?;
            insert.execute(params![id, position, target.as_uuid().as_bytes()])?;
        }
        Ok(())
    }

    /// Notes that `root` holds what continues `parent`, if that was in the tree of another thing.
    fn attachment(&self, parent: i64, root: i64) -> Result<()> {
        self.transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO attachments (source, root) SELECT before.id, now.id
                 FROM versions before, versions now WHERE before.id = ? AND now.id = ? AND now.lineage <> coalesce(
                     (SELECT lineage FROM versions WHERE id = coalesce(before.root, before.id)),
                     (SELECT lineage FROM removed_versions WHERE id = before.root))",
            )?
            .execute([parent, root])?;
        Ok(())
    }

    fn places(&mut self, version: &Version) -> Result<()> {
        if version.places.is_empty() {
            return Ok(());
        }
        let root = self.version_id(version.record.ecs_id)?;
        let transaction = self.transaction;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO places (root, position, version, holder, path, is_new) VALUES (?, ?, ?, ?, ?, ?)",
        )?;
        for (position, place) in version.places.iter().enumerate() {
            let below = self.version_id(place.ecs_id)?;
            insert.execute(params![root, position, below, place.holder, place.path.to_string(), place.is_new])?;
        }
        Ok(())
    }

    fn type_of(&mut self, version: &Version) -> Result<i64> {
        let record = &version.record;
        let fields = shape::text_of(record.type_version, record.fields.iter().map(|(name, _)| &**name));
        let key = (record.type_name.to_string(), fields);
        if let Some(id) = self.known.types.get(&key) {
            return Ok(*id);
        }
        let (name, fields) = &key;
        let values = params![name, record.is_config, record.id_field, fields];
        self.transaction
            .prepare_cached("INSERT OR IGNORE INTO types (name, is_config, id_field, fields) VALUES (?, ?, ?, ?)")?
            .execute(values)?;
        let mut find = self
            .transaction
            .prepare_cached("SELECT id FROM types WHERE name = ? AND is_config = ? AND id_field = ? AND fields = ?")?;
        let id = find.query_row(values, |row| row.get(0))?;
        drop(find);
        self.known.types.insert(key, id);
        Ok(id)
    }

    /// The id of a large field, which is written unless it is there.
    fn blob(&self, blob: &Blob, bytes: &[u8]) -> Result<i64> {
        let mut find = self.transaction.prepare_cached("SELECT id FROM blobs WHERE hash = ?")?;
        if let Some(id) = find.query_row([blob.hash], |row| row.get(0)).optional()? {
            return Ok(id);
        }
        let mut find = self.transaction.prepare_cached("SELECT id FROM chunks WHERE hash = ?")?;
        let mut insert = self.transaction.prepare_cached("INSERT INTO chunks (hash, data) VALUES (?, ?)")?;
        let (mut chunks, mut start) = (Vec::with_capacity(8 * blob.chunks.len()), 0);
        for (end, hash) in &blob.chunks {
            let known: Option<i64> = find.query_row([hash], |row| row.get(0)).optional()?;
            let id = match known {
                Some(id) => id,
                None => {
                    insert.execute(params![hash, &bytes[start..*end]])?;
                    self.transaction.last_insert_rowid()
                }
            };
            chunks.extend_from_slice(&id.to_le_bytes());
            start = *end;
        }
        let mut insert =
            self.transaction.prepare_cached("INSERT INTO blobs (hash, length, chunks) VALUES (?, ?, ?)")?;
        insert.execute(params![blob.hash, bytes.len(), chunks])?;
        Ok(self.transaction.last_insert_rowid())
    }

    fn callable_of(&mut self, execution: &ExecutionRecord) -> Result<i64> {
        let parameters: Vec<[&str; 2]> =
            execution.arguments.iter().map(|ArgumentRecord { name, kind, .. }| [&**name, &**kind]).collect();
        let parameters = serde_json::to_string(&parameters).map_err(|error| Failure::Damaged(error.to_string()))?;
        let key = (format!("{}\n{:?}", execution.callable, execution.fingerprint), parameters);
        if let Some(id) = self.known.callables.get(&key) {
            return Ok(*id);
        }
        let values = params![execution.callable, execution.fingerprint, key.1];
        self.transaction
            .prepare_cached("INSERT OR IGNORE INTO callables (name, fingerprint, parameters) VALUES (?, ?, ?)")?
            .execute(values)?;
        let mut find = self
            .transaction
            .prepare_cached("SELECT id FROM callables WHERE name = ? AND fingerprint = ? AND parameters = ?")?;
        let id = find.query_row(values, |row| row.get(0))?;
        drop(find);
        self.known.callables.insert(key, id);
        Ok(id)
    }

    fn execution(&mut self, execution: &ExecutionRecord, commit_id: i64) -> Result<()> {
        let callable = self.callable_of(execution)?;
        self.transaction
            .prepare_cached(
                "INSERT INTO executions (execution_id, commit_id, callable, parent, reused, strategy, outcome, code,
                 message, bound, retries, started_at, duration) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                execution.id.as_uuid().as_bytes(),
                commit_id,
                callable,
                execution.parent.map(|id| id.as_uuid().into_bytes()),
                execution.reused.map(|id| id.as_uuid().into_bytes()),
                execution.strategy,
                execution.outcome,
                execution.code,
                execution.message,
                execution.arguments.len(),
                execution.retries,
                execution.started_at.cast_signed(),
                execution.duration.cast_signed(),
            ])?;
        let id = self.transaction.last_insert_rowid();
        for link in Link::all_of(execution) {
            let Some(version) = self.version_id(link.ecs_id)? else {
                return Err(Failure::Damaged(format!("an execution names @{}, which is not there", link.ecs_id)));
            };
            self.transaction
                .prepare_cached(
                    "INSERT INTO links (execution, role, argument, position, version, semantics)
                     VALUES (?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![id, link.role, link.argument, link.position, version, link.semantics])?;
        }
        for (argument, given) in execution.arguments.iter().enumerate() {
            for (position, (into_path, address)) in given.sources.iter().enumerate() {
                let version = match version_of(address)? {
                    Some(ecs_id) => self.version_id(ecs_id)?,
                    None => None,
                };
                self.transaction
                    .prepare_cached(
                        "INSERT INTO sources (execution, argument, position, into_path, address, version)
                         VALUES (?, ?, ?, ?, ?, ?)",
                    )?
                    .execute(params![id, argument, position, into_path, address, version])?;
            }
        }
        Ok(())
    }
}

/// An id as it stands in a column.
pub(crate) fn id_of<T: TryFrom<uuid::Uuid>>(bytes: [u8; 16]) -> Result<T> {
    T::try_from(uuid::Uuid::from_bytes(bytes)).map_err(|_| Failure::Damaged("an id is nil".to_owned()))
}
