//! Tables in shards, so that calls on different things do not wait for each other.

use std::sync::PoisonError;

use super::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use super::table::{Key, Keyed, Table};

/// How many shards there are; a power of two.
pub(crate) const SHARDS: usize = 32;

/// Which shard a key is in.
pub(crate) fn shard_of(key: impl Key) -> usize {
    // The bits that a table looks at are others.
    (key.random_bits() >> 24) as usize % SHARDS
}

/// A table in shards, each behind its own lock.
pub(crate) struct Sharded<T>([Shard<T>; SHARDS]);

/// A table that shares no line of a processor's cache with the next.
#[repr(align(128))]
struct Shard<T>(RwLock<Table<T>>);

impl<T> Default for Sharded<T> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Shard(RwLock::new(Table::default()))))
    }
}

// No lock is held while foreign code runs, so none is ever poisoned half-way through a change.
impl<T: Keyed> Sharded<T> {
    pub(crate) fn read(&self, shard: usize) -> RwLockReadGuard<'_, Table<T>> {
        self.0[shard].0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self, shard: usize) -> RwLockWriteGuard<'_, Table<T>> {
        self.0[shard].0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `look` sees in the thing with this key.
    pub(crate) fn look<R>(&self, key: T::Key, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.read(shard_of(key)).get(key).map(look)
    }

    pub(crate) fn get(&self, key: T::Key) -> Option<T>
    where
        T: Clone,
    {
        self.look(key, T::clone)
    }

    /// Adds a thing whose key is not there yet.
    pub(crate) fn add(&self, thing: T) {
        self.write(shard_of(thing.key())).add(thing);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::entity::{EcsId, Id, Moment};

    #[test]
    fn what_two_threads_make_is_in_different_shards() {
        let shards = || -> HashSet<usize> { (0..1_000).map(|_| shard_of(EcsId::at(Moment::now()))).collect() };
        let [one, other] = [shards, shards].map(|shards| std::thread::spawn(shards).join().expect("it ends"));
        assert!(one.is_disjoint(&other), "{one:?} and {other:?}");
        assert!(one.len() > 1, "what one thread made is read from several");
    }

    #[test]
    fn what_any_thread_may_continue_is_in_any_shard() {
        let shards: HashSet<usize> = (0..10_000).map(|_| shard_of(Id::new().lineage_id())).collect();
        assert_eq!(shards.len(), SHARDS);
    }
}
