//! Tables in shards, so that calls on different things do not wait for each other.

use super::shards::Shards;
use super::sync::SHARDS;
use super::table::{Key, Keyed, Table};

/// Which shard a key is in.
pub(super) fn shard_of(key: impl Key) -> usize {
    // The bits that a table looks at are others.
    (key.random_bits() >> 24) as usize % SHARDS
}

/// A table in shards, each with the things whose keys are in it.
pub(super) type Sharded<T> = Shards<Table<T>>;

impl<T: Keyed> Sharded<T> {
    pub(super) fn empty() -> Self {
        Self::new(SHARDS)
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
        let key = thing.key();
        self.write(shard_of(key)).add_as(key, thing);
    }
}
