//! Configs are stored once: equal type and content is one version, however often it is used.

use std::fmt;
use std::sync::Arc;

use crate::entity::{AnyStored, ContentHash};
use crate::store::{Keyed, Sharded, shard_of};

/// The stored configs by content.
#[derive(Default)]
pub(crate) struct ConfigIndex {
    own: Sharded<Config>,
    /// Those of the world that this one is over; nothing is noted there.
    base: Option<Arc<Self>>,
}

/// A config, found by what it says.
#[derive(Clone)]
struct Config(AnyStored);

impl Keyed for Config {
    type Key = ContentHash;

    fn key(&self) -> ContentHash {
        self.0.content_hash()
    }
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
        if let Some(found) = self.find(hash) {
            return Ok(found);
        }
        // The lock is held while `make` runs, so two calls with equal configs agree on one version.
        let mut shard = self.own.write(shard_of(hash));
        if let Some(Config(found)) = shard.get(hash) {
            return Ok(found.clone());
        }
        let made = make()?;
        shard.add(Config(made.clone()));
        Ok(made)
    }

    /// The config with this content.
    pub(crate) fn find(&self, hash: ContentHash) -> Option<AnyStored> {
        let in_base = self.base.as_ref().and_then(|base| base.find(hash));
        in_base.or_else(|| self.own.look(hash, |Config(config)| config.clone()))
    }

    /// Notes a config that was committed as an ordinary entity.
    pub(crate) fn note(&self, version: &AnyStored) {
        let hash = version.content_hash();
        let mut shard = self.own.write(shard_of(hash));
        if shard.get(hash).is_none() {
            shard.add(Config(version.clone()));
        }
    }
}

impl fmt::Debug for ConfigIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfigIndex")
    }
}
