//! `ecs verify` and `ecs backup`: what a file is asked, rather than the world in it.

use std::path::{Path, PathBuf};

use clap::Args;
use ecs_core::{EcsId, ExecutionId};
use ecs_sqlite::{ChainHead, Finding, Options, SqliteStore, Verdict, verify_file};
use serde::Serialize;

use crate::failure::{Answer, Result};
use crate::page::{Cell, Ink, Page};
use crate::progress::Progress;

/// Against what to check the file.
#[derive(Clone, Debug, Args)]
pub(crate) struct Verify {
    /// The head of the chain as an earlier check gave it, and as it was kept elsewhere: also check that nothing up to
    /// there was written anew or cut off
    #[arg(long, value_name = "HEAD")]
    kept: Option<ChainHead>,
}

/// Where to copy the file to.
#[derive(Clone, Debug, Args)]
pub(crate) struct Backup {
    /// The new file; one that is there is not replaced
    #[arg(value_name = "TO")]
    to: PathBuf,
}

/// What a check of a file came to.
#[derive(Debug, Serialize)]
struct VerdictShape {
    is_whole: bool,
    commits: Option<u64>,
    versions: Option<u64>,
    executions: Option<u64>,
    removed_versions: Option<u64>,
    removed_executions: Option<u64>,
    head: Option<String>,
    finding: Option<FindingShape>,
}

/// The first thing that is not as it was written.
#[derive(Debug, Serialize)]
struct FindingShape {
    what: String,
    commit: Option<u64>,
    versions: Vec<EcsId>,
    execution: Option<ExecutionId>,
    callable: Option<String>,
}

impl FindingShape {
    fn of(finding: &Finding) -> Self {
        Self {
            what: finding.what.to_string(),
            commit: finding.commit,
            versions: finding.versions.clone(),
            execution: finding.execution,
            callable: finding.callable.as_ref().map(ToString::to_string),
        }
    }
}

impl Verify {
    pub(crate) fn answer(&self, file: &Path, page: &mut Page<'_>) -> Result<Answer> {
        let progress = Progress::before_the_answer("checking");
        let verdict = verify_file(file, self.kept.as_ref(), |now| progress.at(now.done, now.total))?;
        drop(progress);
        write(page, &verdict)
    }
}

impl Backup {
    pub(crate) fn answer(&self, file: &Path, page: &mut Page<'_>) -> Result<Answer> {
        let store = SqliteStore::open_read_only(file, Options::new())?;
        let progress = Progress::before_the_answer("copying and checking");
        let verdict = store.backup(&self.to, |now| progress.at(now.done, now.total))?;
        drop(progress);
        write(page, &verdict)
    }
}

fn write(page: &mut Page<'_>, verdict: &Verdict) -> Result<Answer> {
    match verdict {
        Verdict::Whole(verified) if page.is_json => page.json(&VerdictShape {
            is_whole: true,
            commits: Some(verified.commits),
            versions: Some(verified.versions),
            executions: Some(verified.executions),
            removed_versions: Some(verified.removed_versions),
            removed_executions: Some(verified.removed_executions),
            head: Some(verified.head.to_string()),
            finding: None,
        })?,
        Verdict::Changed(finding) if page.is_json => page.json(&VerdictShape {
            is_whole: false,
            commits: None,
            versions: None,
            executions: None,
            removed_versions: None,
            removed_executions: None,
            head: None,
            finding: Some(FindingShape::of(finding)),
        })?,
        Verdict::Whole(verified) => {
            page.line(&[Cell::new(Ink::Good, "everything is as it was written")])?;
            let number = |name, count: u64| vec![Cell::new(Ink::Faint, name), Cell::plain(count.to_string())];
            let mut rows = vec![
                number("commits", verified.commits),
                number("versions", verified.versions),
                number("executions", verified.executions),
            ];
            let removed = verified.removed_versions + verified.removed_executions;
            if removed > 0 {
                rows.push(number("pruned", removed));
            }
            rows.push(vec![Cell::new(Ink::Faint, "head"), Cell::new(Ink::Id, verified.head.to_string())]);
            page.table(&[], rows)?;
        }
        Verdict::Changed(finding) => {
            page.line(&[Cell::new(Ink::Bad, "not as it was written:")])?;
            page.line(&[Cell::plain(finding.to_string())])?;
        }
    }
    Ok(Answer::of(matches!(verdict, Verdict::Whole(_))))
}
