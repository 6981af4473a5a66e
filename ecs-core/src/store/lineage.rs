//! The versions of one thing.

use super::chunked::Chunked;
use super::table::Keyed;
use crate::entity::{AnyStored, EcsId, LineageId};

/// The versions of one thing, in the order of their commits; the last is the newest head.
pub(super) enum Lineage {
    /// Most things, generated ones and configs, are never changed.
    One(AnyStored),
    Several(Box<Several>),
}

pub(super) struct Several {
    head: AnyStored,
    /// The heads beside it, in the order of their commits.
    others: Box<[EcsId]>,
    versions: Chunked<EcsId>,
}

impl Lineage {
    pub(super) fn head(&self) -> &AnyStored {
        match self {
            Self::One(version) => version,
            Self::Several(several) => &several.head,
        }
    }

    /// The heads beside the newest.
    pub(super) fn other_heads(&self) -> &[EcsId] {
        match self {
            Self::One(_) => &[],
            Self::Several(several) => &several.others,
        }
    }

    pub(super) fn is_head(&self, ecs_id: EcsId) -> bool {
        self.head().ecs_id() == ecs_id || self.other_heads().contains(&ecs_id)
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
            let versions = [first.ecs_id()].into_iter().collect();
            *self = Self::Several(Box::new(Several { head: first.clone(), others: Box::default(), versions }));
        }
        if let Self::Several(several) = self {
            several.add(version);
        }
    }
}

impl Several {
    fn add(&mut self, version: &AnyStored) {
        let before = std::mem::replace(&mut self.head, version.clone()).ecs_id();
        if version.parent() != Some(before) {
            let others = self.others.iter().copied().chain([before]);
            self.others = others.filter(|&other| version.parent() != Some(other)).collect();
        }
        self.versions.push(version.ecs_id());
    }
}

impl Keyed for Lineage {
    type Key = LineageId;

    fn key(&self) -> LineageId {
        self.head().lineage_id()
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
