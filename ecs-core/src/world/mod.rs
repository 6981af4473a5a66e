//! What a program holds: handles to what a world stands on, from which it asks everything.

mod builder;
mod context;
mod context_slot;
mod handler;
mod leave;
mod listing;
mod memo;
mod stream;
mod subscribe;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Weak};

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

pub use self::builder::WorldBuilder;
pub use self::context::Context;
pub use self::handler::Handled;
pub use self::memo::Memo;
pub use self::stream::EventStream;
pub use self::subscribe::{Subscribe, Subscription};
use crate::address::{Address, At};
use crate::argument::Args;
use crate::batch::Batch;
use crate::call::{BatchCall, NamedCall};
use crate::callable::CallableInfo;
use crate::deep;
use crate::entity::tree::DroppedInRoom;
use crate::entity::{AnyStored, EcsId, Entity, ExecutionId, LineageId, Stored};
use crate::error::{ErrorKind, Result};
use crate::event::{About, EventFilter, Events, Payload};
use crate::execution::Execution;
use crate::filter::ExecutionFilter;
use crate::ground::{Ground, Settings};
use crate::picture::Graph;
use crate::provenance::{Blame, Derivation, Diff, ExecutionTree, GraphOf, History};
use crate::registry::Registry;
use crate::scope::Scope;
use crate::signature::kind::Probe;
use crate::store::{AnyId, MemoryStore, NoLongerKept, Store};

/// A world of entities, and everything that was ever done to them.
///
/// A cheap handle: clones are the same world.
#[derive(Clone)]
pub struct World(Arc<Ground>);

/// A world that may be gone: what subscribers hold.
#[derive(Clone)]
struct WeakWorld(Weak<Ground>);

impl WeakWorld {
    fn upgrade(&self) -> Option<World> {
        self.0.upgrade().map(World)
    }
}

impl World {
    /// A world that lives as long as the process.
    ///
    /// # Errors
    ///
    /// `duplicate-callable` or `duplicate-entity-type` if two of them have one name, with both
    /// source locations.
    pub fn in_memory() -> Result<Self> {
        Self::with_store(Arc::new(MemoryStore::default()))
    }

    /// A world over a store.
    ///
    /// # Errors
    ///
    /// As [`in_memory`](Self::in_memory).
    pub fn with_store(store: Arc<dyn Store>) -> Result<Self> {
        Self::builder().with_store(store)
    }

    /// Makes a world with settings of your own.
    pub fn builder() -> WorldBuilder {
        WorldBuilder::default()
    }

    fn new(store: Arc<dyn Store>, settings: Settings) -> Result<Self> {
        Ok(Self(Arc::new(Ground::new(store, Registry::get()?, settings))))
    }

    /// A world over this one, to replay an execution in: it reads what is here, and nothing that is done in
    /// it is ever seen here. Nobody subscribes to its events.
    pub(crate) fn scratch(&self, over: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>, replayed: ExecutionId) -> Self {
        Self(Arc::new(self.0.over(over, replayed)))
    }

    /// What the world stands on.
    pub(crate) fn ground(&self) -> &Arc<Ground> {
        &self.0
    }

    // ---- Storing without a callable -------------------------------------------------------------

    /// Stores a new thing: the first version of its lineage.
    ///
    /// # Errors
    ///
    /// `already-stored` if the lineage has versions; change those with a callable or
    /// [`commit`](Self::commit). `hidden-entity` or `not-recordable` if the value cannot be stored.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// #[derive(Entity, Clone, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String }
    ///
    /// let world = World::in_memory()?;
    /// let alice = world.insert(Student { id: Id::new(), name: "Alice".into() })?;
    /// assert_eq!(world.get::<Student>(alice.ecs_id())?.name, "Alice");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn insert<T: Entity>(&self, value: T) -> Result<Stored<T>> {
        let value = DroppedInRoom::new(Box::new(value));
        let lineage_id = value.get().node_id().lineage_id();
        if let Some(head) = self.0.store().head(lineage_id)? {
            return Err(ErrorKind::AlreadyStored { type_name: T::TYPE.name(), lineage_id, head: head.ecs_id() }.into());
        }
        self.0.adopt(value.take())?.downcast()
    }

    /// Stores a value that was changed outside any callable: the next version, if it differs from
    /// the version it was read from; that version, if it does not.
    ///
    /// # Errors
    ///
    /// `conflict` if another version came first, `never-read` if the value belongs to a stored
    /// lineage but was read from no version of it, `foreign-entity` if it was read in another
    /// world.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let raised = world.commit(Student { gpa: 3.8, ..(*alice).clone() })?;
    /// assert_eq!(raised.parent(), Some(alice.ecs_id()));
    /// assert_eq!(world.commit((*raised).clone())?, raised); // nothing differs, nothing is written
    /// assert_eq!(world.commit(Student { gpa: 4.0, ..(*alice).clone() }).unwrap_err().code(), "conflict");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn commit<T: Entity>(&self, value: T) -> Result<Stored<T>> {
        self.0.adopt(Box::new(value))?.downcast()
    }

    // ---- Reading --------------------------------------------------------------------------------

    /// The version with this id.
    ///
    /// # Errors
    ///
    /// `unknown-version`, or `wrong-entity-type` if it is no `T`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// assert_eq!(world.get::<Student>(alice.ecs_id())?, alice);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn get<T: Entity>(&self, ecs_id: impl Into<EcsId>) -> Result<Stored<T>> {
        self.version(ecs_id.into())?.downcast()
    }

    /// The version with this id, whatever its type.
    ///
    /// # Errors
    ///
    /// `unknown-version`, or `no-longer-kept` if there was one and it was pruned; as wherever a version, a lineage or an
    /// execution is asked for.
    pub fn version(&self, ecs_id: EcsId) -> Result<AnyStored> {
        self.0.version(ecs_id)
    }

    /// What is left to say of a version, a lineage or an execution that was stored and was removed since, under a
    /// policy of retention; none if it is there, or never was.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn no_longer_kept(&self, id: impl Into<AnyId>) -> Result<Option<NoLongerKept>> {
        self.0.no_longer_kept(id)
    }

    /// The version that a value was read from: the handle to an entity found inside another.
    ///
    /// # Errors
    ///
    /// `never-stored` if it was read from no version, `unknown-version` if that is of another world.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String }
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Course { id: Id, students: Vec<Student> }
    ///
    /// # let world = World::in_memory()?;
    /// let alice = Student { id: Id::new(), name: "Alice".into() };
    /// let course = world.insert(Course { id: Id::new(), students: vec![alice] })?;
    /// let alice = world.stored(&course.students[0])?;
    /// assert_eq!((alice.holder(), alice.path().to_string().as_str()), (Some(course.ecs_id()), ".students.0"));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn stored<T: Entity>(&self, value: &T) -> Result<Stored<T>> {
        match value.id().ecs_id() {
            Some(ecs_id) => self.get(ecs_id),
            None => Err(ErrorKind::NeverStored { type_name: T::TYPE.name() }.into()),
        }
    }

    /// The version of an entity inside another: `world.child(&course, "students.0")`.
    ///
    /// # Errors
    ///
    /// `malformed-address` if `path` is no path; as [`resolve`](Self::resolve) if it leads nowhere;
    /// `not-an-entity` if what it leads to is none; `wrong-entity-type` if it is no `T`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String }
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Course { id: Id, students: Vec<Student> }
    /// # let world = World::in_memory()?;
    /// # let alice = Student { id: Id::new(), name: "Alice".into() };
    /// let course = world.insert(Course { id: Id::new(), students: vec![alice] })?;
    /// let alice: Stored<Student> = world.child(&course, "students.0")?;
    /// assert_eq!(alice.name, "Alice");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn child<T: Entity>(&self, holder: impl Into<EcsId>, path: &str) -> Result<Stored<T>> {
        let address = Address::of_version(holder.into()).with_path(path.parse()?);
        self.entity_at(&address)?.downcast()
    }

    /// The version of the entity at an address, whatever its type.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve); `not-an-entity` if what is there is none.
    pub fn entity_at(&self, address: &Address) -> Result<AnyStored> {
        self.0.entity_at(address)
    }

    /// The newest version of a lineage: `world.head(&alice)`.
    ///
    /// # Errors
    ///
    /// `unknown-lineage`, or `wrong-entity-type` if it is no `T`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let raised = world.commit(Student { gpa: 3.8, ..(*alice).clone() })?;
    /// assert_eq!(world.head::<Student>(&alice)?, raised);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn head<T: Entity>(&self, lineage: impl Into<LineageId>) -> Result<Stored<T>> {
        self.any_head(lineage.into())?.downcast()
    }

    /// The newest version of a lineage, whatever its type.
    ///
    /// # Errors
    ///
    /// `unknown-lineage`.
    pub fn any_head(&self, lineage_id: LineageId) -> Result<AnyStored> {
        self.0.any_head(lineage_id)
    }

    /// Every version of a lineage that no other continues, in the order of their commits; the last is
    /// [`head`](Self::head). There is more than one if a call that met a conflict was told to
    /// [`Branch`](crate::OnConflict::Branch). The next version of each continues it, and is no conflict.
    ///
    /// # Errors
    ///
    /// `unknown-lineage`, or `wrong-entity-type` if it is no `T`.
    pub fn heads<T: Entity>(&self, lineage: impl Into<LineageId>) -> Result<Vec<Stored<T>>> {
        let lineage_id = lineage.into();
        let heads = self.0.store().heads(lineage_id)?;
        if heads.is_empty() {
            return Err(self.0.not_here(AnyId::Lineage(lineage_id)));
        }
        heads.into_iter().map(AnyStored::downcast).collect()
    }

    /// The value at an address, as JSON; only that value is read, not the entity around it.
    ///
    /// # Errors
    ///
    /// `unknown-version` or `unknown-lineage`; `unknown-field`, `index-out-of-range` or
    /// `step-into-value` if the path leads nowhere; `not-json` if JSON cannot hold the value.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let address: Address = format!("@head:{}.name", alice.lineage_id()).parse()?;
    /// assert_eq!(world.resolve(&address)?, "Alice");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn resolve(&self, address: &Address) -> Result<Json> {
        self.0.version_at(address)?.read_json(address)
    }

    /// The value at an address: `world.read(&alice.at::<f64>("gpa"))`.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve), and `wrong-type-at-address` if it is no `T`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// assert_eq!(world.read(&alice.at::<f64>("gpa"))?, 3.5);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn read<T: DeserializeOwned + Clone + 'static>(&self, at: &At<T>) -> Result<T> {
        let address = at.address();
        let version = self.0.version_at(address)?;
        if let Some(value) = version.field_at::<T>(address.path()) {
            return Ok(deep::with_room(version.room(), || value.clone()));
        }
        let json = version.read_json(address)?;
        T::deserialize(&json).map_err(|_| {
            let accepted = std::any::type_name::<T>();
            ErrorKind::WrongTypeAtAddress { address: address.clone(), given: json.to_string(), accepted }.into()
        })
    }

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
        History::of(&self.0, lineage.into())
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
        Blame::of(&self.0, &self.version(version.into())?)
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
        Derivation::dependencies(&self.0, self.version(version.into())?, depth)
    }

    /// What was derived from a version: what the calls put out that it was given to, what was derived
    /// from that, and so on, no further than `depth` steps if that is given.
    ///
    /// # Errors
    ///
    /// `unknown-version`.
    pub fn dependents(&self, version: impl Into<EcsId>, depth: Option<usize>) -> Result<Derivation> {
        Derivation::dependents(&self.0, self.version(version.into())?, depth)
    }

    /// A picture of a tree, a history or a derivation, for Mermaid or Graphviz.
    ///
    /// # Errors
    ///
    /// `unknown-version`, `unknown-lineage`, or `different-lineages` if a tree is compared with another
    /// thing.
    pub fn graph(&self, of: &GraphOf) -> Result<Graph> {
        of.draw(&self.0)
    }

    /// The record of one execution.
    ///
    /// # Errors
    ///
    /// `unknown-execution`, or `no-longer-kept` if it was pruned.
    pub fn execution(&self, execution_id: ExecutionId) -> Result<Arc<Execution>> {
        self.0.execution(execution_id)
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
        ExecutionTree::of(&self.0, execution_id)
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

    /// The results that are kept of callables with `memo`: statistics, and how to forget them.
    #[must_use]
    pub fn memo(&self) -> Memo<'_> {
        Memo::new(self)
    }

    // ---- Calling by name ------------------------------------------------------------------------

    /// Calls a callable by its name.
    ///
    /// The arguments come from [`args!`](crate::args) or a JSON object. A text that starts with `@`
    /// is an address; a literal text that starts with `@` is written `@@…`.
    ///
    /// # Errors
    ///
    /// Awaiting the call fails with `unknown-callable`, or whatever the callable fails with.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// /// Raises a student by a step.
    /// #[callable]
    /// fn raise(student: &mut Student, #[default(0.1)] step: f64) { student.gpa += step; }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let outcome = world.execute("raise", args! { student: &alice, step: 0.25 }).await?;
    /// assert_eq!(outcome.output::<Student>(0)?.gpa, 3.75);
    /// let outcome = world.execute("raise", serde_json::json!({ "student": format!("@head:{}", alice.lineage_id()) })).await?;
    /// assert_eq!(outcome.output::<Student>(0)?.gpa, 3.85);
    /// # Ok::<(), ecs::Error>(())
    /// # })?;
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn execute(&self, callable: &str, arguments: impl Into<Args>) -> NamedCall<'_> {
        NamedCall::new(Scope::from(self), callable, arguments.into())
    }

    // ---- Many calls -----------------------------------------------------------------------------

    /// Many calls, some at a time, their results in order.
    ///
    /// Each call is made as it is outside a batch, and runs in the world, or below the execution, that it
    /// was made with. The iterator is pulled as the calls are run, never far ahead of the results.
    ///
    /// # Panics
    ///
    /// When it runs, if a call among them had begun before.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// #[callable]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// #[tokio::main(flavor = "current_thread")]
    /// async fn main() -> ecs::Result<()> {
    ///     let world = World::in_memory()?;
    ///     let squares = world.batch((1..=4).map(|x| square::call(&world, x))).await;
    ///     assert_eq!(squares.into_iter().collect::<ecs::Result<Vec<_>>>()?, [1, 4, 9, 16]);
    ///
    ///     // By name, of as many callables as you like.
    ///     let by_name = world.batch((1..=4).map(|x| world.execute("square", args! { x: x }))).await;
    ///     assert!(by_name.iter().all(Result::is_ok));
    ///     Ok(())
    /// }
    /// ```
    pub fn batch<'b, C: IntoIterator<Item: BatchCall>>(&self, calls: C) -> Batch<'b, C::IntoIter> {
        Batch::new(calls.into_iter())
    }

    // ---- Callables ------------------------------------------------------------------------------

    /// Every callable of the program, by name.
    #[must_use]
    pub fn callables(&self) -> Vec<CallableInfo> {
        self.0.registry().list().into_iter().map(CallableInfo::of).collect()
    }

    /// One callable of the program.
    ///
    /// # Errors
    ///
    /// `unknown-callable`, with the name most like the one asked for.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, #[default(0.1)] step: f64) { student.gpa += step; }
    ///
    /// let raise = world.callable("raise")?;
    /// let step = raise.input().parameters().nth(1).expect("the second parameter");
    /// assert_eq!((step.name(), step.type_name()), ("step", "f64"));
    /// assert!(world.callable("rise").unwrap_err().to_string().contains("did you mean `raise`?"));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn callable(&self, name: &str) -> Result<CallableInfo> {
        self.0.registry().callable(name).map(CallableInfo::of)
    }
}

/// What happens in the world, told to whoever asks.
impl World {
    fn downgrade(&self) -> WeakWorld {
        WeakWorld(Arc::downgrade(&self.0))
    }

    /// Subscribes to the events that fit a filter: a handler or a stream, whichever is asked for next.
    ///
    /// Events go out after the commit that they tell of, never before. They carry ids, not data.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// let mut students = world.on(EventFilter::new().entity::<Student>()).stream();
    /// let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let event = students.try_next().expect("alice is stored");
    /// assert_eq!((event.event_type(), event.ecs_id()), (EventType::VersionCreated, Some(alice.ecs_id())));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn on(&self, filter: EventFilter) -> Subscribe<'_> {
        Subscribe::new(self, filter)
    }

    /// The events so far: numbers, the newest, and when all are worked off.
    #[must_use]
    pub fn events(&self) -> &Events {
        self.0.events()
    }

    /// Tells the subscribers something of the program's own, at once.
    ///
    /// Inside a callable, [`Context::emit`](crate::Context::emit) tells it if the call succeeds.
    ///
    /// ```
    /// # use ecs::prelude::*;
    /// struct TermBegan { year: u32 }
    ///
    /// let world = World::in_memory()?;
    /// let mut terms = world.on(EventFilter::new().payload::<TermBegan>()).stream();
    /// world.emit(TermBegan { year: 2026 });
    /// let event = terms.try_next().expect("it was told");
    /// assert_eq!(event.payload::<TermBegan>().map(|term| term.year), Some(2026));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn emit<T: std::any::Any + Send + Sync>(&self, value: T) {
        if self.events().wants_payloads() {
            self.0.tell(About::default(), Payload::new(value));
        }
    }
}

impl<'w> From<&'w World> for Scope<'w> {
    fn from(world: &'w World) -> Self {
        Self { ground: &world.0, inside: None }
    }
}

impl Probe<World> {
    #[doc(hidden)]
    pub const WORLD: bool = true;
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
