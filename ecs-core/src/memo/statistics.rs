//! How a memo has fared.

use std::sync::atomic::{AtomicU64, Ordering};

/// How the memo of a world has fared since the world was made, or the memo cleared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoStatistics {
    /// How many results it holds.
    pub entries: usize,
    /// How many bytes they count; see [`WorldBuilder::memo_bytes`](crate::WorldBuilder::memo_bytes).
    pub bytes: usize,
    /// How many calls were answered by a kept result.
    pub hits: u64,
    /// How many calls ran.
    pub misses: u64,
    /// How many results gave way to others.
    pub evictions: u64,
    /// How many calls that succeeded were not kept: what they put out continues something that was there, or
    /// is larger than the memo.
    pub not_kept: u64,
    /// How often a call waited for an equal one that ran already.
    pub waits: u64,
}

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
    pub(super) evictions: AtomicU64,
    pub(super) not_kept: AtomicU64,
    pub(super) waits: AtomicU64,
}

impl Counters {
    pub(super) fn statistics(&self, entries: usize, bytes: usize) -> MemoStatistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Self { hits, misses, evictions, not_kept, waits } = self;
        MemoStatistics {
            entries,
            bytes,
            hits: read(hits),
            misses: read(misses),
            evictions: read(evictions),
            not_kept: read(not_kept),
            waits: read(waits),
        }
    }

    pub(super) fn clear(&self) {
        let Self { hits, misses, evictions, not_kept, waits } = self;
        [hits, misses, evictions, not_kept, waits].iter().for_each(|counter| counter.store(0, Ordering::Relaxed));
    }
}

/// Counts `times` more.
pub(super) fn count(counter: &AtomicU64, times: u64) {
    counter.fetch_add(times, Ordering::Relaxed);
}
