//! Checking what one row says by itself, against what it is stored with.

use ecs_core::store::{ExecutionRecord, Place, hash_record};
use ecs_core::{ContentHash, EcsId, ErrorKind};
use rusqlite::OptionalExtension;
use serde_json::Value as Json;

use super::Walk;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::links::{Link, version_of};
use crate::payload::{Part, chunk_ids, parts};
use crate::prepare::json_of;
use crate::read::{Found, FoundExecution};
use crate::seal::{Seal, digest_execution, digest_version};
use crate::stop::Stop;

impl Walk<'_> {
    /// Checks a version by itself; its digest.
    pub(super) fn version(&mut self, found: &Found) -> Result<Seal, Stop> {
        let Found { id, record, json, .. } = found;
        self.large_fields(*id)?;
        let mut stop = None;
        let hash = hash_record(record, &mut |held| {
            self.content_hash(held).map_err(|why| {
                stop = Some(why);
                ErrorKind::UnreadableVersion { ecs_id: held, reason: "it cannot be read".into() }.into()
            })
        });
        let hash = hash.map_err(|error| stop.unwrap_or_else(|| Failure::from(error).into()))?;
        if hash != record.content_hash {
            let what = format!(
                "its fields were changed, or its content hash: they give {hash}, and that is {}",
                record.content_hash
            );
            return Err(Finding::new(what).into());
        }
        self.hashes.insert(record.ecs_id, hash);
        let expected = json_of(record)?;
        if *json != expected {
            return Err(Finding::new(differing(json, &expected)).into());
        }
        let places = if record.is_root() { self.places(*id)? } else { Vec::new() };
        Ok(digest_version(record, &places, json))
    }

    fn content_hash(&mut self, ecs_id: EcsId) -> Result<ContentHash, Stop> {
        if let Some(known) = self.hashes.get(&ecs_id) {
            return Ok(known);
        }
        let mut find = self.reader.0.prepare_cached("SELECT content_hash FROM versions WHERE ecs_id = ?")?;
        let hash = find.query_row([ecs_id.as_uuid().as_bytes()], |row| row.get(0)).optional()?;
        let Some(hash) = hash.map(ContentHash::from_bytes) else {
            return Err(Finding::new(format!("it holds @{ecs_id}, which is not there")).into());
        };
        drop(find);
        self.hashes.insert(ecs_id, hash);
        Ok(hash)
    }

    fn places(&self, root: i64) -> Result<Vec<Place>, Stop> {
        let places = self.reader.places(root)?;
        let mut select = self.reader.0.prepare_cached("SELECT path FROM places WHERE root = ? ORDER BY position")?;
        let mut rows = select.query([root])?;
        for place in &places {
            let written: Option<String> = rows.next()?.map(|row| row.get(0)).transpose()?;
            if written.as_deref() != Some(&*place.path.to_string()) {
                return Err(Finding::new(format!("the path of @{} in its tree was changed", place.ecs_id)).into());
            }
        }
        Ok(places)
    }

    /// Checks the large fields of a version that none before had.
    fn large_fields(&mut self, id: i64) -> Result<(), Stop> {
        let mut find = self.reader.0.prepare_cached("SELECT payload FROM versions WHERE id = ?")?;
        let payload: Vec<u8> = find.query_row([id], |row| row.get(0))?;
        for part in parts(&payload)? {
            let Part::Blob(blob) = part else { continue };
            if !self.blobs.insert(blob) {
                continue;
            }
            let mut find = self.reader.0.prepare_cached("SELECT hash, chunks FROM blobs WHERE id = ?")?;
            let (hash, chunks): (Seal, Vec<u8>) = find.query_row([blob], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for chunk in chunk_ids(&chunks)? {
                if !self.chunks.insert(chunk) {
                    continue;
                }
                let mut find = self.reader.0.prepare_cached("SELECT hash, data FROM chunks WHERE id = ?")?;
                let (hash, data): (Seal, Vec<u8>) = find.query_row([chunk], |row| Ok((row.get(0)?, row.get(1)?)))?;
                if blake3::hash(&data) != hash {
                    let what = format!("a part of a large field, row {chunk} of `chunks`, was changed");
                    return Err(Finding::new(what).into());
                }
            }
            if blake3::hash(&self.reader.blob(blob)?) != hash {
                return Err(Finding::new(format!("a large field, row {blob} of `blobs`, was changed")).into());
            }
        }
        Ok(())
    }

    /// Checks an execution by itself; its digest.
    pub(super) fn execution(&self, found: &FoundExecution) -> Result<Seal, Stop> {
        let FoundExecution { id, record, commit_id } = found;
        self.links(*id, record)?;
        self.sources(*id, record, *commit_id)?;
        Ok(digest_execution(record)?)
    }

    fn links(&self, id: i64, record: &ExecutionRecord) -> Result<(), Stop> {
        let mut select = self.reader.0.prepare_cached(
            "SELECT k.role, k.argument, k.position, v.ecs_id, k.semantics FROM links k
             LEFT JOIN versions v ON v.id = k.version WHERE k.execution = ? ORDER BY k.role, k.argument, k.position",
        )?;
        let mut rows = select.query([id])?;
        let mut expected = Link::all_of(record).into_iter();
        while let Some(row) = rows.next()? {
            let ecs_id: Option<[u8; 16]> = row.get(3)?;
            let is_same = expected.next().is_some_and(|link| {
                let key = (row.get(0), row.get(1), row.get(2), row.get(4));
                key == (Ok(link.role), Ok(link.argument), Ok(link.position), Ok(link.semantics))
                    && ecs_id == Some(link.ecs_id.as_uuid().into_bytes())
            });
            if !is_same {
                let what = "what it took or put out was changed: a row of `links` is not as it was written";
                return Err(Finding::new(what).into());
            }
        }
        Ok(())
    }

    fn sources(&self, id: i64, record: &ExecutionRecord, commit_id: i64) -> Result<(), Stop> {
        let mut select = self.reader.0.prepare_cached(
            "SELECT argument, position, version FROM sources WHERE execution = ? ORDER BY argument, position",
        )?;
        let mut find = self.reader.0.prepare_cached("SELECT id FROM versions WHERE ecs_id = ? AND commit_id <= ?")?;
        let mut rows = select.query([id])?;
        for (argument, given) in record.arguments.iter().enumerate() {
            for (position, (_, address)) in given.sources.iter().enumerate() {
                let version: Option<i64> = match version_of(address)? {
                    Some(ecs_id) => find
                        .query_row(rusqlite::params![ecs_id.as_uuid().as_bytes(), commit_id], |row| row.get(0))
                        .optional()?,
                    None => None,
                };
                let is_same = rows.next()?.is_some_and(|row| {
                    (row.get(0), row.get(1), row.get(2)) == (Ok(argument), Ok(position), Ok(version))
                });
                if !is_same {
                    let what = format!(
                        "where `{}` was taken from was changed: a row of `sources` is not as it was written",
                        given.name
                    );
                    return Err(Finding::new(what).into());
                }
            }
        }
        Ok(())
    }
}

/// How the JSON of a version differs from what its fields say.
fn differing(found: &str, expected: &str) -> String {
    let parse = |text| serde_json::from_str::<serde_json::Map<String, Json>>(text).unwrap_or_default();
    let (found, expected) = (parse(found), parse(expected));
    for (name, value) in &expected {
        match found.get(name) {
            Some(other) if other == value => {}
            Some(other) => {
                return format!("the JSON for people was changed: it says {other} for `{name}`, which is {value}");
            }
            None => return format!("the JSON for people was changed: `{name}` is gone from it"),
        }
    }
    "the JSON for people was changed".to_owned()
}
