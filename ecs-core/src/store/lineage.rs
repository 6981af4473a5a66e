//! The versions of one thing.

use super::chunked::Chunked;
use super::table::Keyed;
use crate::entity::{AnyStored, EcsId, LineageId};
use crate::error::{ErrorKind, Result};

/// The versions of one thing, in the order of their commits; the last is the newest head.
pub(super) enum Lineage {
    /// Most things, generated ones and configs, are never changed.
    One(AnyStored),
    Several(Box<Several>),
}

pub(super) struct Several {
    lineage_id: LineageId,
    head: EcsId,
    /// The heads beside it, in the order of their commits.
    others: Box<[EcsId]>,
    versions: Chunked<EcsId>,
}

impl Lineage {
    /// The newest head.
    #[inline]
    pub(super) fn head(&self) -> EcsId {
        match self {
            Self::One(version) => version.ecs_id(),
            Self::Several(several) => several.head,
        }
    }

    /// The heads beside the newest.
    pub(super) fn other_heads(&self) -> &[EcsId] {
        match self {
            Self::One(_) => &[],
            Self::Several(several) => &several.others,
        }
    }

    #[inline]
    pub(super) fn is_head(&self, ecs_id: EcsId) -> bool {
        self.head() == ecs_id || self.other_heads().contains(&ecs_id)
    }

    /// Refuses a version that does not continue a head, unless it branches off.
    ///
    /// # Errors
    ///
    /// `conflict`.
    #[inline]
    pub(super) fn check(&self, version: &AnyStored, is_branching: bool) -> Result<()> {
        let expected = version.parent();
        if expected.is_some_and(|parent| is_branching || self.is_head(parent)) {
            return Ok(());
        }
        Err(ErrorKind::Conflict { lineage_id: version.lineage_id(), expected, found: Some(self.head()) }.into())
    }

    pub(super) fn versions(&self) -> Vec<EcsId> {
        match self {
            Self::One(version) => vec![version.ecs_id()],
            Self::Several(several) => several.versions.iter().copied().collect(),
        }
    }

    /// Adds a version, which is the newest head from now on, in place of the one that it continues.
    pub(super) fn add(&mut self, version: &AnyStored) {
        if let Self::One(first) = self {
            let (lineage_id, head) = (first.lineage_id(), first.ecs_id());
            let versions = [head].into_iter().collect();
            *self = Self::Several(Box::new(Several { lineage_id, head, others: Box::default(), versions }));
        }
        if let Self::Several(several) = self {
            several.add(version);
        }
    }
}

impl Several {
    fn add(&mut self, version: &AnyStored) {
        let ecs_id = version.ecs_id();
        let before = std::mem::replace(&mut self.head, ecs_id);
        if version.parent() != Some(before) {
            let others = self.others.iter().copied().chain([before]);
            self.others = others.filter(|&other| version.parent() != Some(other)).collect();
        }
        self.versions.push(ecs_id);
    }
}

impl Keyed for Lineage {
    type Key = LineageId;

    fn key(&self) -> LineageId {
        match self {
            Self::One(version) => version.lineage_id(),
            Self::Several(several) => several.lineage_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_that_never_changed_takes_no_more_than_a_handle() {
        assert_eq!(size_of::<Lineage>(), size_of::<AnyStored>());
    }
}
