//! Tables in shards, so that calls on different things do not wait for each other.

use std::sync::PoisonError;

use super::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, SHARDS};
use super::table::{Key, Keyed, Table};

/// Which shard a key is in.
pub(super) fn shard_of(key: impl Key) -> usize {
    // The bits that a table looks at are others.
    (key.random_bits() >> 24) as usize % SHARDS
}

/// A table in shards, each behind its own lock.
pub(super) struct Sharded<T>(Box<[Shard<T>]>);

/// A table that shares no line of a processor's cache with the next.
#[repr(align(128))]
struct Shard<T>(RwLock<Table<T>>);

impl<T> Default for Sharded<T> {
    fn default() -> Self {
        Self(std::iter::repeat_with(|| Shard(RwLock::new(Table::default()))).take(SHARDS).collect())
    }
}

// No lock is held while foreign code runs, so none is ever poisoned half-way through a change.
impl<T: Keyed> Sharded<T> {
    pub(super) fn read(&self, shard: usize) -> RwLockReadGuard<'_, Table<T>> {
        self.0[shard].0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self, shard: usize) -> RwLockWriteGuard<'_, Table<T>> {
        self.0[shard].0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `look` sees in the thing with this key.
    pub(super) fn look<R>(&self, key: T::Key, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.read(shard_of(key)).get(key).map(look)
    }

    pub(super) fn get(&self, key: T::Key) -> Option<T>
    where
        T: Clone,
    {
        self.look(key, T::clone)
    }

    /// Adds a thing whose key is not there yet.
    pub(super) fn add(&self, thing: T) {
        self.write(shard_of(thing.key())).add(thing);
    }
}
