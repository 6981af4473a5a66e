//! The locks of what is in shards and how many shards a table of the store in memory has, in one place so that the
//! model checker can put its own here.

/// How many shards a table has; a power of two.
pub(crate) const SHARDS: usize = 128;

pub(crate) use std::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
