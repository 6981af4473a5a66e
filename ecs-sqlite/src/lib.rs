//! The store of ecs that lasts: versions and executions in one SQLite file.
//!
//! Programs open it through the facade, `World::open("audit.db")`. The file is written so that a person can read
//! it with the `sqlite3` shell: the views `log`, `history`, `blame` and `derivation` answer the common questions.
//!
//! Every commit is one transaction. Callers that commit at the same time share one. Readers never wait for
//! writers, in this process or another.

mod consequences;
mod failure;
mod finding;
mod links;
mod payload;
mod prepare;
mod read;
mod recent;
mod schema;
mod seal;
mod store;
mod verify;
mod write;

use std::time::Duration;

pub use self::finding::{Finding, Verdict, Verified};
pub use self::seal::{ChainHead, NoChainHead};
pub use self::store::{SqliteStore, verify_file};
pub use self::verify::Progress;

/// What a commit has survived when the call returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The loss of power: the disk has it (`fsync`).
    PowerLoss,
    /// The end of the process, `kill -9` included: the operating system has it. After a loss of power the last
    /// commits may be gone, each of them whole, and the file is sound.
    #[default]
    Process,
    /// As [`Process`](Self::Process), and what a loss of power takes may be more: the file is brought to the disk
    /// only when SQLite has many pages to write.
    Batched,
}

/// How a file is opened.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) durability: Durability,
    pub(crate) busy_timeout: Duration,
    pub(crate) cached_roots: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { durability: Durability::default(), busy_timeout: Duration::from_secs(5), cached_roots: 4_096 }
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
}
