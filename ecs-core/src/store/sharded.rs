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
pub(crate) struct Sharded<T>([RwLock<Table<T>>; SHARDS]);

impl<T> Default for Sharded<T> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| RwLock::new(Table::default())))
    }
}

// No lock is held while foreign code runs, so none is ever poisoned half-way through a change.
impl<T: Keyed> Sharded<T> {
    pub(crate) fn read(&self, shard: usize) -> RwLockReadGuard<'_, Table<T>> {
        self.0[shard].read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self, shard: usize) -> RwLockWriteGuard<'_, Table<T>> {
        self.0[shard].write().unwrap_or_else(PoisonError::into_inner)
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
