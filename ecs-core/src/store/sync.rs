//! The locks of the store in memory and how many there are, in one place so that the model checker can put its own
//! here.

/// How many shards a table has; a power of two.
pub(super) const SHARDS: usize = 128;

pub(super) use std::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
