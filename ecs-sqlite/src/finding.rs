//! What a check of a file finds.

use std::fmt;

use ecs_core::{EcsId, ExecutionId};

use crate::chain_head::ChainHead;

/// What a check of a file came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is as it was written.
    Whole(Verified),
    /// Something is not.
    Changed(Finding),
}

/// A file in which everything is as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many commits there are.
    pub commits: u64,
    /// How many versions.
    pub versions: u64,
    /// How many executions.
    pub executions: u64,
    /// How many versions were pruned.
    pub removed_versions: u64,
    /// How many executions were pruned.
    pub removed_executions: u64,
    /// The last commit, with the seal over everything: to be kept elsewhere.
    pub head: ChainHead,
}

/// The first thing that is not as it was written, in the order of the commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The number of the commit, if it is about one.
    pub commit: Option<u64>,
    /// The versions that it may be about; of a whole commit, those that it wrote.
    pub versions: Vec<EcsId>,
    /// The execution.
    pub execution: Option<ExecutionId>,
    /// The callable that ran.
    pub callable: Option<Box<str>>,
    /// What differs, in words.
    pub what: Box<str>,
}

/// How many versions a finding names in words.
const NAMED: usize = 3;

impl Finding {
    pub(crate) fn new(what: impl Into<Box<str>>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    pub(crate) fn in_commit(self, commit: i64) -> Self {
        Self { commit: u64::try_from(commit).ok(), ..self }
    }

    pub(crate) fn about(mut self, version: EcsId) -> Self {
        self.versions = vec![version];
        self
    }

    pub(crate) fn ran(self, execution: ExecutionId, callable: &str) -> Self {
        Self { execution: Some(execution), callable: Some(callable.into()), ..self }
    }
}

/// Such as ``commit 12 (`raise`, execution 0192…), @0192…: what differs``.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ran = self.execution.zip(self.callable.as_ref());
        let ran = ran.map(|(execution, callable)| format!("`{callable}`, execution {execution}"));
        let mut about: Vec<String> = match (self.commit, ran) {
            (Some(commit), Some(ran)) => vec![format!("commit {commit} ({ran})")],
            (Some(commit), None) => vec![format!("commit {commit}")],
            (None, ran) => ran.into_iter().collect(),
        };
        about.extend(self.versions.iter().take(NAMED).map(|version| format!("@{version}")));
        if self.versions.len() > NAMED {
            about.push(format!("and {} more", self.versions.len() - NAMED));
        }
        if !about.is_empty() {
            write!(f, "{}: ", about.join(", "))?;
        }
        f.write_str(&self.what)
    }
}
