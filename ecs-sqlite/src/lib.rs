//! The store of ecs that lasts: versions and executions in one SQLite file.
//!
//! Programs open it through the facade, `World::open("audit.db")`. The file is written so that a person can read
//! it with the `sqlite3` shell: the views `log`, `history`, `blame` and `derivation` answer the common questions.
//!
//! # What is promised
//!
//! * Every commit is written as a whole or not at all, whenever the process is killed. Callers that commit at the
//!   same time share one transaction ([`SqliteStore::statistics`] counts both); a caller alone waits for nobody.
//! * When a call returns, what it committed has survived what [`Durability`] says.
//! * Readers never wait for writers, and never see a commit in part. Writers take turns, those of other processes
//!   too; one that gets no turn within [`Options::busy_timeout`] fails, and nothing of it is written.
//! * On a full disk, or beyond [`Options::size_limit`], commits fail, each as a whole. What was there is still
//!   there and can be read, and commits succeed again when there is room.
//! * A file that may only be read can be read and [checked](verify_file); commits to it fail.
//! * What is no file of this kind, or one of a later version of ecs, is refused and left as it was.
//! * What is not wanted any longer is removed by [`prune_file`], while nobody has the file open: all of it or nothing.
//!   Of each version and execution an id and a digest are left, sealed as everything else.
//! * Whatever is changed in the file by other means, be it by a person or by a failing disk, is found by
//!   [`SqliteStore::verify`]; what was cut off at its end or written anew with care, with a [`ChainHead`] that was
//!   kept elsewhere.
//!
//! Every failure is an error with the code `store`, which names the file and what can be done.

mod backup;
mod chain_head;
mod consequences;
mod failure;
mod file;
mod finding;
mod group;
mod kept;
mod links;
mod list;
mod payload;
mod prepare;
mod prune;
mod read;
mod recent;
mod recorded;
mod retention;
mod schema;
mod seal;
mod shape;
mod stop;
mod store;
mod tombstone;
mod unchanged;
mod verify;
mod write;

use std::time::Duration;

pub use self::chain_head::{ChainHead, NoChainHead};
pub use self::file::{plan_prune, prune_file, shrink_file, verify_file};
pub use self::finding::{Finding, Verdict, Verified};
pub use self::prune::{Pruning, Share};
pub use self::retention::Retention;
pub use self::store::{SqliteStore, Statistics};
pub use self::verify::Progress;

/// What a commit has survived when the call returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The loss of power: the disk has it. Each transaction ends with an `fsync` (`PRAGMA synchronous = FULL`; on
    /// macOS one that reaches beyond the cache of the disk).
    PowerLoss,
    /// The end of the process, `kill -9` included: the operating system has it. After a loss of power the last
    /// commits may be gone, each of them whole, and the file is sound: it is brought to the disk about every four
    /// megabytes.
    #[default]
    Process,
    /// As [`Process`](Self::Process), and what a loss of power takes may be ten times as much: the file is brought
    /// to the disk about every forty megabytes.
    Batched,
}

/// How a file is opened.
///
/// ```
/// use std::time::Duration;
///
/// use ecs_sqlite::{Durability, Options, SqliteStore};
///
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let file = folder.path().join("audit.db");
/// let options = Options::new().durability(Durability::PowerLoss).busy_timeout(Duration::from_secs(30));
/// let store = SqliteStore::open(&file, options)?;
/// assert_eq!(store.chain_head()?.commit(), 0);
/// # Ok::<(), ecs_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) durability: Durability,
    pub(crate) busy_timeout: Duration,
    pub(crate) cached_roots: usize,
    pub(crate) size_limit: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::default(),
            busy_timeout: Duration::from_secs(5),
            cached_roots: 4_096,
            size_limit: None,
        }
    }
}

impl Options {
    /// The defaults: durable beyond the process, five seconds of patience, 4,096 roots in memory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What a commit has survived when the call returns.
    #[must_use]
    pub fn durability(self, durability: Durability) -> Self {
        Self { durability, ..self }
    }

    /// How long a commit waits while another process writes, before it fails.
    #[must_use]
    pub fn busy_timeout(self, busy_timeout: Duration) -> Self {
        Self { busy_timeout, ..self }
    }

    /// How many roots are kept in memory, each with its tree, at most twice as many. They are those that were
    /// read or written last.
    #[must_use]
    pub fn cached_roots(self, cached_roots: usize) -> Self {
        Self { cached_roots, ..self }
    }

    /// How many bytes the file may take, its log apart; commits that need more fail, and everything else goes on.
    /// Without one, the disk is the limit. It holds for who writes with these options.
    #[must_use]
    pub fn size_limit(self, bytes: u64) -> Self {
        Self { size_limit: Some(bytes), ..self }
    }
}
