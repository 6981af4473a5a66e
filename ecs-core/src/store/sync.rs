//! The locks of the store in memory, in one place so that the model checker can put its own here.

pub(super) use std::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
