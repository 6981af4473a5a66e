//! The results that are kept, up to a number and a size; what was longest not used gives way.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::MemoKey;
use super::kept::Kept;
use crate::entity::IdMap;
use crate::shards::Shards;

/// How much a memo holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) entries: usize,
    pub(crate) bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 65_536, bytes: 256 << 20 }
    }
}

/// When room is made, this part of a limit is made free at once, so that looking for what was longest not used
/// is seldom.
const FREED: usize = 16;

/// How many parts there are, each behind its own lock; a power of two.
const SHARDS: usize = 16;

/// Results by the keys of the calls.
pub(super) struct Cache {
    shards: Shards<IdMap<MemoKey, Arc<Kept>>>,
    limits: Limits,
    entries: AtomicUsize,
    bytes: AtomicUsize,
    /// Held by whoever makes room.
    making_room: Mutex<()>,
}

fn shard_of(key: &MemoKey) -> usize {
    key.middle_bits() % SHARDS
}

impl Cache {
    pub(super) fn new(limits: Limits) -> Self {
        let (entries, bytes) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { shards: Shards::new(SHARDS), limits, entries, bytes, making_room: Mutex::default() }
    }

    pub(super) fn entries(&self) -> usize {
        self.entries.load(Ordering::Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn get(&self, key: &MemoKey) -> Option<Arc<Kept>> {
        self.shards.read(shard_of(key)).get(key).cloned()
    }

    /// Whether a result is no larger than the whole memo.
    pub(super) fn fits(&self, kept: &Kept) -> bool {
        self.limits.entries > 0 && kept.bytes() <= self.limits.bytes
    }

    /// Adds a result; [`make_room`](Self::make_room) comes next.
    pub(super) fn insert(&self, key: MemoKey, kept: Arc<Kept>) {
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(kept.bytes(), Ordering::Relaxed);
        let before = self.shards.write(shard_of(&key)).insert(key, kept);
        self.note_removed(before.iter());
    }

    /// Removes what was longest not used, if there is too much; tells how many results that were.
    pub(super) fn make_room(&self) -> usize {
        let Limits { entries, bytes } = self.limits;
        if self.entries() <= entries && self.bytes() <= bytes {
            return 0;
        }
        // Somebody else is at it already.
        let Ok(_making_room) = self.making_room.try_lock() else { return 0 };
        let mut all = Vec::with_capacity(self.entries());
        for shard in 0..SHARDS {
            all.extend(self.shards.read(shard).values().map(|kept| (kept.used(), kept.bytes())));
        }
        all.sort_unstable();
        let (mut spare_entries, mut spare_bytes) = (entries - entries / FREED, bytes - bytes / FREED);
        let fitting = all.iter().rev().take_while(|(_, bytes)| {
            let left = spare_entries.checked_sub(1).zip(spare_bytes.checked_sub(*bytes));
            (spare_entries, spare_bytes) = left.unwrap_or_default();
            left.is_some()
        });
        match fitting.last() {
            Some((oldest, _)) => self.remove(|kept| kept.used() < *oldest),
            None => self.remove(|_| true),
        }
    }

    /// Removes every result that `is_unwanted`; tells how many. They are dropped under no lock, as their values
    /// may be deep.
    pub(super) fn remove(&self, is_unwanted: impl Fn(&Kept) -> bool) -> usize {
        let removed = (0..SHARDS).map(|shard| {
            let mut kept = self.shards.write(shard);
            let removed: Vec<(MemoKey, Arc<Kept>)> = kept.extract_if(|_, kept| is_unwanted(kept)).collect();
            drop(kept);
            self.note_removed(removed.iter().map(|(_, kept)| kept));
            removed.len()
        });
        removed.sum()
    }

    fn note_removed<'k>(&self, removed: impl Iterator<Item = &'k Arc<Kept>>) {
        for kept in removed {
            self.entries.fetch_sub(1, Ordering::Relaxed);
            self.bytes.fetch_sub(kept.bytes(), Ordering::Relaxed);
        }
    }
}
