//! What was done, to what, and by which calls.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::World;
use crate::entity::{EcsId, ExecutionId, LineageId};
use crate::error::Result;
use crate::execution::Execution;
use crate::filter::ExecutionFilter;
use crate::picture::Graph;
use crate::provenance::{Blame, Derivation, Diff, ExecutionTree, GraphOf, History};
use crate::store::AnyId;

/// What was done.
impl World {
    /// Every version of a lineage with the execution that made it and what it changed.
    ///
    /// # Errors
    ///
    /// `unknown-lineage`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// world.commit(Student { gpa: 3.8, ..(*alice).clone() })?;
    /// let history = world.history(&alice)?;
    /// let (entry, change) = history.last_change("gpa").expect("it changed");
    /// assert_eq!(change.before.as_ref().map(ToString::to_string).as_deref(), Some("3.5"));
    /// assert!(entry.execution.is_none(), "it was committed directly");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn history(&self, lineage: impl Into<LineageId>) -> Result<History> {
        History::of(self, lineage.into())
    }

    /// What differs between two versions of one thing, and in everything they hold.
    ///
    /// # Errors
    ///
    /// `unknown-version`, or `different-lineages` if they are versions of two things.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let raised = world.commit(Student { gpa: 3.8, ..(*alice).clone() })?;
    /// let diff = world.diff(&alice, &raised)?;
    /// assert_eq!(diff.entities()[0].fields[0].to_string(), "gpa 3.5 → 3.8");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn diff(&self, before: impl Into<EcsId>, after: impl Into<EcsId>) -> Result<Diff> {
        Diff::between(&self.version(before.into())?, &self.version(after.into())?)
    }

    /// Who wrote each field of a version, and of everything it holds: the version that last wrote it,
    /// the call that made that, with which configs, when.
    ///
    /// # Errors
    ///
    /// `unknown-version`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// let raised = raise::call(&world, &alice, 0.25).wait()?;
    /// let blame = world.blame(&raised)?;
    /// let gpa = blame.line("gpa").expect("a student has one");
    /// assert_eq!(gpa.execution.as_ref().map(|execution| execution.callable()), Some("raise"));
    /// assert_eq!(blame.line("name").expect("and a name").version.ecs_id(), alice.ecs_id());
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn blame(&self, version: impl Into<EcsId>) -> Result<Blame> {
        Blame::of(self, &self.version(version.into())?)
    }

    /// What a version was derived from: what the call that made it was given, what that was derived
    /// from, and so on, no further than `depth` steps if that is given.
    ///
    /// # Errors
    ///
    /// `unknown-version`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Mean { id: Id, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// # let bob = world.insert(Student { id: Id::new(), name: "Bob".into(), gpa: 3.1 })?;
    /// #[callable]
    /// fn mean(students: &[Student]) -> Mean {
    ///     Mean { id: Id::new(), gpa: students.iter().map(|s| s.gpa).sum::<f64>() / students.len() as f64 }
    /// }
    ///
    /// let mean = mean::call(&world, vec![alice.clone(), bob.clone()]).wait()?;
    /// assert!(world.dependencies(&mean, None)?.contains(&alice));
    /// assert!(world.dependents(&bob, None)?.contains(&mean));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn dependencies(&self, version: impl Into<EcsId>, depth: Option<usize>) -> Result<Derivation> {
        Derivation::dependencies(self, self.version(version.into())?, depth)
    }

    /// What was derived from a version: what the calls put out that it was given to, what was derived
    /// from that, and so on, no further than `depth` steps if that is given.
    ///
    /// # Errors
    ///
    /// `unknown-version`.
    pub fn dependents(&self, version: impl Into<EcsId>, depth: Option<usize>) -> Result<Derivation> {
        Derivation::dependents(self, self.version(version.into())?, depth)
    }

    /// A picture of a tree, a history or a derivation, for Mermaid or Graphviz.
    ///
    /// # Errors
    ///
    /// `unknown-version`, `unknown-lineage`, or `different-lineages` if a tree is compared with another
    /// thing.
    pub fn graph(&self, of: &GraphOf) -> Result<Graph> {
        of.draw(self)
    }

    /// The record of one execution.
    ///
    /// # Errors
    ///
    /// `unknown-execution`, or `no-longer-kept` if it was pruned.
    pub fn execution(&self, execution_id: ExecutionId) -> Result<Arc<Execution>> {
        self.store().execution(execution_id)?.ok_or_else(|| self.not_here(AnyId::Execution(execution_id)))
    }

    /// An execution with every execution that was called from inside it, and from inside of those.
    ///
    /// # Errors
    ///
    /// `unknown-execution`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// #[callable]
    /// fn double(x: u64) -> u64 { 2 * x }
    ///
    /// #[callable]
    /// fn quadruple(context: &Context, x: u64) -> ecs::Result<u64> {
    ///     let twice = double::call(context, x).wait()?;
    ///     double::call(context, twice).wait()
    /// }
    ///
    /// let world = World::in_memory()?;
    /// let ran = world.execute("quadruple", args! { x: 10 }).wait()?;
    /// let tree = world.execution_tree(ran.execution().id)?;
    /// assert_eq!(tree.entries().iter().map(|entry| (entry.depth, entry.execution.callable())).collect::<Vec<_>>(),
    ///            [(0, "quadruple"), (1, "double"), (1, "double")]);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn execution_tree(&self, execution_id: ExecutionId) -> Result<ExecutionTree> {
        ExecutionTree::of(self, execution_id)
    }

    /// The executions that fit a filter, in the order of their starts.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn executions(&self, filter: &ExecutionFilter) -> Result<Vec<Arc<Execution>>> {
        let mut found = Vec::new();
        self.visit_executions(filter, |execution| {
            found.push(execution);
            ControlFlow::Continue(())
        })?;
        found.reverse();
        Ok(found)
    }
}
