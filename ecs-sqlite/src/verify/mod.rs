//! Checking that everything in a file is as it was written.
//!
//! The commits are walked in their order: of each, the digests of what it wrote are computed from the rows and
//! sealed again; of what was pruned, the digest is what is left. What no seal covers but what follows from sealed rows is
//! checked afterwards, in `consequences`.

mod rows;

use std::collections::{HashMap, HashSet};

use ecs_core::{ContentHash, EcsId};
use rusqlite::{Connection, OptionalExtension};

use crate::chain_head::ChainHead;
use crate::consequences;
use crate::failure::Result;
use crate::finding::{Finding, Verified};
use crate::read::Reader;
use crate::recent::Recent;
use crate::recorded::{Recorded, RecordedExecution, RecordedVersion, Written};
use crate::seal::{BEGINNING, Seal};
use crate::stop::Stop;
use crate::tombstone::{Prune, prunes};

/// How many content hashes of versions are remembered for those that hold them.
const REMEMBERED: usize = 65_536;

/// How much of the file is kept in memory: 64 megabytes, as SQLite is told it.
const CACHE: i64 = -65_536;

/// How far something long has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How much is done.
    pub done: u64,
    /// Of how much.
    pub total: u64,
}

/// The last commit, with its seal.
pub(crate) fn chain_head(connection: &Connection) -> Result<ChainHead> {
    let last = connection
        .query_row("SELECT id, seal FROM commits ORDER BY id DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.map_or_else(ChainHead::default, |(commit, seal)| ChainHead::new(commit, seal)))
}

/// Checks everything, as it is at this moment.
pub(crate) fn verify(
    connection: &Connection,
    kept: Option<&ChainHead>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Verified, Stop> {
    // It looks at everything, and at most of it several times.
    connection.pragma_update(None, "cache_size", CACHE)?;
    // One transaction, so that what is committed meanwhile is not seen in part.
    let transaction = connection.unchecked_transaction()?;
    consequences::check_file(&transaction)?;
    let mut walk = Walk::new(&transaction)?;
    walk.commits(kept, progress)?;
    consequences::check(&transaction, &walk.blobs, &walk.chunks)?;
    let of = |last: i64| u64::try_from(last).unwrap_or(0);
    Ok(Verified {
        commits: of(walk.last.commits),
        versions: of(walk.last.versions) - walk.removed_versions,
        executions: of(walk.last.executions) - walk.removed_executions,
        removed_versions: walk.removed_versions,
        removed_executions: walk.removed_executions,
        head: ChainHead::new(of(walk.last.commits), walk.seal),
    })
}

/// The highest row of each table whose rows are counted from 1 without a gap.
struct Last {
    commits: i64,
    versions: i64,
    executions: i64,
}

struct Walk<'w> {
    reader: Reader<'w>,
    last: Last,
    /// The next row of each that was not taken yet.
    version: Next<RecordedVersion>,
    execution: Next<RecordedExecution>,
    prunes: HashMap<i64, Prune>,
    /// How many of each were met of which only a digest is left.
    removed_versions: u64,
    removed_executions: u64,
    /// The seal of the commit before.
    seal: Seal,
    hashes: Recent<EcsId, ContentHash>,
    /// The large fields that versions have, and their parts: each is checked once.
    blobs: HashSet<i64>,
    chunks: HashSet<i64>,
}

/// A row that was read and not taken.
struct Next<T> {
    id: i64,
    read: Option<T>,
}

impl<T> Next<T> {
    fn first() -> Self {
        Self { id: 1, read: None }
    }

    fn take(&mut self) -> Option<T> {
        self.id += 1;
        self.read.take()
    }
}

impl<'w> Walk<'w> {
    fn new(connection: &'w Connection) -> Result<Self, Stop> {
        let last = |table: &str, removed: Option<&str>| -> Result<i64, Stop> {
            let rows = match removed {
                Some(removed) => format!("(SELECT id FROM {table} UNION ALL SELECT id FROM {removed})"),
                None => table.to_owned(),
            };
            let query = format!("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM {rows}");
            let (first, last): (i64, i64) = connection.query_row(&query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if first < 1 {
                return Err(Finding::new(format!("row {first} of `{table}` was inserted: the first is 1")).into());
            }
            Ok(last)
        };
        Ok(Self {
            reader: Reader(connection),
            last: Last {
                commits: last("commits", None)?,
                versions: last("versions", Some("removed_versions"))?,
                executions: last("executions", Some("removed_executions"))?,
            },
            prunes: prunes(connection)?,
            removed_versions: 0,
            removed_executions: 0,
            version: Next::first(),
            execution: Next::first(),
            seal: BEGINNING,
            hashes: Recent::new(REMEMBERED),
            blobs: HashSet::new(),
            chunks: HashSet::new(),
        })
    }

    fn commits(&mut self, kept: Option<&ChainHead>, progress: &mut dyn FnMut(Progress)) -> Result<(), Stop> {
        let total = u64::try_from(self.last.commits).unwrap_or(0);
        let kept = kept.filter(|kept| kept.commit() > 0);
        for (done, commit_id) in (1..).zip(1..=self.last.commits) {
            self.commit(commit_id)?;
            if kept.is_some_and(|kept| kept.commit() == done && *kept.seal() != self.seal) {
                let what = "its seal is not the one that was kept: it, or something before it, was written anew";
                return Err(Finding::new(what).in_commit(commit_id).into());
            }
            progress(Progress { done, total });
        }
        if let Some(version) = self.peek_version(self.last.commits)? {
            let what = format!("it says that commit {} wrote it, which is not there", version.commit_id());
            return Err(Finding::new(what).about(version.ecs_id()).into());
        }
        if let Some(execution) = self.peek_execution(self.last.commits)? {
            let what = format!("it says that commit {} wrote it, which is not there", execution.commit_id());
            return Err(execution.name(Finding::new(what)).into());
        }
        if let Some(prune) = self.prunes.keys().find(|prune| !(1..=self.last.commits).contains(*prune)) {
            let what = format!("row {prune} of `prunes` is of a commit that is not there");
            return Err(Finding::new(what).into());
        }
        match kept {
            Some(kept) if kept.commit() > total => {
                let what = format!(
                    "everything after it was removed: the head that was kept is of commit {}, and this is the last",
                    kept.commit()
                );
                Err(Finding::new(what).in_commit(self.last.commits).into())
            }
            _ => Ok(()),
        }
    }

    fn commit(&mut self, commit_id: i64) -> Result<(), Stop> {
        let stored = self.seal_of(commit_id)?;
        let written = self.written(commit_id)?;
        if self.prunes.contains_key(&commit_id) && !written.is_empty() {
            return Err(Finding::new("it is said to have pruned, and to have written something")
                .in_commit(commit_id)
                .into());
        }
        let sealed = self.sealed(commit_id, &written, &self.seal);
        if sealed == stored {
            self.seal = sealed;
            return Ok(());
        }
        let mut finding = Finding::new("").in_commit(commit_id);
        finding.versions = written.versions.iter().map(|(ecs_id, _)| *ecs_id).collect();
        if let Some((execution, _)) = &written.execution {
            finding = execution.name(finding);
        }
        // The commit after it was sealed over the right one.
        let next = |walk: &mut Self| Ok::<_, Stop>((walk.seal_of(commit_id + 1)?, walk.written(commit_id + 1)?));
        let is_seal_changed = match next(self) {
            Ok((stored, next)) => self.sealed(commit_id + 1, &next, &sealed) == stored,
            Err(_) => false,
        };
        finding.what = if is_seal_changed {
            "its seal was changed; what it wrote is as it was".into()
        } else if self.prunes.contains_key(&commit_id) {
            "what it pruned is not as it was sealed: what is left of it was changed, removed or inserted".into()
        } else {
            "what it wrote is not as it was sealed: one of its rows was changed, removed, reordered or inserted".into()
        };
        Err(finding.into())
    }

    /// The seal of a commit that follows the one with the seal `before`.
    fn sealed(&self, commit_id: i64, written: &Written, before: &Seal) -> Seal {
        match self.prunes.get(&commit_id) {
            Some(prune) => prune.seal(before),
            None => written.seal(before),
        }
    }

    fn seal_of(&self, commit_id: i64) -> Result<Seal, Stop> {
        let mut find = self.reader.0.prepare_cached("SELECT seal FROM commits WHERE id = ?")?;
        let found = find.query_row([commit_id], |row| row.get(0)).optional();
        match found.map_err(|error| Stop::from(error).map(|finding| finding.in_commit(commit_id)))? {
            Some(seal) => Ok(seal),
            None => Err(Finding::new("it was removed").in_commit(commit_id).into()),
        }
    }

    /// Reads and checks what a commit wrote.
    fn written(&mut self, commit_id: i64) -> Result<Written, Stop> {
        let in_commit = |stop: Stop| stop.map(|finding| finding.in_commit(commit_id));
        let mut found = Vec::new();
        while self.peek_version(commit_id)?.is_some_and(|next| next.commit_id() == commit_id) {
            found.extend(self.version.take());
        }
        let mut execution = None;
        while self.peek_execution(commit_id)?.is_some_and(|next| next.commit_id() == commit_id) {
            if execution.is_some() {
                return Err(Finding::new("it has two executions").in_commit(commit_id).into());
            }
            execution = self.execution.take();
        }
        let execution = match execution {
            Some(execution) => {
                let digest = match &execution {
                    Recorded::Kept(found) => self.execution(found),
                    Recorded::Removed(removed) => {
                        self.removed_executions += 1;
                        Ok(removed.digest)
                    }
                };
                let digest = digest.map_err(|stop| in_commit(stop).map(|finding| execution.name(finding)))?;
                Some((execution, digest))
            }
            None => None,
        };
        let mut versions = Vec::with_capacity(found.len());
        // What is held comes after what holds it, and is looked at first: its hash is in that of its holder.
        for version in found.into_iter().rev() {
            let named = |finding: Finding| {
                let finding = finding.about(version.ecs_id());
                match &execution {
                    Some((execution, _)) => execution.name(finding),
                    None => finding,
                }
            };
            let digest = match &version {
                Recorded::Kept(found) => self.version(found),
                Recorded::Removed(removed) => {
                    self.removed_versions += 1;
                    Ok(removed.digest)
                }
            };
            versions.push((version.ecs_id(), digest.map_err(|stop| in_commit(stop).map(named))?));
        }
        versions.reverse();
        Ok(Written { versions, execution })
    }

    /// The next version, which is of this commit or of a later one.
    fn peek_version(&mut self, commit_id: i64) -> Result<Option<&RecordedVersion>, Stop> {
        if self.version.read.is_none() && self.version.id <= self.last.versions {
            let id = self.version.id;
            let read = self.reader.select("WHERE v.id = ?", [id]);
            let at = |finding: Finding| Finding {
                what: format!("row {id} of `versions`: {}", finding.what).into(),
                ..finding.in_commit(commit_id)
            };
            let kept = read.map_err(|failure| Stop::from(failure).map(at))?.pop();
            self.version.read = match kept {
                Some(found) => Some(Recorded::Kept(found)),
                None => self.reader.removed(id)?.map(Recorded::Removed),
            };
            if self.version.read.is_none() {
                return Err(self.missing("versions", id, "lineage or its type", commit_id)?.into());
            }
        }
        match &self.version.read {
            Some(next) if next.commit_id() < commit_id => {
                let what = format!("it says that commit {} wrote it, and stands after that", next.commit_id());
                Err(Finding::new(what).in_commit(commit_id).about(next.ecs_id()).into())
            }
            next => Ok(next.as_ref()),
        }
    }

    /// The next execution, which is of this commit or of a later one.
    fn peek_execution(&mut self, commit_id: i64) -> Result<Option<&RecordedExecution>, Stop> {
        if self.execution.read.is_none() && self.execution.id <= self.last.executions {
            let id = self.execution.id;
            let mut read = None;
            let done = self.reader.executions("WHERE e.id = ?", [id], |found| {
                read = Some(found);
                Ok(())
            });
            let at = |finding: Finding| Finding {
                what: format!("row {id} of `executions`: {}", finding.what).into(),
                ..finding.in_commit(commit_id)
            };
            done.map_err(|failure| Stop::from(failure).map(at))?;
            self.execution.read = match read {
                Some(found) => Some(Recorded::Kept(found)),
                None => self.reader.removed(id)?.map(Recorded::Removed),
            };
            if self.execution.read.is_none() {
                return Err(self.missing("executions", id, "callable", commit_id)?.into());
            }
        }
        match &self.execution.read {
            Some(next) if next.commit_id() < commit_id => {
                let what = format!("it says that commit {} wrote it, and stands after that", next.commit_id());
                Err(next.name(Finding::new(what).in_commit(commit_id)).into())
            }
            next => Ok(next.as_ref()),
        }
    }

    fn missing(&self, table: &str, id: i64, of: &str, commit_id: i64) -> Result<Finding, Stop> {
        let mut find = self.reader.0.prepare(&format!("SELECT 1 FROM {table} WHERE id = ?"))?;
        let what = if find.exists([id])? {
            format!("row {id} of `{table}` names its {of} wrongly")
        } else {
            format!("row {id} of `{table}`, written by it or by the next commit that wrote one, was removed")
        };
        Ok(Finding::new(what).in_commit(commit_id))
    }
}
