//! Something in shards, so that those who are at different shards do not wait for each other.

use std::sync::PoisonError;

use super::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Parts of a whole, each behind its own lock.
pub(crate) struct Shards<T>(Box<[Shard<T>]>);

/// A lock that shares no line of a processor's cache with the next.
#[derive(Default)]
#[repr(align(128))]
struct Shard<T>(RwLock<T>);

// No lock is held while foreign code runs, so none is ever poisoned half-way through a change.
impl<T> Shards<T> {
    pub(crate) fn new(count: usize) -> Self
    where
        T: Default,
    {
        Self(std::iter::repeat_with(Shard::default).take(count).collect())
    }

    pub(crate) fn read(&self, shard: usize) -> RwLockReadGuard<'_, T> {
        self.0[shard].0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self, shard: usize) -> RwLockWriteGuard<'_, T> {
        self.0[shard].0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
