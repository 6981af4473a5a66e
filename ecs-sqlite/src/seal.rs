//! Seals: each commit's is blake3 over that of the commit before and everything that this one wrote, so that
//! nothing before it can be changed, removed, reordered or inserted unnoticed.

use ecs_core::EcsId;
use ecs_core::store::{ExecutionRecord, Place, VersionRecord};

use crate::failure::{Failure, Result};

pub(crate) type Seal = [u8; 32];

/// That of nothing.
pub(crate) const BEGINNING: Seal = [0; 32];

/// Feeds values so that no two lists of them look alike.
pub(crate) struct Hasher(blake3::Hasher);

impl Hasher {
    /// One for what is named.
    pub(crate) fn of(what: &[u8]) -> Self {
        let mut hasher = Self(blake3::Hasher::new());
        hasher.bytes(what);
        hasher
    }

    pub(crate) fn finish(&self) -> Seal {
        *self.0.finalize().as_bytes()
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    fn id(&mut self, id: Option<EcsId>) -> &mut Self {
        match id {
            Some(id) => self.bytes(id.as_uuid().as_bytes()),
            None => self.bytes(&[]),
        }
    }
}

/// The digest of everything that is stored of one version.
pub(crate) fn digest_version(record: &VersionRecord, places: &[Place], json: &str) -> Seal {
    let mut hasher = Hasher::of(b"ecs version 1");
    hasher.id(Some(record.ecs_id)).bytes(record.lineage_id.as_uuid().as_bytes());
    hasher.id(record.parent).id(record.forked_from).id(Some(record.root));
    hasher.bytes(record.execution_id.map(|id| id.as_uuid().into_bytes()).as_ref().map_or(&[], |id| &id[..]));
    hasher.bytes(record.content_hash.as_bytes()).bytes(record.type_name.as_bytes());
    if record.type_version > 1 {
        hasher.bytes(&record.type_version.to_le_bytes());
    }
    hasher.bytes(&[u8::from(record.is_config)]).bytes(record.id_field.as_bytes()).bytes(json.as_bytes());
    for (name, bytes) in &record.fields {
        hasher.bytes(name.as_bytes()).bytes(bytes);
    }
    hasher.bytes(b"refs");
    for &target in &record.references {
        hasher.id(Some(target));
    }
    hasher.bytes(b"places");
    for place in places {
        hasher.id(Some(place.ecs_id)).bytes(&place.holder.map_or(u64::MAX, u64::from).to_le_bytes());
        hasher.bytes(place.path.to_string().as_bytes()).bytes(&[u8::from(place.is_new)]);
    }
    hasher.finish()
}

/// The digest of everything that is stored of one execution.
pub(crate) fn digest_execution(record: &ExecutionRecord) -> Result<Seal> {
    let text = serde_json::to_vec(record).map_err(|error| Failure::Damaged(error.to_string()))?;
    Ok(*blake3::hash(&text).as_bytes())
}

/// The seal of a commit that follows the one with the seal `before`.
pub(crate) fn seal(before: &Seal, versions: impl IntoIterator<Item = Seal>, execution: Option<Seal>) -> Seal {
    let mut hasher = Hasher::of(b"ecs commit 1");
    hasher.bytes(before);
    for version in versions {
        hasher.bytes(&version);
    }
    hasher.bytes(b"execution").bytes(execution.as_ref().map_or(&[], |execution| &execution[..]));
    hasher.finish()
}
