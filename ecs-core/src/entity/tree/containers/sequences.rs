//! Entities in sequences, which are addressed by index.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use serde_json::Value as Json;

use crate::address::Segment;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::branch::{Branch, fits, gone, hash_encoding};
use crate::entity::tree::digest::{self, FEW, runs};
use crate::entity::tree::marker::Each;
use crate::entity::tree::node::{Act, Compare, Difference, Edit, Hashes, Layout, Node, Visit};
use crate::entity::tree::trail::{Place, Step, Trail};
use crate::entity::{EcsId, LineageId};
use crate::error::Result;

/// A sequence seen by position.
pub(in crate::entity) struct Elements<'g, 'a, T> {
    pub(in crate::entity) len: usize,
    pub(in crate::entity) get: &'g dyn Fn(usize) -> &'a T,
}

/// Things by the lineage they are told from others by.
pub(super) type ByAnchor<'a, T> = HashMap<LineageId, &'a T, RandomState>;

pub(super) fn index_of(segment: Option<&Segment>) -> Option<usize> {
    match segment? {
        Segment::Index(index) => Some(*index),
        Segment::Name(_) => None,
    }
}

/// Compares two sequences: what they have in common at the front and at the back by position, the
/// rest by the lineages of its elements. As many as `shared` says at either end are known to be the
/// same.
pub(in crate::entity) fn compare_elements<'a, T: Branch<M>, M>(
    old: &Elements<'_, 'a, T>,
    new: &Elements<'_, 'a, T>,
    shared: (usize, usize),
    place: Place<'_>,
    sink: &mut dyn Compare,
) -> Result<bool> {
    let mut is_same = old.len == new.len;
    let shorter = old.len.min(new.len);
    let mut pair = |old: &T, new: &T, index: usize, sink: &mut dyn Compare| -> Result<()> {
        let trail = Trail { up: place, step: Step::Index(index) };
        if !T::compare(Some(old), new, Some(&trail), sink)? {
            is_same = false;
            sink.differs(place, Difference::Element(index))?;
        }
        Ok(())
    };
    let mut front = shared.0;
    while front < shorter && fits::<T, M>((old.get)(front), (new.get)(front)) {
        pair((old.get)(front), (new.get)(front), front, sink)?;
        front += 1;
    }
    let mut back = shared.1;
    while back < shorter - front && fits::<T, M>((old.get)(old.len - 1 - back), (new.get)(new.len - 1 - back)) {
        pair((old.get)(old.len - 1 - back), (new.get)(new.len - 1 - back), new.len - 1 - back, sink)?;
        back += 1;
    }
    if front == old.len && front == new.len {
        return Ok(is_same);
    }
    sink.rearranged();
    let olds = (front..old.len - back).map(|index| (Step::Index(index), (old.get)(index)));
    let news = (front..new.len - back).map(|index| (Step::Index(index), (new.get)(index)));
    compare_displaced::<T, M>(olds.collect(), news, place, sink)?;
    if old.len == new.len {
        (front..new.len - back).try_for_each(|index| sink.differs(place, Difference::Element(index)))?;
    } else {
        sink.differs(place, Difference::From(front))?;
    }
    Ok(false)
}

/// Compares what is not where it was: with what was elsewhere in the same container, if it is the
/// same thing.
pub(super) fn compare_displaced<'a, 's, T: Branch<M>, M>(
    olds: Vec<(Step<'s>, &'a T)>,
    news: impl Iterator<Item = (Step<'s>, &'a T)>,
    place: Place<'_>,
    sink: &mut dyn Compare,
) -> Result<()> {
    let mut by_anchor: ByAnchor<'_, T> =
        olds.iter().filter_map(|(_, old)| T::anchor(old).map(|anchor| (anchor, *old))).collect();
    for (step, new) in news {
        let trail = Trail { up: place, step };
        let old = T::anchor(new).and_then(|anchor| by_anchor.remove(&anchor));
        T::compare(old, new, Some(&trail), sink)?;
    }
    for (step, old) in olds {
        if T::anchor(old).is_none_or(|anchor| by_anchor.contains_key(&anchor)) {
            gone::<T, M>(old, Some(&Trail { up: place, step }), sink)?;
        }
    }
    Ok(())
}

/// Compares a sequence that was not there.
pub(in crate::entity) fn compare_new<'a, T: Branch<M> + 'a, M>(
    news: impl Iterator<Item = &'a T>,
    place: Place<'_>,
    sink: &mut dyn Compare,
) -> Result<bool> {
    for (index, new) in news.enumerate() {
        T::compare(None, new, Some(&Trail { up: place, step: Step::Index(index) }), sink)?;
    }
    Ok(false)
}

/// Encodes a sequence, in runs if it is long.
pub(super) fn encode_sequence<T: Branch<M>, M>(
    whole: &T,
    encoder: &mut Encoder,
    hashes: &mut Hashes<'_>,
) -> Result<(), Failure> {
    let count = whole.count();
    if count <= FEW || encoder.is_storing() {
        encoder.held_sequence(count);
        return whole.encode_elements(0..count, encoder, hashes);
    }
    let runs = runs(count, None, 0, &|_, _| true, &mut |from, to| {
        hash_encoding(|encoder| whole.encode_elements(from..to, encoder, hashes), digest::hash_run)
    })?;
    encoder.digest(&digest::Digest::Sequence { count, runs });
    Ok(())
}

/// Groups edits by the position that they have in common.
pub(super) fn by_index<'e>(edits: &'e [Edit<'e>], depth: usize) -> impl Iterator<Item = (usize, &'e [Edit<'e>])> {
    edits
        .chunk_by(move |a, b| a.steps.get(depth) == b.steps.get(depth))
        .filter_map(move |group| Some((index_of(group[0].steps.get(depth))?, group)))
}

/// The part of [`Branch`] that is the same for every sequence that is indexed.
macro_rules! sequence {
    () => {
        const HOLDS: bool = T::HOLDS;
        const LAYOUT: Layout = Layout::Sequence;

        fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
            self.iter()
                .enumerate()
                .try_for_each(|(index, item)| item.visit(Some(&Trail { up: place, step: Step::Index(index) }), visit))
        }

        fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
            let (node, steps) = self.get(index_of(path.first())?)?.locate(&path[1..])?;
            Some((node, steps + 1))
        }

        fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
            for (index, group) in by_index(edits, depth) {
                if let Some(item) = self.get_mut(index) {
                    item.edit(group, depth + 1, act);
                }
            }
        }

        fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
            for index in 0..self.len() {
                if let Some(item) = self.get_mut(index) {
                    item.each_mut(act);
                }
            }
        }

        fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
            encode_sequence::<Self, Each<M>>(self, encoder, hashes)
        }

        fn count(&self) -> usize {
            self.len()
        }

        fn encode_elements(
            &self,
            range: Range<usize>,
            encoder: &mut Encoder,
            hashes: &mut Hashes<'_>,
        ) -> Result<(), Failure> {
            let start = range.start;
            self.range_of(range).enumerate().try_for_each(|(index, item)| {
                item.encode(encoder, hashes).map_err(|failure| failure.under(format_args!(".{}", start + index)))
            })
        }

        fn may_refer() -> bool {
            T::may_refer()
        }

        fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
            self.iter().try_for_each(|item| item.references(found))
        }

        fn sketch(&self) -> Json {
            self.iter().map(T::sketch).collect()
        }
    };
}

/// The part of [`Branch`] that is the same for every sequence whose elements are compared one by one.
macro_rules! compared {
    () => {
        fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
            let Some(old) = old else { return compare_new::<T, M>(new.iter(), place, sink) };
            let (old, new) =
                (Elements { len: old.len(), get: &|i| &old[i] }, Elements { len: new.len(), get: &|i| &new[i] });
            compare_elements::<T, M>(&old, &new, (0, 0), place, sink)
        }
    };
}

/// Some of the elements of a sequence.
trait RangeOf<T> {
    fn range_of<'a>(&'a self, range: Range<usize>) -> impl Iterator<Item = &'a T>
    where
        T: 'a;
}

impl<T> RangeOf<T> for [T] {
    fn range_of<'a>(&'a self, range: Range<usize>) -> impl Iterator<Item = &'a T>
    where
        T: 'a,
    {
        self[range].iter()
    }
}

impl<T> RangeOf<T> for VecDeque<T> {
    fn range_of<'a>(&'a self, range: Range<usize>) -> impl Iterator<Item = &'a T>
    where
        T: 'a,
    {
        self.range(range)
    }
}

#[cfg(feature = "im")]
impl<T> RangeOf<T> for crate::im::Vector<T> {
    fn range_of<'a>(&'a self, range: Range<usize>) -> impl Iterator<Item = &'a T>
    where
        T: 'a,
    {
        range.map(|index| &self[index])
    }
}

impl<T: Branch<M>, M: 'static> Branch<Each<M>> for Vec<T> {
    sequence!();
    compared!();
}

impl<T: Branch<M>, M: 'static> Branch<Each<M>> for VecDeque<T> {
    sequence!();
    compared!();
}

impl<T: Branch<M>, M: 'static, const N: usize> Branch<Each<M>> for [T; N] {
    sequence!();
    compared!();
}

#[cfg(feature = "im")]
impl<T: Branch<M> + Clone, M: 'static> Branch<Each<M>> for crate::im::Vector<T> {
    sequence!();

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        let Some(old) = old else { return compare_new::<T, M>(new.iter(), place, sink) };
        if old.len() == new.len() {
            // Only what they do not share.
            let changed = Self::changed_indices(old, new);
            if changed.iter().all(|&index| fits::<T, M>(&old[index], &new[index])) {
                let mut is_same = true;
                for index in changed {
                    let trail = Trail { up: place, step: Step::Index(index) };
                    if !T::compare(Some(&old[index]), &new[index], Some(&trail), sink)? {
                        is_same = false;
                        sink.differs(place, Difference::Element(index))?;
                    }
                }
                return Ok(is_same);
            }
        }
        let shared = Self::untouched(old, new);
        let (old, new) =
            (Elements { len: old.len(), get: &|i| &old[i] }, Elements { len: new.len(), get: &|i| &new[i] });
        compare_elements::<T, M>(&old, &new, shared, place, sink)
    }
}
