//! Configs are stored once: equal type and content is one version, however often it is used.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use hashbrown::{HashTable, hash_table};

use crate::entity::{AnyStored, ContentHash, StoreTag};
use crate::shards::Shards;

/// How many shards there are; a power of two.
const SHARDS: usize = 64;

/// The stored configs by content.
pub(crate) struct ConfigIndex {
    own: Shards<HashTable<Entry>>,
    /// Those of the world that this one is over; nothing is noted there.
    base: Option<Arc<Self>>,
}

/// A config, found by what it says.
struct Entry {
    version: AnyStored,
    /// Some bits of its hash, so that nobody need look at it when the table grows.
    bits: u32,
    is_written: bool,
}

/// A config, and what is known of it.
pub(crate) struct Config {
    pub(crate) version: AnyStored,
    /// Whether it is known to be stored, so that nobody needs to write it.
    pub(crate) is_written: bool,
}

/// A config that is kept for many calls.
pub struct KeptConfig<T> {
    pub(crate) value: T,
    /// What it was stored as in the world that it was used in first, so that it is not hashed for each call.
    first: OnceLock<KeptVersion>,
    /// The same in the newest of the other worlds.
    other: RwLock<Option<KeptVersion>>,
}

/// What a config was stored as in one world.
struct KeptVersion {
    version: AnyStored,
    /// Whether it is known to be stored, which it then stays.
    is_written: AtomicBool,
}

impl<T> KeptConfig<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, first: OnceLock::new(), other: RwLock::new(None) }
    }

    /// What it was stored as in the world that it was used in first.
    pub(crate) fn first(&self) -> Option<&AnyStored> {
        self.first.get().map(|first| &first.version)
    }

    /// The same, if that world has the store with this tag; `known` asks it what is known of it.
    pub(crate) fn first_in(&self, tag: StoreTag, known: impl FnOnce(AnyStored) -> Config) -> Option<Config> {
        self.first.get().filter(|first| first.is_in(tag)).map(|first| first.config(known))
    }

    /// What it was stored as in the newest of the other worlds, if that has the store with this tag.
    pub(crate) fn other_in(&self, tag: StoreTag, known: impl FnOnce(AnyStored) -> Config) -> Option<Config> {
        let other = self.other.read().unwrap_or_else(PoisonError::into_inner);
        other.as_ref().filter(|other| other.is_in(tag)).map(|other| other.config(known))
    }

    /// Keeps what it was stored as.
    pub(crate) fn keep(&self, version: AnyStored) {
        let kept = KeptVersion { version, is_written: AtomicBool::new(false) };
        if let Err(kept) = self.first.set(kept) {
            // What was there is dropped under no lock.
            let _before = self.other.write().unwrap_or_else(PoisonError::into_inner).replace(kept);
        }
    }
}

impl KeptVersion {
    fn is_in(&self, tag: StoreTag) -> bool {
        self.version.header().store == tag
    }

    fn config(&self, known: impl FnOnce(AnyStored) -> Config) -> Config {
        let version = self.version.clone();
        if self.is_written.load(Ordering::Relaxed) {
            return Config { version, is_written: true };
        }
        let config = known(version);
        self.is_written.store(config.is_written, Ordering::Relaxed);
        config
    }
}

/// Where a config is, by its content.
#[derive(Clone, Copy)]
struct Spot {
    hash: ContentHash,
    bits: u32,
}

impl Spot {
    #[expect(clippy::cast_possible_truncation, reason = "the shard is picked by the upper half")]
    fn of(hash: ContentHash) -> Self {
        Self { hash, bits: hash.random_bits() as u32 }
    }

    fn shard(self) -> usize {
        (self.hash.random_bits() >> 32) as usize % SHARDS
    }

    fn is_at(self, entry: &Entry) -> bool {
        entry.bits == self.bits && entry.version.content_hash() == self.hash
    }
}

impl Default for ConfigIndex {
    fn default() -> Self {
        Self { own: Shards::new(SHARDS), base: None }
    }
}

/// What the table looks for: it takes the lowest bits and the highest.
fn spread(bits: u32) -> u64 {
    u64::from(bits) << 32 | u64::from(bits)
}

impl Entry {
    fn config(&self) -> Config {
        Config { version: self.version.clone(), is_written: self.is_written }
    }
}

impl ConfigIndex {
    /// The configs of a world over another.
    pub(crate) fn over(base: &Arc<Self>) -> Self {
        Self { base: Some(Arc::clone(base)), ..Self::default() }
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
        make().map(|made| self.find_or_add(made))
    }

    /// The config with the content of `config`, which is that if there is no other.
    fn find_or_add(&self, Config { version, is_written }: Config) -> Config {
        let spot = Spot::of(version.content_hash());
        let mut shard = self.own.write(spot.shard());
        let entry = shard.entry(spread(spot.bits), |entry| spot.is_at(entry), |entry| spread(entry.bits));
        match entry {
            // What is not needed is dropped under no lock.
            hash_table::Entry::Occupied(there) => there.get().config(),
            hash_table::Entry::Vacant(place) => {
                place.insert(Entry { version: version.clone(), bits: spot.bits, is_written });
                Config { version, is_written }
            }
        }
    }

    /// The config with this content.
    pub(crate) fn find(&self, hash: ContentHash) -> Option<Config> {
        let in_base = self.base.as_ref().and_then(|base| base.find(hash));
        let spot = Spot::of(hash);
        in_base.or_else(|| {
            self.own.read(spot.shard()).find(spread(spot.bits), |entry| spot.is_at(entry)).map(Entry::config)
        })
    }

    /// Notes a config that was committed as an ordinary entity.
    pub(crate) fn note(&self, version: &AnyStored) {
        self.find_or_add(Config { version: version.clone(), is_written: true });
    }

    /// Notes that a config was written.
    pub(crate) fn note_written(&self, version: &AnyStored) {
        let spot = Spot::of(version.content_hash());
        let is_it = |entry: &Entry| spot.is_at(entry) && entry.version.ecs_id() == version.ecs_id();
        if self.own.read(spot.shard()).find(spread(spot.bits), is_it).is_none_or(|entry| entry.is_written) {
            return;
        }
        if let Some(entry) = self.own.write(spot.shard()).find_mut(spread(spot.bits), is_it) {
            entry.is_written = true;
        }
    }
}

impl fmt::Debug for ConfigIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfigIndex")
    }
}
