//! What an execution called, and what that called.

use std::fmt;
use std::sync::Arc;

use crate::entity::ExecutionId;
use crate::error::Result;
use crate::execution::Execution;
use crate::store::NoLongerKept;
use crate::world::World;

/// An execution and everything that was called from inside it; each is told before what it called.
#[derive(Clone, Debug)]
pub struct ExecutionTree {
    entries: Vec<ExecutionTreeEntry>,
    no_longer_kept: Vec<NoLongerKept>,
}

/// One execution of an [`ExecutionTree`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExecutionTreeEntry {
    /// How far below the first execution it is; 0 for that one itself.
    pub depth: usize,
    /// The execution.
    pub execution: Arc<Execution>,
}

impl ExecutionTree {
    pub(crate) fn of(world: &World, execution_id: ExecutionId) -> Result<Self> {
        let (mut entries, mut no_longer_kept) = (Vec::new(), Vec::new());
        let mut left = vec![ExecutionTreeEntry { depth: 0, execution: world.execution(execution_id)? }];
        while let Some(entry) = left.pop() {
            let nested = world.store().nested(entry.execution.id)?.into_iter().rev();
            left.extend(nested.map(|execution| ExecutionTreeEntry { depth: entry.depth + 1, execution }));
            no_longer_kept.extend(world.store().nested_no_longer_kept(entry.execution.id)?);
            entries.push(entry);
        }
        Ok(Self { entries, no_longer_kept })
    }

    /// The executions, each before those called from inside it, and these in the order of their starts.
    #[must_use]
    pub fn entries(&self) -> &[ExecutionTreeEntry] {
        &self.entries
    }

    /// The executions that were called from inside one of these and were removed since. What those called is not
    /// known.
    #[must_use]
    pub fn no_longer_kept(&self) -> &[NoLongerKept] {
        &self.no_longer_kept
    }
}

impl fmt::Display for ExecutionTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, ExecutionTreeEntry { depth, execution }) in self.entries.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            let (callable, status, id) = (execution.callable(), execution.status(), execution.id);
            write!(f, "{:indent$}{callable} {status} in {id}", "", indent = 2 * depth)?;
        }
        self.no_longer_kept.iter().try_for_each(|gone| write!(f, "\n{gone}"))
    }
}
