//! Configs are stored once: equal type and content is one version, however often it is used.

use std::fmt;
use std::sync::Arc;

use crate::entity::{AnyStored, ContentHash};
use crate::store::Sharded;

/// The stored configs by content.
#[derive(Default)]
pub(crate) struct ConfigIndex {
    own: Sharded<ContentHash, AnyStored>,
    /// Those of the world that this one is over; nothing is noted there.
    base: Option<Arc<Self>>,
}

impl ConfigIndex {
    /// The configs of a world over another.
    pub(crate) fn over(base: &Arc<Self>) -> Self {
        Self { own: Sharded::default(), base: Some(Arc::clone(base)) }
    }

    /// The config with this content, or the one that `make` makes now.
    pub(crate) fn find_or_make<E>(
        &self,
        hash: ContentHash,
        make: impl FnOnce() -> Result<AnyStored, E>,
    ) -> Result<AnyStored, E> {
        use std::collections::hash_map::Entry;
        if let Some(found) = self.find_in_base(hash) {
            return Ok(found);
        }
        // The lock is held while `make` runs, so two calls with equal configs agree on one version.
        let shard = Sharded::<ContentHash, AnyStored>::shard_of(hash.random_bits());
        match self.own.write(shard).entry(hash) {
            Entry::Occupied(found) => Ok(found.get().clone()),
            Entry::Vacant(vacant) => Ok(vacant.insert(make()?).clone()),
        }
    }

    /// The config with this content.
    pub(crate) fn find(&self, hash: ContentHash) -> Option<AnyStored> {
        self.find_in_base(hash).or_else(|| self.own.get(hash.random_bits(), &hash))
    }

    fn find_in_base(&self, hash: ContentHash) -> Option<AnyStored> {
        self.base.as_ref()?.find(hash)
    }

    /// Notes a config that was committed as an ordinary entity.
    pub(crate) fn note(&self, version: &AnyStored) {
        let hash = version.content_hash();
        let shard = Sharded::<ContentHash, AnyStored>::shard_of(hash.random_bits());
        self.own.write(shard).entry(hash).or_insert_with(|| version.clone());
    }
}

impl fmt::Debug for ConfigIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfigIndex")
    }
}
