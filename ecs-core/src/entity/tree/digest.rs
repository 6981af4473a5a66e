//! Hashes over large containers of entities, kept beside a version so that the next one hashes only
//! what changed.
//!
//! A sequence is hashed in runs of its elements, a map as a trie over its keys; the rules are on the page
//! `docs/content-hash.md`.

use std::sync::Arc;

/// Up to this many elements or entries are not divided.
pub(crate) const FEW: usize = 32;

/// Blake3 of something.
pub(crate) type Hash = [u8; 32];

const NOTHING: Hash = [0; 32];

/// What is kept of a large container in a field.
#[derive(Clone, Debug)]
pub enum Digest {
    Sequence { count: usize, runs: Arc<[Run]> },
    Map(Trie),
}

/// Up to 32 elements of a sequence, or up to 32 smaller runs.
#[derive(Clone, Debug)]
pub struct Run {
    pub(crate) hash: Hash,
    parts: Option<Arc<[Run]>>,
}

fn hash_all<'h>(domain: &[u8], hashes: impl Iterator<Item = &'h Hash>) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(domain);
    for hash in hashes {
        hasher.update(hash);
    }
    *hasher.finalize().as_bytes()
}

/// The hash of a run whose elements have these encodings.
pub(crate) fn hash_run(encodings: &[u8]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"ecs run 1");
    hasher.update(encodings);
    *hasher.finalize().as_bytes()
}

/// The runs over `count` elements. `old` are those of a sequence that is the same up to the elements
/// for which `is_dirty` holds, which is asked of the first and the last position of each run; `hash`
/// hashes the elements from a position to another.
pub(crate) fn runs<E>(
    count: usize,
    old: Option<&Arc<[Run]>>,
    old_count: usize,
    is_dirty: &dyn Fn(usize, usize) -> bool,
    hash: &mut dyn FnMut(usize, usize) -> Result<Hash, E>,
) -> Result<Arc<[Run]>, E> {
    // How many elements a run of the top level spans.
    let mut span = FEW;
    while count.div_ceil(span) > FEW {
        span *= FEW;
    }
    let mut old_span = FEW;
    while old_count.div_ceil(old_span) > FEW {
        old_span *= FEW;
    }
    // Runs of another depth are not comparable; a sequence seldom grows by so much.
    let old = old.filter(|_| span == old_span);
    level(0, count, span, old.map(|runs| &**runs), old_count, is_dirty, hash)
}

fn level<E>(
    start: usize,
    end: usize,
    span: usize,
    old: Option<&[Run]>,
    old_count: usize,
    is_dirty: &dyn Fn(usize, usize) -> bool,
    hash: &mut dyn FnMut(usize, usize) -> Result<Hash, E>,
) -> Result<Arc<[Run]>, E> {
    let run = |index: usize| -> Result<Run, E> {
        let from = start + index * span;
        let to = end.min(from + span);
        let before = old.and_then(|runs| runs.get(index));
        if let Some(before) = before
            && to == old_count.min(from + span)
            && !is_dirty(from, to - 1)
        {
            return Ok(before.clone());
        }
        if span == FEW {
            return Ok(Run { hash: hash(from, to)?, parts: None });
        }
        let before = before.and_then(|run| run.parts.as_deref());
        let parts = level(from, to, span / FEW, before, old_count, is_dirty, hash)?;
        Ok(Run { hash: hash_all(b"ecs run 1", parts.iter().map(|run| &run.hash)), parts: Some(parts) })
    };
    (0..(end - start).div_ceil(span)).map(run).collect()
}

/// The entries of a map by the hashes of their keys.
#[derive(Clone, Debug)]
pub struct Trie {
    pub(crate) count: usize,
    pub(crate) hash: Hash,
    parts: Parts,
}

#[derive(Clone, Debug)]
enum Parts {
    Leaf(Arc<[(Hash, Hash)]>),
    Branch(Arc<[Option<Trie>; 16]>),
}

/// An entry that differs: the hash of its key, and of its value if it is still there.
pub(crate) type Entry = (Hash, Option<Hash>);

impl Trie {
    /// The trie of these entries, whose keys differ.
    pub(crate) fn new(mut entries: Vec<(Hash, Hash)>) -> Self {
        entries.sort_unstable();
        Self::of_sorted(&entries, 0)
    }

    fn of_sorted(entries: &[(Hash, Hash)], depth: usize) -> Self {
        if entries.len() <= FEW {
            return Self::leaf(entries.into());
        }
        let mut rest = entries;
        Self::branch(std::array::from_fn(|digit| {
            let (own, others) = rest.split_at(rest.partition_point(|entry| digit_of(&entry.0, depth) <= digit));
            rest = others;
            (!own.is_empty()).then(|| Self::of_sorted(own, depth + 1))
        }))
    }

    fn leaf(entries: Arc<[(Hash, Hash)]>) -> Self {
        let hash = hash_all(b"ecs leaf 1", entries.iter().flat_map(|(key, value)| [key, value]));
        Self { count: entries.len(), hash, parts: Parts::Leaf(entries) }
    }

    fn branch(parts: [Option<Self>; 16]) -> Self {
        let count = parts.iter().flatten().map(|part| part.count).sum();
        let hashes = parts.iter().map(|part| part.as_ref().map_or(&NOTHING, |part| &part.hash));
        Self { count, hash: hash_all(b"ecs branch 1", hashes), parts: Parts::Branch(Arc::new(parts)) }
    }

    /// This trie with other values for some keys; a key without a value is left out.
    pub(crate) fn with(&self, mut changes: Vec<Entry>) -> Self {
        changes.sort_unstable();
        self.changed(&changes, 0)
    }

    fn changed(&self, changes: &[Entry], depth: usize) -> Self {
        if changes.is_empty() {
            return self.clone();
        }
        match &self.parts {
            Parts::Leaf(entries) => Self::of_sorted(&merged(entries, changes), depth),
            Parts::Branch(parts) => {
                let mut rest = changes;
                let parts: [Option<Self>; 16] = std::array::from_fn(|digit| {
                    let (own, others) = rest.split_at(rest.partition_point(|entry| digit_of(&entry.0, depth) <= digit));
                    rest = others;
                    let part = match &parts[digit] {
                        Some(part) => part.changed(own, depth + 1),
                        None => Self::of_sorted(&merged(&[], own), depth + 1),
                    };
                    (part.count > 0).then_some(part)
                });
                let branch = Self::branch(parts);
                if branch.count > FEW {
                    return branch;
                }
                let mut entries = Vec::with_capacity(branch.count);
                branch.collect(&mut entries);
                Self::leaf(entries.into())
            }
        }
    }

    fn collect(&self, entries: &mut Vec<(Hash, Hash)>) {
        match &self.parts {
            Parts::Leaf(own) => entries.extend_from_slice(own),
            Parts::Branch(parts) => parts.iter().flatten().for_each(|part| part.collect(entries)),
        }
    }
}

/// The hexadecimal digit of a hash at a position.
fn digit_of(hash: &Hash, position: usize) -> usize {
    let byte = hash[position / 2];
    usize::from(if position.is_multiple_of(2) { byte >> 4 } else { byte & 0xf })
}

/// Sorted entries with sorted changes made to them.
fn merged(entries: &[(Hash, Hash)], changes: &[Entry]) -> Vec<(Hash, Hash)> {
    let mut merged = Vec::with_capacity(entries.len() + changes.len());
    let mut changes = changes.iter().peekable();
    for entry in entries {
        while let Some((key, value)) = changes.next_if(|(key, _)| *key < entry.0) {
            merged.extend(value.map(|value| (*key, value)));
        }
        match changes.next_if(|(key, _)| *key == entry.0) {
            Some((key, value)) => merged.extend(value.map(|value| (*key, value))),
            None => merged.push(*entry),
        }
    }
    merged.extend(changes.filter_map(|(key, value)| value.map(|value| (*key, value))));
    merged
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn hash_of(number: u32) -> Hash {
        *blake3::hash(&number.to_le_bytes()).as_bytes()
    }

    fn run_hash(values: &[u32]) -> Hash {
        hash_run(&values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>())
    }

    fn top(runs: &[Run]) -> Vec<Hash> {
        runs.iter().map(|run| run.hash).collect()
    }

    proptest! {
        #[test]
        fn a_changed_trie_is_the_trie_of_the_changed_map(
            before in proptest::collection::btree_map(0_u32..2_000, any::<u32>(), 0..400),
            changes in proptest::collection::btree_map(0_u32..2_000, any::<Option<u32>>(), 0..200),
        ) {
            let entries = |map: &BTreeMap<u32, u32>| map.iter().map(|(k, v)| (hash_of(*k), hash_of(*v))).collect();
            let mut after = before.clone();
            for (key, value) in &changes {
                match value {
                    Some(value) => after.insert(*key, *value),
                    None => after.remove(key),
                };
            }
            let changed = Trie::new(entries(&before))
                .with(changes.iter().map(|(k, v)| (hash_of(*k), v.map(hash_of))).collect());
            let fresh = Trie::new(entries(&after));
            prop_assert_eq!(changed.hash, fresh.hash);
            prop_assert_eq!(changed.count, after.len());
        }

        #[test]
        fn changed_runs_are_the_runs_of_the_changed_sequence(
            before in proptest::collection::vec(any::<u32>(), 0..3_000),
            changed in proptest::collection::btree_set(0_usize..3_000, 0..5),
            length in 0_usize..3_000,
        ) {
            let mut after = before.clone();
            after.resize(length, 7);
            let mut dirty: Vec<usize> = changed.into_iter().filter(|index| *index < length).collect();
            for index in &dirty {
                after[*index] ^= 1;
            }
            dirty.extend(before.len().min(length)..length);
            let fresh = |values: &[u32]| {
                runs::<Infallible>(values.len(), None, 0, &|_, _| true, &mut |from, to| Ok(run_hash(&values[from..to])))
                    .unwrap_or_else(|never| match never {})
            };
            let old = fresh(&before);
            let mut hashed = 0;
            let next = runs::<Infallible>(
                length,
                Some(&old),
                before.len(),
                &|from, to| dirty.iter().any(|index| (from..=to).contains(index)),
                &mut |from, to| {
                    hashed += 1;
                    Ok(run_hash(&after[from..to]))
                },
            )
            .unwrap_or_else(|never| match never {});
            prop_assert_eq!(top(&next), top(&fresh(&after)));
            if length == before.len() {
                prop_assert!(hashed <= dirty.len());
            }
        }
    }
}
