//! The containers of std that entities are found in.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value as Json;

use super::branch::{
    Act, Branch, Compare, Difference, Edit, Encode, Entries, Hashes, Layout, Visit, blake3_of, fits, gone,
    hash_encoding,
};
use super::digest::{self, FEW, Trie, runs};
use super::keys::{is_key, key_text, map_key, segment_text};
use super::node::Node;
use super::trail::{Place, Step, Trail};
use crate::address::Segment;
use crate::callable::marker::{Each, Tuple};
use crate::entity::encode::{Encoder, Failure};
use crate::entity::{EcsId, LineageId, Value};
use crate::error::Result;

// ---- Pointers and options -----------------------------------------------------------------------

/// The part of [`Branch`] that is the same for every container of exactly one.
macro_rules! pointer {
    () => {
        const HOLDS: bool = T::HOLDS;
        const LAYOUT: Layout = T::LAYOUT;

        fn anchor(&self) -> Option<LineageId> {
            T::anchor(self)
        }

        fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
            T::visit(self, place, visit)
        }

        fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
            T::locate(self, path)
        }

        fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
            T::encode(self, encoder, hashes)
        }

        fn count(&self) -> usize {
            T::count(self)
        }

        fn encode_elements(
            &self,
            range: Range<usize>,
            encoder: &mut Encoder,
            hashes: &mut Hashes<'_>,
        ) -> Result<(), Failure> {
            T::encode_elements(self, range, encoder, hashes)
        }

        fn entries(&self, visit: &mut Entries<'_>) -> Result<(), Failure> {
            T::entries(self, visit)
        }

        fn may_refer() -> bool {
            T::may_refer()
        }

        fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
            T::references(self, found)
        }

        fn sketch(&self) -> Json {
            T::sketch(self)
        }
    };
}

impl<T: Branch<M>, M: 'static> Branch<Each<M>> for Box<T> {
    pointer!();

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        T::compare(old.map(|old| &**old), new, place, sink)
    }

    fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
        T::edit(self, edits, depth, act);
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        T::each_mut(self, act);
    }
}

impl<T: Branch<M> + Clone, M: 'static> Branch<Each<M>> for Arc<T> {
    pointer!();

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        // Nobody can have changed what both point at.
        if old.is_some_and(|old| Self::ptr_eq(old, new)) {
            return Ok(true);
        }
        T::compare(old.map(|old| &**old), new, place, sink)
    }

    fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
        T::edit(Self::make_mut(self), edits, depth, act);
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        T::each_mut(Self::make_mut(self), act);
    }
}

impl<T: Branch<M>, M: 'static> Branch<Each<M>> for Option<T> {
    const HOLDS: bool = T::HOLDS;

    fn anchor(&self) -> Option<LineageId> {
        self.as_ref().and_then(T::anchor)
    }

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        let was_there = old.is_some();
        match (old.and_then(Self::as_ref), new) {
            (old, Some(new)) => T::compare(old, new, place, sink),
            (Some(old), None) => {
                sink.rearranged();
                gone(old, place, sink).map(|()| false)
            }
            (None, None) => Ok(was_there),
        }
    }

    fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
        self.iter().try_for_each(|item| item.visit(place, visit))
    }

    fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
        self.as_ref()?.locate(path)
    }

    fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
        self.iter_mut().for_each(|item| item.edit(edits, depth, act));
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        self.iter_mut().for_each(|item| item.each_mut(act));
    }

    fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
        match self {
            Some(item) => {
                encoder.some();
                item.encode(encoder, hashes)
            }
            None => {
                encoder.unit();
                Ok(())
            }
        }
    }

    fn may_refer() -> bool {
        T::may_refer()
    }

    fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
        self.iter().try_for_each(|item| item.references(found))
    }

    fn sketch(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::sketch)
    }
}

// ---- Sequences ----------------------------------------------------------------------------------

/// A sequence seen by position.
pub(super) struct Elements<'g, 'a, T> {
    pub(super) len: usize,
    pub(super) get: &'g dyn Fn(usize) -> &'a T,
}

/// Things by the lineage they are told from others by.
pub(super) type ByAnchor<'a, T> = HashMap<LineageId, &'a T, RandomState>;

fn index_of(segment: Option<&Segment>) -> Option<usize> {
    match segment? {
        Segment::Index(index) => Some(*index),
        Segment::Name(_) => None,
    }
}

/// Compares two sequences: what they have in common at the front and at the back by position, the
/// rest by the lineages of its elements. As many as `shared` says at either end are known to be the
/// same.
pub(super) fn compare_elements<'a, T: Branch<M>, M>(
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
pub(super) fn compare_new<'a, T: Branch<M> + 'a, M>(
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
    if count <= FEW {
        encoder.sequence(count);
        return whole.encode_elements(0..count, encoder, hashes);
    }
    let runs = runs(count, None, 0, &|_, _| true, &mut |from, to| {
        hash_encoding(|encoder| whole.encode_elements(from..to, encoder, hashes), digest::hash_run)
    })?;
    encoder.digest(&digest::Digest::Sequence { count, runs });
    Ok(())
}

/// Groups edits by the position that they have in common.
fn by_index<'e>(edits: &'e [Edit<'e>], depth: usize) -> impl Iterator<Item = (usize, &'e [Edit<'e>])> {
    edits
        .chunk_by(move |a, b| a.steps.get(depth) == b.steps.get(depth))
        .filter_map(move |group| Some((index_of(group[0].steps.get(depth))?, group)))
}

/// The part of [`Branch`] that is the same for every sequence that is indexed.
macro_rules! sequence {
    () => {
        const HOLDS: bool = T::HOLDS;
        const LAYOUT: Layout = Layout::Sequence;

        fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
            let Some(old) = old else { return compare_new::<T, M>(new.iter(), place, sink) };
            let (old, new) =
                (Elements { len: old.len(), get: &|i| &old[i] }, Elements { len: new.len(), get: &|i| &new[i] });
            compare_elements::<T, M>(&old, &new, (0, 0), place, sink)
        }

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
            self.iter_mut().for_each(|item| item.each_mut(act));
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

impl<T: Branch<M>, M: 'static> Branch<Each<M>> for Vec<T> {
    sequence!();
}

impl<T: Branch<M>, M: 'static> Branch<Each<M>> for VecDeque<T> {
    sequence!();
}

impl<T: Branch<M>, M: 'static, const N: usize> Branch<Each<M>> for [T; N] {
    sequence!();
}

// ---- Maps ---------------------------------------------------------------------------------------

/// Compares the entries of two maps, given what they have at each key that either has.
pub(super) fn compare_entries<'a, K: Value, T: Branch<M>, M>(
    pairs: impl Iterator<Item = (&'a K, Option<&'a T>, Option<&'a T>)>,
    place: Place<'_>,
    sink: &mut dyn Compare,
) -> Result<bool> {
    let mut is_same = true;
    let (mut olds, mut news) = (Vec::new(), Vec::new());
    for (key, old, new) in pairs {
        if let (Some(old), Some(new)) = (old, new)
            && fits::<T, M>(old, new)
        {
            let text = || key_text(key);
            let trail = Trail { up: place, step: Step::Key(&text) };
            if T::compare(Some(old), new, Some(&trail), sink)? {
                continue;
            }
            is_same = false;
            entry_differs::<K, T, M>(key, Some(new), place, sink)?;
            continue;
        }
        is_same = false;
        olds.extend(old.map(|old| (key, old)));
        match new {
            Some(new) => news.push((key, new)),
            None => entry_differs::<K, T, M>(key, None, place, sink)?,
        }
    }
    if !olds.is_empty() || !news.is_empty() {
        sink.rearranged();
    }
    let texts = |entries: &[(&K, &T)]| entries.iter().map(|(key, _)| key_text(*key)).collect::<Vec<_>>();
    let (old_texts, new_texts) = (texts(&olds), texts(&news));
    let old_steps: Vec<_> = old_texts.iter().map(|text| move || text.clone()).collect();
    let new_steps: Vec<_> = new_texts.iter().map(|text| move || text.clone()).collect();
    let olds = olds.iter().zip(&old_steps).map(|((_, old), step)| (Step::Key(step), *old)).collect();
    compare_displaced::<T, M>(
        olds,
        news.iter().zip(&new_steps).map(|((_, new), step)| (Step::Key(step), *new)),
        place,
        sink,
    )?;
    news.iter().try_for_each(|(key, new)| entry_differs::<K, T, M>(key, Some(new), place, sink))?;
    Ok(is_same)
}

fn entry_differs<K: Value, T: Branch<M>, M>(
    key: &K,
    value: Option<&T>,
    place: Place<'_>,
    sink: &mut dyn Compare,
) -> Result<()> {
    let encode_key: &Encode<'_> = &|encoder, _| encoder.value(key);
    let encode_value =
        value.map(|value| move |encoder: &mut Encoder, hashes: &mut Hashes<'_>| value.encode(encoder, hashes));
    let encode_value = encode_value.as_ref().map(|encode| encode as &Encode<'_>);
    sink.differs(place, Difference::Entry(encode_key, encode_value))
}

/// Encodes a map, as a trie if it is large.
pub(super) fn encode_map<T: Branch<M>, M>(
    whole: &T,
    encoder: &mut Encoder,
    hashes: &mut Hashes<'_>,
) -> Result<(), Failure> {
    if whole.count() > FEW {
        let trie = trie_of(whole, hashes)?;
        encoder.digest(&digest::Digest::Map(trie));
        return Ok(());
    }
    let mut entries = Vec::with_capacity(whole.count());
    whole.entries(&mut |key, value| {
        entries.push(Encoder::with(|entry| {
            key(entry, hashes)?;
            value(entry, hashes)?;
            Ok(entry.written().to_vec())
        })?);
        Ok(())
    })?;
    encoder.map(entries);
    Ok(())
}

/// The trie over a whole map.
pub(super) fn trie_of<T: Branch<M>, M>(whole: &T, hashes: &mut Hashes<'_>) -> Result<Trie, Failure> {
    let mut entries = Vec::with_capacity(whole.count());
    whole.entries(&mut |key, value| {
        entries.push((blake3_of(key, hashes)?, blake3_of(value, hashes)?));
        Ok(())
    })?;
    Ok(Trie::new(entries))
}

/// Shows each entry of a map in the order it iterates in.
pub(super) fn visit_entries<'a, K: Value, T: Branch<M>, M>(
    entries: impl Iterator<Item = (&'a K, &'a T)>,
    place: Place<'_>,
    visit: &mut Visit<'_>,
) -> Result<()> {
    for (key, item) in entries {
        item.visit(Some(&Trail { up: place, step: Step::Key(&|| key_text(key)) }), visit)?;
    }
    Ok(())
}

/// Shows the encodings of each entry of a map.
pub(super) fn encode_entries<'a, K: Value, T: Branch<M>, M>(
    entries: impl Iterator<Item = (&'a K, &'a T)>,
    visit: &mut Entries<'_>,
) -> Result<(), Failure> {
    for (key, item) in entries {
        let value = |encoder: &mut Encoder, hashes: &mut Hashes<'_>| {
            item.encode(encoder, hashes).map_err(|failure| failure.under(format_args!("[{:?}]", key_text(key))))
        };
        visit(&|encoder, _| encoder.value(key), &value)?;
    }
    Ok(())
}

/// The part of [`Branch`] that is the same for every map.
macro_rules! map {
    () => {
        const HOLDS: bool = T::HOLDS;
        const LAYOUT: Layout = Layout::Map;

        fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
            visit_entries::<K, T, M>(self.iter(), place, visit)
        }

        fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
            let step = path.first()?;
            let named = map_key::<K>(&segment_text(step)).ok().and_then(|key| self.get(&key));
            // The text of some keys cannot be read back.
            let item = named.or_else(|| self.iter().find(|(key, _)| is_key(*key, step)).map(|(_, item)| item))?;
            let (node, steps) = item.locate(&path[1..])?;
            Some((node, steps + 1))
        }

        fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
            for group in edits.chunk_by(|a, b| a.steps.get(depth) == b.steps.get(depth)) {
                let Some(step) = group[0].steps.get(depth) else { continue };
                let named = map_key::<K>(&segment_text(step)).ok().filter(|key| self.contains_key(key));
                let key = named.or_else(|| self.keys().find(|key| is_key(*key, step)).cloned());
                if let Some(item) = key.and_then(|key| self.get_mut(&key)) {
                    item.edit(group, depth + 1, act);
                }
            }
        }

        fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
            encode_map::<Self, Each<M>>(self, encoder, hashes)
        }

        fn count(&self) -> usize {
            self.len()
        }

        fn entries(&self, visit: &mut Entries<'_>) -> Result<(), Failure> {
            encode_entries::<K, T, M>(self.iter(), visit)
        }

        fn may_refer() -> bool {
            T::may_refer()
        }

        fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
            self.iter().try_for_each(|(_, item)| item.references(found))
        }

        fn sketch(&self) -> Json {
            Json::Object(self.iter().map(|(key, item)| (key_text(key), item.sketch())).collect())
        }
    };
}

/// The part of [`Branch`] that is the same for every map that is searched key by key.
macro_rules! searched {
    () => {
        fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
            let Some(old) = old else {
                compare_entries::<K, T, M>(new.iter().map(|(key, new)| (key, None, Some(new))), place, sink)?;
                return Ok(false);
            };
            let kept = new.iter().map(|(key, new)| (key, old.get(key), Some(new)));
            let removed =
                old.iter().filter(|(key, _)| !new.contains_key(*key)).map(|(key, old)| (key, Some(old), None));
            compare_entries::<K, T, M>(kept.chain(removed), place, sink)
        }

        fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
            self.values_mut().for_each(|item| item.each_mut(act));
        }
    };
}

impl<K, T, M, S> Branch<Each<M>> for HashMap<K, T, S>
where
    K: Value + Eq + Hash,
    T: Branch<M>,
    M: 'static,
    S: BuildHasher + Send + Sync + 'static,
{
    map!();
    searched!();
}

impl<K: Value + Ord, T: Branch<M>, M: 'static> Branch<Each<M>> for BTreeMap<K, T> {
    map!();
    searched!();
}

#[cfg(feature = "indexmap")]
impl<K, T, M, S> Branch<Each<M>> for indexmap::IndexMap<K, T, S>
where
    K: Value + Eq + Hash,
    T: Branch<M>,
    M: 'static,
    S: BuildHasher + Send + Sync + 'static,
{
    map!();
    searched!();
}

#[cfg(feature = "im")]
impl<K, T, M> Branch<Each<M>> for crate::im::Map<K, T>
where
    K: Value + Ord,
    T: Branch<M> + Clone,
    M: 'static,
{
    map!();

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        use crate::im::Difference;
        let Some(old) = old else {
            compare_entries::<K, T, M>(new.iter().map(|(key, new)| (key, None, Some(new))), place, sink)?;
            return Ok(false);
        };
        // Only what they do not share.
        let pairs = Self::differences(old, new).map(|difference| match difference {
            Difference::Added(key, new) => (key, None, Some(new)),
            Difference::Removed(key, old) => (key, Some(old), None),
            Difference::Changed { key, old, new } => (key, Some(old), Some(new)),
        });
        compare_entries::<K, T, M>(pairs, place, sink)
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        let keys: Vec<K> = self.keys().cloned().collect();
        for key in keys {
            if let Some(item) = self.get_mut(&key) {
                item.each_mut(act);
            }
        }
    }
}

#[cfg(feature = "im")]
impl<T: Branch<M> + Clone, M: 'static> Branch<Each<M>> for crate::im::Vector<T> {
    const HOLDS: bool = T::HOLDS;
    const LAYOUT: Layout = Layout::Sequence;

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
        range.into_iter().try_for_each(|index| {
            self[index].encode(encoder, hashes).map_err(|failure| failure.under(format_args!(".{index}")))
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
}

// ---- Sets ---------------------------------------------------------------------------------------

/// The part of [`Branch`] that is the same for every set. A member is addressed by its lineage; a
/// set is taken apart to change a member, as its place may depend on what changes.
macro_rules! set {
    () => {
        const HOLDS: bool = T::HOLDS;

        fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
            let mut olds: ByAnchor<'_, T> =
                old.iter().flat_map(|old| old.iter()).filter_map(|item| Some((item.anchor()?, item))).collect();
            let mut is_same = old.is_some_and(|old| old.len() == new.len());
            for item in new {
                let text = || member_text::<T, M>(item);
                let before = item.anchor().and_then(|anchor| olds.remove(&anchor));
                is_same &= T::compare(before, item, Some(&Trail { up: place, step: Step::Key(&text) }), sink)?;
            }
            if !olds.is_empty() {
                sink.rearranged();
            }
            for item in olds.into_values() {
                is_same = false;
                gone::<T, M>(item, Some(&Trail { up: place, step: Step::Key(&|| member_text::<T, M>(item)) }), sink)?;
            }
            Ok(is_same)
        }

        fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
            self.iter().try_for_each(|item| {
                item.visit(Some(&Trail { up: place, step: Step::Key(&|| member_text::<T, M>(item)) }), visit)
            })
        }

        fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
            let Segment::Name(name) = path.first()? else { return None };
            let lineage_id = name.parse::<LineageId>().ok();
            let is_meant = |item: &&T| match lineage_id {
                Some(lineage_id) => T::anchor(item) == Some(lineage_id),
                None => member_text::<T, M>(item) == **name,
            };
            let (node, steps) = self.iter().find(is_meant)?.locate(&path[1..])?;
            Some((node, steps + 1))
        }

        fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
            let by_member: HashMap<std::borrow::Cow<'_, str>, &[Edit<'_>]> = edits
                .chunk_by(|a, b| a.steps.get(depth) == b.steps.get(depth))
                .filter_map(|group| Some((segment_text(group[0].steps.get(depth)?), group)))
                .collect();
            let changed = std::mem::take(self).into_iter().map(|mut item| {
                if let Some(group) = by_member.get(member_text::<T, M>(&item).as_str()) {
                    item.edit(group, depth + 1, act);
                }
                item
            });
            *self = changed.collect();
        }

        fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
            let changed = std::mem::take(self).into_iter().map(|mut item| {
                item.each_mut(act);
                item
            });
            *self = changed.collect();
        }

        fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
            let encodings = self.iter().map(|item| {
                Encoder::with(|encoder| {
                    item.encode(encoder, hashes)?;
                    Ok(encoder.written().to_vec())
                })
            });
            let encodings = encodings.collect::<Result<Vec<_>, Failure>>()?;
            encoder.set(encodings);
            Ok(())
        }

        fn may_refer() -> bool {
            T::may_refer()
        }

        fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
            self.iter().try_for_each(|item| item.references(found))
        }

        fn sketch(&self) -> Json {
            let mut members: Vec<Json> = self.iter().map(T::sketch).collect();
            members.sort_by_cached_key(Json::to_string);
            Json::Array(members)
        }
    };
}

/// What a member of a set is addressed by.
fn member_text<T: Branch<M>, M>(item: &T) -> String {
    item.anchor().map_or_else(|| "…".to_owned(), |lineage_id| lineage_id.to_string())
}

impl<T: Branch<M> + Ord, M: 'static> Branch<Each<M>> for BTreeSet<T> {
    set!();
}

impl<T, M, S> Branch<Each<M>> for HashSet<T, S>
where
    T: Branch<M> + Eq + Hash,
    M: 'static,
    S: BuildHasher + Default + Send + Sync + 'static,
{
    set!();
}

// ---- Tuples -------------------------------------------------------------------------------------

macro_rules! nested {
    () => { () };
    ($first:ident $($rest:ident)*) => { ($first, nested!($($rest)*)) };
}

macro_rules! tuples {
    ($($length:literal: $($type:ident $marker:ident $index:tt),+;)*) => {$(
        impl<$($type: Branch<$marker>, $marker: 'static),+> Branch<Tuple<nested!($($marker)+)>> for ($($type,)+) {
            const HOLDS: bool = $($type::HOLDS)||+;

            fn anchor(&self) -> Option<LineageId> {
                None$(.or_else(|| self.$index.anchor()))+
            }

            fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
                let mut is_same = true;
                $({
                    let trail = Trail { up: place, step: Step::Index($index) };
                    is_same &= $type::compare(old.map(|old| &old.$index), &new.$index, Some(&trail), sink)?;
                })+
                Ok(is_same)
            }

            fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
                $(self.$index.visit(Some(&Trail { up: place, step: Step::Index($index) }), visit)?;)+
                Ok(())
            }

            fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
                let (node, steps) = match index_of(path.first())? {
                    $($index => self.$index.locate(&path[1..])?,)+
                    _ => return None,
                };
                Some((node, steps + 1))
            }

            fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
                for (index, group) in by_index(edits, depth) {
                    match index {
                        $($index => self.$index.edit(group, depth + 1, act),)+
                        _ => {}
                    }
                }
            }

            fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
                $(self.$index.each_mut(act);)+
            }

            fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
                encoder.sequence($length);
                $(self.$index.encode(encoder, hashes).map_err(|failure| failure.under(concat!(".", $index)))?;)+
                Ok(())
            }

            fn may_refer() -> bool {
                $($type::may_refer())||+
            }

            fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
                $(if $type::may_refer() {
                    self.$index.references(found)?;
                })+
                Ok(())
            }

            fn sketch(&self) -> Json {
                Json::Array(vec![$(self.$index.sketch()),+])
            }
        }
    )*};
}

tuples! {
    1: A MA 0;
    2: A MA 0, B MB 1;
    3: A MA 0, B MB 1, C MC 2;
    4: A MA 0, B MB 1, C MC 2, D MD 3;
    5: A MA 0, B MB 1, C MC 2, D MD 3, E ME 4;
    6: A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5;
    7: A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5, G MG 6;
    8: A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5, G MG 6, H MH 7;
}
