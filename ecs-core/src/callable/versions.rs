//! Versions in the order they came, found by lineage.

use smallvec::SmallVec;

use crate::entity::{AnyStored, IdMap, LineageId};

/// Up to this many are looked through; beyond it they are found by a map.
const FEW: usize = 8;

/// The versions that a call took.
#[derive(Default)]
pub(crate) struct Versions {
    all: SmallVec<[AnyStored; 2]>,
    /// Where the versions of each lineage are, once there are too many to look through.
    by_lineage: IdMap<LineageId, SmallVec<[usize; 1]>>,
}

impl Versions {
    #[inline]
    pub(crate) fn push(&mut self, version: AnyStored) {
        self.all.push(version);
        let unmapped = match self.all.len() - 1 {
            index if index < FEW => return,
            FEW => 0..=FEW,
            index => index..=index,
        };
        for index in unmapped {
            self.by_lineage.entry(self.all[index].lineage_id()).or_default().push(index);
        }
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[AnyStored] {
        &self.all
    }

    /// Where the versions of a lineage are, in order.
    pub(crate) fn positions(&self, lineage_id: LineageId) -> impl Iterator<Item = usize> {
        let looked_through = if self.all.len() > FEW { 0 } else { self.all.len() };
        let mapped = self.by_lineage.get(&lineage_id).into_iter().flatten().copied();
        (0..looked_through).filter(move |&index| self.all[index].lineage_id() == lineage_id).chain(mapped)
    }
}
