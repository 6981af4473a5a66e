//! What a commit writes, made ready by the caller before it takes its turn.

use ecs_core::AnyStored;
use ecs_core::store::{Commit, ExecutionRecord, Place, VersionRecord, places};
use fastcdc::v2020::FastCDC;

use crate::failure::{Failure, Result};
use crate::payload::INLINE;
use crate::seal::{Seal, digest_execution, digest_version};

/// How large the chunks of a large field are: so that one changed element of a long container changes little.
const CHUNK: [usize; 3] = [256, 1_024, 8_192];

/// A version, ready to be written.
pub(crate) struct Version {
    pub(crate) record: VersionRecord,
    pub(crate) places: Vec<Place>,
    pub(crate) json: String,
    pub(crate) digest: Seal,
    /// The fields that are large, by position.
    pub(crate) blobs: Vec<(usize, Blob)>,
}

/// A large field: its hash, and where its chunks end, each with its hash.
pub(crate) struct Blob {
    pub(crate) hash: Seal,
    pub(crate) chunks: Vec<(usize, Seal)>,
}

/// A commit, ready to be written.
pub(crate) struct Prepared {
    pub(crate) versions: Vec<Version>,
    /// Written unless they are there.
    pub(crate) shared: Vec<Version>,
    pub(crate) execution: Option<(ExecutionRecord, Seal)>,
    pub(crate) is_branching: bool,
}

impl Prepared {
    pub(crate) fn of(commit: &Commit) -> Result<Self> {
        let prepare = |versions: &[AnyStored]| {
            let records = VersionRecord::of_all(versions)?;
            versions
                .iter()
                .zip(records)
                .map(|(version, record)| Version::of(version, record))
                .collect::<Result<Vec<_>>>()
        };
        let execution = commit.execution.as_ref().map(|execution| {
            let record = ExecutionRecord::of(execution);
            let digest = digest_execution(&record)?;
            Ok::<_, Failure>((record, digest))
        });
        Ok(Self {
            versions: prepare(&commit.versions)?,
            shared: prepare(&commit.shared)?,
            execution: execution.transpose()?,
            is_branching: commit.is_branching,
        })
    }
}

/// The JSON of a version for people to read.
pub(crate) fn json_of(record: &VersionRecord) -> Result<String> {
    Ok(record.to_json(INLINE)?.to_string())
}

impl Version {
    fn of(version: &AnyStored, record: VersionRecord) -> Result<Self> {
        let places = if version.is_root() { places(version) } else { Vec::new() };
        let json = json_of(&record)?;
        let large = record.fields.iter().enumerate().filter(|(_, (_, bytes))| bytes.len() > INLINE);
        let blobs = large.map(|(position, (_, bytes))| (position, Blob::of(bytes))).collect();
        let digest = digest_version(&record, &places, &json);
        Ok(Self { record, places, json, digest, blobs })
    }
}

impl Blob {
    fn of(bytes: &[u8]) -> Self {
        let [least, usual, most] = CHUNK;
        let chunks = FastCDC::new(bytes, least, usual, most).map(|chunk| {
            let end = chunk.offset + chunk.length;
            (end, *blake3::hash(&bytes[chunk.offset..end]).as_bytes())
        });
        Self { hash: *blake3::hash(bytes).as_bytes(), chunks: chunks.collect() }
    }
}
