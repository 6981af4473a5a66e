//! What an execution called, and what that called.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::entity::ExecutionId;
use crate::error::{ErrorKind, Result};
use crate::execution::Execution;
use crate::ground::Ground;
use crate::store::NoLongerKept;

/// An execution and everything that was called from inside it; each is told before what it called.
#[derive(Clone, Debug)]
pub struct ExecutionTree {
    entries: Vec<ExecutionTreeEntry>,
}

/// One execution of an [`ExecutionTree`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExecutionTreeEntry {
    /// How far below the first execution it is; 0 for that one itself.
    pub depth: usize,
    /// The execution.
    pub execution: Arc<Execution>,
    /// The executions that were called from inside it and were removed since. What those called is not known.
    pub no_longer_kept: Vec<NoLongerKept>,
}

impl ExecutionTree {
    pub(crate) fn of(ground: &Ground, execution_id: ExecutionId) -> Result<Self> {
        let entry = |depth, execution: Arc<Execution>| -> Result<ExecutionTreeEntry> {
            let no_longer_kept = ground.store().nested_no_longer_kept(execution.id)?;
            Ok(ExecutionTreeEntry { depth, execution, no_longer_kept })
        };
        let (mut entries, mut met) = (Vec::new(), HashSet::new());
        let mut left = vec![entry(0, ground.execution(execution_id)?)?];
        while let Some(next) = left.pop() {
            if !met.insert(next.execution.id) {
                let reason = "it was called from inside itself".into();
                return Err(ErrorKind::UnreadableExecution { execution_id: next.execution.id, reason }.into());
            }
            for nested in ground.store().nested(next.execution.id)?.into_iter().rev() {
                left.push(entry(next.depth + 1, nested)?);
            }
            entries.push(next);
        }
        Ok(Self { entries })
    }

    /// The executions, each before those called from inside it, and these in the order of their starts.
    #[must_use]
    pub fn entries(&self) -> &[ExecutionTreeEntry] {
        &self.entries
    }
}

impl fmt::Display for ExecutionTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, ExecutionTreeEntry { depth, execution, no_longer_kept }) in self.entries.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            let (callable, status, id) = (execution.callable(), execution.status(), execution.id);
            write!(f, "{:indent$}{callable} {status} in {id}", "", indent = 2 * depth)?;
            for gone in no_longer_kept {
                write!(f, "\n{:indent$}{gone}", "", indent = 2 * depth + 2)?;
            }
        }
        Ok(())
    }
}
