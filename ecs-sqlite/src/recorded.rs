//! What a commit wrote, as far as it is still there.

use ecs_core::EcsId;

use crate::finding::Finding;
use crate::read::{Found, FoundExecution};
use crate::seal::{Seal, seal};
use crate::tombstone::{RemovedExecution, RemovedVersion};

/// A row, or what is left of it.
pub(crate) enum Recorded<K, R> {
    Kept(K),
    Removed(R),
}

pub(crate) type RecordedVersion = Recorded<Found, RemovedVersion>;
pub(crate) type RecordedExecution = Recorded<FoundExecution, RemovedExecution>;

impl RecordedVersion {
    pub(crate) fn commit_id(&self) -> i64 {
        match self {
            Self::Kept(found) => found.commit_id,
            Self::Removed(removed) => removed.commit_id,
        }
    }

    pub(crate) fn ecs_id(&self) -> EcsId {
        match self {
            Self::Kept(found) => found.record.ecs_id,
            Self::Removed(removed) => removed.ecs_id,
        }
    }
}

impl RecordedExecution {
    pub(crate) fn commit_id(&self) -> i64 {
        match self {
            Self::Kept(found) => found.commit_id,
            Self::Removed(removed) => removed.commit_id,
        }
    }

    /// Says in a finding that this is the execution.
    pub(crate) fn name(&self, finding: Finding) -> Finding {
        match self {
            Self::Kept(found) => finding.ran(found.record.id, &found.record.callable),
            Self::Removed(removed) => Finding { execution: Some(removed.execution_id), ..finding },
        }
    }
}

/// What one commit wrote.
pub(crate) struct Written {
    pub(crate) versions: Vec<(EcsId, Seal)>,
    pub(crate) execution: Option<(RecordedExecution, Seal)>,
}

impl Written {
    pub(crate) fn seal(&self, before: &Seal) -> Seal {
        let versions = self.versions.iter().map(|(_, digest)| *digest);
        seal(before, versions, self.execution.as_ref().map(|(_, digest)| *digest))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.versions.is_empty() && self.execution.is_none()
    }
}
