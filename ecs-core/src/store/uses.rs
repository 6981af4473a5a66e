//! Which versions a version or an execution used: the edges that are followed backwards.

use std::sync::Arc;

use super::Use;
use crate::address::Target;
use crate::entity::{AnyStored, EcsId, ExecutionId, IdMap};
use crate::execution::Execution;

/// The versions that an execution took something from.
pub(super) fn used_by_execution(execution: &Execution) -> impl Iterator<Item = EcsId> {
    let arguments = execution.arguments().flat_map(|argument| {
        let sources = argument.sources.iter().filter_map(|source| match source.from.target() {
            Target::Version(ecs_id) => Some(ecs_id),
            Target::Head(_) => None,
        });
        argument.versions.iter().copied().chain(sources)
    });
    arguments.chain(execution.configs.iter().copied()).chain(execution.input)
}

/// The versions that an execution may have written.
fn written_by(execution: &Execution) -> impl Iterator<Item = EcsId> {
    let outputs = execution.outputs.iter().filter(|output| output.is_changed).map(|output| output.ecs_id);
    outputs.chain(execution.output_entity).chain(execution.input).chain(execution.configs.iter().copied())
}

/// The versions that an execution put out and did not make.
fn returned_by(execution: &Execution) -> impl Iterator<Item = EcsId> {
    let is_reused = execution.reused().is_some();
    let returned = execution.outputs.iter().filter(move |output| is_reused || !output.is_changed);
    returned.map(|output| output.ecs_id).chain(execution.output_entity.filter(|_| is_reused))
}

/// The versions that a root, or a part committed with it, continues or refers to, each with the one
/// that uses it. `find` finds a version that is stored.
fn used_by_tree(root: &AnyStored, find: &dyn Fn(EcsId) -> Option<AnyStored>) -> Vec<(EcsId, EcsId)> {
    let mut used = Vec::new();
    let mut note = |version: &AnyStored| {
        let earlier = version.parent().or(version.forked_from());
        let all = earlier.into_iter().chain(version.references().iter().copied());
        used.extend(all.map(|earlier| (earlier, version.ecs_id())));
    };
    note(root);
    let parts: Vec<AnyStored> = root.committed_below().collect();
    parts.iter().for_each(&mut note);
    let attached = parts
        .iter()
        .filter_map(AnyStored::parent)
        .filter(|&before| find(before).is_some_and(|before| before.root_lineage() != root.lineage_id()));
    used.extend(attached.map(|before| (before, root.ecs_id())));
    used
}

/// The uses of each version, brought up to date when somebody asks.
#[derive(Default)]
pub(crate) struct Uses {
    by_version: IdMap<EcsId, Vec<Use>>,
    /// Who put a version out without having made it.
    returned: IdMap<EcsId, Vec<ExecutionId>>,
}

impl Uses {
    /// Adds what was committed since it was last asked.
    pub(crate) fn add(
        &mut self,
        executions: impl IntoIterator<Item = Arc<Execution>>,
        roots: impl IntoIterator<Item = AnyStored>,
        find: &dyn Fn(EcsId) -> Option<AnyStored>,
    ) {
        for execution in executions {
            for ecs_id in used_by_execution(&execution) {
                self.note(ecs_id, Use::Execution(execution.id));
            }
            for ecs_id in returned_by(&execution) {
                self.returned.entry(ecs_id).or_default().push(execution.id);
            }
            for root in written_by(&execution).filter_map(find) {
                // What was there before was noted with what made it.
                if root.is_root() && root.execution_id() == Some(execution.id) {
                    self.note_tree(&root, find);
                }
            }
        }
        for root in roots {
            self.note_tree(&root, find);
        }
    }

    fn note_tree(&mut self, root: &AnyStored, find: &dyn Fn(EcsId) -> Option<AnyStored>) {
        for (earlier, later) in used_by_tree(root, find) {
            self.note(earlier, Use::Version(later));
        }
    }

    fn note(&mut self, ecs_id: EcsId, usage: Use) {
        let uses = self.by_version.entry(ecs_id).or_default();
        // Uses by one commit come together.
        if uses.last() != Some(&usage) {
            uses.push(usage);
        }
    }

    /// Who put a version out as it was.
    pub(crate) fn returned(&self, ecs_id: EcsId) -> Vec<ExecutionId> {
        let mut executions = self.returned.get(&ecs_id).cloned().unwrap_or_default();
        executions.sort_unstable();
        executions.dedup();
        executions
    }

    pub(crate) fn of(&self, ecs_id: EcsId) -> Vec<Use> {
        let mut uses = self.by_version.get(&ecs_id).cloned().unwrap_or_default();
        uses.sort_unstable();
        uses.dedup();
        uses
    }
}
