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
pub(crate) struct Config {
    pub(crate) version: AnyStored,
    /// Whether it is known to be stored, so that nobody needs to write it.
    pub(crate) is_written: bool,
}

impl Keyed for Config {
    type Key = ContentHash;

    fn key(&self) -> ContentHash {
        self.version.content_hash()
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
        make: impl FnOnce() -> Result<Config, E>,
    ) -> Result<Config, E> {
        if let Some(found) = self.find(hash) {
            return Ok(found);
        }
        // Nobody waits while it is made. Of two calls that make the same one, the later uses that of the earlier.
        let made = make()?;
        let mut shard = self.own.write(shard_of(hash));
        match shard.get(hash) {
            Some(found) => Ok(found.clone()),
            None => {
                shard.add(made.clone());
                Ok(made)
            }
        }
    }

    /// The config with this content.
    pub(crate) fn find(&self, hash: ContentHash) -> Option<Config> {
        let in_base = self.base.as_ref().and_then(|base| base.find(hash));
        in_base.or_else(|| self.own.get(hash))
    }

    /// Notes a config that was committed as an ordinary entity.
    pub(crate) fn note(&self, version: &AnyStored) {
        let hash = version.content_hash();
        let mut shard = self.own.write(shard_of(hash));
        if shard.get(hash).is_none() {
            shard.add(Config { version: version.clone(), is_written: true });
        }
    }

    /// Notes that a config was written.
    pub(crate) fn note_written(&self, version: &AnyStored) {
        let hash = version.content_hash();
        let is_new = |config: &Config| !config.is_written && config.version.ecs_id() == version.ecs_id();
        if self.own.look(hash, is_new) == Some(true)
            && let Some(config) = self.own.write(shard_of(hash)).get_mut(hash)
        {
            config.is_written = true;
        }
    }
}

impl fmt::Debug for ConfigIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfigIndex")
    }
}
