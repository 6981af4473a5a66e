//! A cache from signature hash to model, with statistics.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::Description;
use super::{Model, SignatureHash};

/// Models by the hash of the signature half they describe.
#[derive(Debug)]
pub struct SignatureCache<M> {
    models: RwLock<HashMap<SignatureHash, Arc<M>>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How a [`SignatureCache`] has fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStatistics {
    /// How many models it holds.
    pub entries: usize,
    /// How many look-ups found theirs.
    pub hits: u64,
    /// How many look-ups had to make it.
    pub misses: u64,
}

impl<M> Default for SignatureCache<M> {
    fn default() -> Self {
        Self { models: RwLock::default(), hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }
}

impl<M: Model> SignatureCache<M> {
    /// The model for a callable's half of the signature, made if it is not there.
    pub(crate) fn model_of(&self, definition: &'static Description) -> Arc<M> {
        let hash = M::hash_of(definition);
        // Nothing panics while the lock is held, and a map of `Arc`s is whole at every moment.
        if let Some(model) = self.models.read().unwrap_or_else(PoisonError::into_inner).get(&hash) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Arc::clone(model);
        }
        let made = Arc::new(M::of(definition, hash));
        match self.models.write().unwrap_or_else(PoisonError::into_inner).entry(hash) {
            Entry::Occupied(first) => {
                self.hits.fetch_add(1, Ordering::Relaxed);
                Arc::clone(first.get())
            }
            Entry::Vacant(vacant) => {
                self.misses.fetch_add(1, Ordering::Relaxed);
                Arc::clone(vacant.insert(made))
            }
        }
    }

    /// How the cache has fared since the program started or it was cleared.
    #[must_use]
    pub fn statistics(&self) -> CacheStatistics {
        CacheStatistics {
            entries: self.models.read().unwrap_or_else(PoisonError::into_inner).len(),
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
        }
    }

    /// Forgets every model and the statistics. Models in use live on where they are used.
    pub fn clear(&self) {
        self.models.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.hits.store(0, Ordering::Relaxed);
        self.misses.store(0, Ordering::Relaxed);
    }
}
