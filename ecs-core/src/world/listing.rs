//! Everything that a world has, one after the other.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::World;
use crate::entity::{AnyStored, Entity, ExecutionId, Stored};
use crate::error::Result;
use crate::execution::Execution;
use crate::filter::ExecutionFilter;
use crate::store::{AnyId, IdPart, Use, VersionEntry};

/// Everything there is, without all of it in memory at once.
impl World {
    /// Shows the executions that fit a filter, the last to start first, until `visit` breaks.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    ///
    /// ```standalone_crate
    /// use std::ops::ControlFlow;
    ///
    /// use ecs::prelude::*;
    ///
    /// #[callable]
    /// fn double(x: u64) -> u64 { 2 * x }
    ///
    /// let world = World::in_memory()?;
    /// double::call(&world, 1_u64).wait()?;
    /// let second = world.execute("double", args! { x: 2 }).wait()?.execution().id;
    /// let mut newest = None;
    /// world.visit_executions(&ExecutionFilter::new().callable("double"), |execution| {
    ///     newest = Some(execution.id);
    ///     ControlFlow::Break(())
    /// })?;
    /// assert_eq!(newest, Some(second));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn visit_executions(
        &self,
        filter: &ExecutionFilter,
        mut visit: impl FnMut(Arc<Execution>) -> ControlFlow<()>,
    ) -> Result<()> {
        let Some(lineage) = filter.of_lineage() else {
            return self.0.store().each_execution(&mut |execution| {
                if filter.is_past(&execution) {
                    ControlFlow::Break(())
                } else if filter.fits(&execution) {
                    visit(execution)
                } else {
                    ControlFlow::Continue(())
                }
            });
        };
        // Those that made a version of it, used one or put one out: no need to look at all.
        let versions = self.0.store().lineage(lineage)?;
        let mut ids: HashSet<ExecutionId> = HashSet::new();
        for version in &versions {
            ids.extend(version.execution_id());
            ids.extend(self.0.store().returned_by(version.ecs_id())?);
            ids.extend(self.0.store().uses(version.ecs_id())?.into_iter().filter_map(|usage| match usage {
                Use::Execution(id) => Some(id),
                Use::Version(_) => None,
            }));
        }
        let versions: HashSet<_> = versions.iter().map(AnyStored::ecs_id).collect();
        let mut ids: Vec<ExecutionId> = ids.into_iter().collect();
        ids.sort_unstable();
        for id in ids.into_iter().rev() {
            let Some(execution) = self.0.store().execution(id)? else { continue };
            let is_of_lineage = execution.versions().any(|version| versions.contains(&version));
            if is_of_lineage && filter.fits(&execution) && visit(execution).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The newest version of every `T`, in the order of their ids, which is that of time: of each lineage its heads, those
    /// inside other entities among them. Every version there is is looked at, and those given are read.
    ///
    /// # Errors
    ///
    /// If the store cannot be read, or what is stored under the name of `T` cannot be read as one.
    ///
    /// ```standalone_crate
    /// use ecs::prelude::*;
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String, gpa: f64 }
    ///
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// let world = World::in_memory()?;
    /// let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// world.insert(Student { id: Id::new(), name: "Bob".into(), gpa: 3.0 })?;
    /// raise::call(&world, &alice, 0.25).wait()?;
    /// let students: Vec<Stored<Student>> = world.heads_of()?;
    /// let gpas: Vec<(&str, f64)> = students.iter().map(|student| (student.name.as_str(), student.gpa)).collect();
    /// assert_eq!(gpas, [("Bob", 3.0), ("Alice", 3.75)]);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn heads_of<T: Entity>(&self) -> Result<Vec<Stored<T>>> {
        let mut heads = Vec::new();
        self.visit_versions(|version| {
            if version.is_head && version.type_name == T::TYPE.name() {
                heads.push(version.ecs_id);
            }
            ControlFlow::Continue(())
        })?;
        heads.into_iter().map(|ecs_id| self.get(ecs_id)).collect()
    }

    /// Shows every version in the order of the ids, which is that of time, until `visit` breaks. No version is
    /// read for it; [`version`](Self::version) does.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    ///
    /// ```standalone_crate
    /// use std::ops::ControlFlow;
    ///
    /// use ecs::prelude::*;
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String }
    ///
    /// let world = World::in_memory()?;
    /// world.insert(Student { id: Id::new(), name: "Alice".into() })?;
    /// let mut students = 0;
    /// world.visit_versions(|entry| {
    ///     students += usize::from(entry.type_name == "Student" && entry.is_head);
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(students, 1);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn visit_versions(&self, mut visit: impl FnMut(&VersionEntry<'_>) -> ControlFlow<()>) -> Result<()> {
        self.0.store().each_version(&mut visit)
    }

    /// The ids that begin with some digits; if none does, those that end with them. In order, at most `limit` of
    /// versions, of lineages and of executions each.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    ///
    /// ```standalone_crate
    /// use ecs::prelude::*;
    /// use ecs::{AnyId, IdPart};
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String }
    ///
    /// let world = World::in_memory()?;
    /// let alice = world.insert(Student { id: Id::new(), name: "Alice".into() })?;
    /// let digits = alice.ecs_id().to_string();
    /// let part = IdPart::new(&digits[24..]).expect("the last digits of an id");
    /// assert_eq!(world.ids(&part, 2)?, [AnyId::Version(alice.ecs_id())]);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn ids(&self, part: &IdPart, limit: usize) -> Result<Vec<AnyId>> {
        self.0.store().ids(part, limit)
    }
}
