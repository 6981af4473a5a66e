//! Entities in the values of maps, which are addressed by key.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use serde_json::Value as Json;

use super::sequences::compare_displaced;
use crate::address::Segment;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::branch::{Branch, blake3_of, fits};
use crate::entity::tree::digest::{self, FEW, Trie};
use crate::entity::tree::keys::{is_key, key_text, map_key, segment_text};
use crate::entity::tree::marker::Each;
use crate::entity::tree::node::{Act, Compare, Difference, Edit, Encode, Entries, Hashes, Layout, Node, Visit};
use crate::entity::tree::trail::{Place, Step, Trail};
use crate::entity::{EcsId, Value};
use crate::error::Result;

/// Compares the entries of two maps, given what they have at each key that either has.
pub(in crate::entity) fn compare_entries<'a, K: Value, T: Branch<M>, M>(
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

/// Compares a map that was not there.
fn compare_new_entries<'a, K: Value, T: Branch<M>, M>(
    news: impl Iterator<Item = (&'a K, &'a T)>,
    place: Place<'_>,
    sink: &mut dyn Compare,
) -> Result<bool> {
    compare_entries::<K, T, M>(news.map(|(key, new)| (key, None, Some(new))), place, sink)?;
    Ok(false)
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
    if whole.count() > FEW && !encoder.is_storing() {
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
    encoder.held_map::<T>(entries);
    Ok(())
}

/// The trie over a whole map.
pub(in crate::entity::tree) fn trie_of<T: Branch<M>, M>(whole: &T, hashes: &mut Hashes<'_>) -> Result<Trie, Failure> {
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
            let Some(old) = old else { return compare_new_entries::<K, T, M>(new.iter(), place, sink) };
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
        let Some(old) = old else { return compare_new_entries::<K, T, M>(new.iter(), place, sink) };
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
