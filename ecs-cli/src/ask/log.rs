//! `ecs log`: the executions, the last to start first.

use std::ops::ControlFlow;

use clap::Args;
use ecs_core::{Execution, ExecutionId, ExecutionTree, World};

use super::execution::write_execution;
use super::filters::Filters;
use super::{A_FEW, go_on, ink_of, short_address, write_gone};
use crate::failure::{Answer, Result};
use crate::given::short;
use crate::list::JsonList;
use crate::page::{Cell, Ink, Page};
use crate::shape::{ExecutionShape, ExecutionTreeShape, outcome};
use crate::when;

/// Which executions to list, and how.
#[derive(Clone, Debug, Args)]
pub struct Log {
    #[command(flatten)]
    filters: Filters,
    /// No more than this many
    #[arg(short = 'n', long = "max-count", value_name = "COUNT")]
    count: Option<usize>,
    /// One line for each
    #[arg(long)]
    oneline: bool,
    /// Each with the executions that were called from inside it, which are not listed apart
    #[arg(long)]
    tree: bool,
}

impl Log {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let filter = self.filters.filter(world)?;
        let most = self.count.unwrap_or(usize::MAX);
        let (mut shown, mut failed, mut list) = (0, Ok(()), JsonList::default());
        if most > 0 {
            world.visit_executions(&filter, |execution| {
                if self.tree && execution.parent.is_some() {
                    return ControlFlow::Continue(());
                }
                let written = self.write(world, page, &execution, shown == 0, &mut list);
                shown += 1;
                let next = if shown < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
                go_on(written.map(|()| next), &mut failed)
            })?;
        }
        failed?;
        if page.is_json {
            list.end(page)?;
        }
        if shown == 0 && most > 0 {
            self.filters.refuse_unknown_callable(world)?;
        }
        Ok(Answer::of(shown > 0))
    }

    fn write(
        &self,
        world: &World,
        page: &mut Page<'_>,
        execution: &Execution,
        is_first: bool,
        list: &mut JsonList,
    ) -> Result<()> {
        if page.is_json {
            return match self.tree_of(world, execution.id)?.as_ref().and_then(ExecutionTreeShape::of) {
                Some(tree) => list.push(page, &tree),
                None => list.push(page, &ExecutionShape::of(execution)),
            };
        }
        if let Some(tree) = self.tree_of(world, execution.id)? {
            return tree.entries().iter().try_for_each(|entry| {
                write_line(page, &entry.execution, entry.depth)?;
                let indent = " ".repeat(2 * entry.depth + 2);
                entry.no_longer_kept.iter().try_for_each(|gone| write_gone(page, &indent, gone))
            });
        }
        if self.oneline {
            return write_line(page, execution, 0);
        }
        if !is_first {
            page.text("")?;
        }
        write_execution(world, page, execution, A_FEW)
    }

    /// What the execution called, if that is asked for.
    fn tree_of(&self, world: &World, execution: ExecutionId) -> Result<Option<ExecutionTree>> {
        if self.tree { Ok(Some(world.execution_tree(execution)?)) } else { Ok(None) }
    }
}

/// An execution in one line.
fn write_line(page: &mut Page<'_>, execution: &Execution, depth: usize) -> Result<()> {
    let mut cells = vec![
        Cell::new(Ink::Id, short(execution.id)),
        Cell::new(Ink::Faint, when::shown(execution.started_at())),
        Cell::new(ink_of(execution.status()), format!("{:<9}", outcome(execution.status()))),
        Cell::new(Ink::Name, format!("{:indent$}{}", "", execution.callable(), indent = 2 * depth)),
    ];
    match execution.status() {
        ecs_core::Status::Failed { message, .. } => cells.push(Cell::plain(&**message)),
        _ => {
            let outputs = execution.outputs.iter().map(|output| output.ecs_id).chain(execution.output_entity);
            cells.extend(outputs.clone().take(A_FEW).map(short_address));
            let more = outputs.count().saturating_sub(A_FEW);
            if more > 0 {
                cells.push(Cell::new(Ink::Faint, format!("and {more} more")));
            }
        }
    }
    page.line(&cells)
}
