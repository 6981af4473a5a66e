//! What is left to say of what was removed.

use std::fmt;
use std::time::SystemTime;

use humantime::format_rfc3339_seconds;

use super::AnyId;

/// Something that was stored, and that was removed since under a policy of retention.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoLongerKept {
    /// What was removed.
    pub id: AnyId,
    /// When.
    pub pruned_at: SystemTime,
    /// What was kept then, in words: this was not among it.
    pub policy: Box<str>,
}

impl NoLongerKept {
    /// What was removed, when, and what was kept then.
    #[must_use]
    pub fn new(id: AnyId, pruned_at: SystemTime, policy: Box<str>) -> Self {
        Self { id, pruned_at, policy }
    }
}

/// Such as `@0192… is no longer kept: it was pruned on 2026-01-31T12:00:00Z, and what was kept was: …`.
impl fmt::Display for NoLongerKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            AnyId::Version(ecs_id) => write!(f, "@{ecs_id}")?,
            AnyId::Lineage(lineage_id) => write!(f, "lineage {lineage_id}")?,
            AnyId::Execution(execution_id) => write!(f, "execution {execution_id}")?,
        }
        let pruned_at = format_rfc3339_seconds(self.pruned_at);
        write!(f, " is no longer kept: it was pruned at {pruned_at}, when what was kept was {}", self.policy)
    }
}
