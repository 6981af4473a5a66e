//! What a callable gets to call others.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use crate::argument::Args;
use crate::callable::{NamedCall, Scope};
use crate::entity::ExecutionId;
use crate::execute::Interrupts;
use crate::world::World;

/// The execution that a callable runs in; lets it read the world and call others.
///
/// Taken as `&Context`, it is no input. Calls made through it are recorded with this execution as
/// their parent, are stopped when this one is, and may go as deep as the world's limit says. It derefs to the
/// [`World`]. Clones are the same context.
///
/// ```standalone_crate
/// use ecs::prelude::*;
///
/// #[derive(Entity, Clone, Serialize, Deserialize)]
/// struct Student { id: Id, gpa: f64 }
///
/// #[callable]
/// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
///
/// #[callable]
/// fn raise_twice(context: &Context, student: &Student, step: f64) -> ecs::Result<f64> {
///     let once = raise::call(context, student.clone(), step).wait()?;
///     Ok(raise::call(context, &once, step).wait()?.gpa)
/// }
///
/// let world = World::in_memory()?;
/// let alice = world.insert(Student { id: Id::new(), gpa: 3.5 })?;
/// let outer = raise_twice::call(&world, &alice, 0.25).wait()?;
/// assert_eq!(outer, 4.0);
/// let nested = world.executions(&ExecutionFilter::new().callable("raise"))?;
/// assert!(nested.len() == 2 && nested.iter().all(|execution| execution.parent.is_some()));
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone)]
pub struct Context {
    /// Where the callable runs; a callable that does not take the context gets none.
    place: Option<(World, Arc<Inside>)>,
}

/// What the calls made from inside an execution know of it.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) execution: Option<ExecutionId>,
    /// How many executions it is inside of.
    pub(crate) depth: u32,
    pub(crate) interrupts: Interrupts,
    /// How many executions called from inside it have committed, those inside of these included.
    kept: AtomicU32,
}

impl Inside {
    pub(crate) fn new(execution: Option<ExecutionId>, depth: u32, interrupts: Interrupts) -> Self {
        Self { execution, depth, interrupts, kept: AtomicU32::new(0) }
    }

    pub(crate) fn keep(&self, executions: u32) {
        self.kept.fetch_add(executions, Ordering::Relaxed);
    }

    pub(crate) fn kept(&self) -> u32 {
        self.kept.load(Ordering::Relaxed)
    }
}

impl Context {
    /// What is passed to callables that do not take a context, so that their calls need not count
    /// references to the world.
    pub(crate) const NOWHERE: &'static Self = &Self { place: None };

    pub(crate) fn new(world: World, inside: Arc<Inside>) -> Self {
        Self { place: Some((world, inside)) }
    }

    fn place(&self) -> &(World, Arc<Inside>) {
        match &self.place {
            Some(place) => place,
            None => unreachable!("a callable that takes the context gets one"),
        }
    }

    pub(crate) fn inside(&self) -> &Arc<Inside> {
        &self.place().1
    }

    /// The world that the callable runs in.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.place().0
    }

    /// Calls a callable by its name; its execution has this one as its parent.
    ///
    /// # Errors
    ///
    /// Awaiting the call fails as [`World::execute`] does.
    pub fn execute(&self, callable: &str, arguments: impl Into<Args>) -> NamedCall<'_> {
        NamedCall::new(Scope::from(self), callable, arguments.into())
    }

    /// The execution that the callable runs in. An event that no execution published is handled in none.
    #[must_use]
    pub fn execution_id(&self) -> Option<ExecutionId> {
        self.inside().execution
    }

    /// How many executions this one is inside of.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.inside().depth
    }

    /// When this execution has to be done, if it has a deadline.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.inside().interrupts.deadline()
    }

    /// Whether this execution was cancelled or is late, so that nothing it does will be committed.
    ///
    /// A synchronous function that takes long asks now and then, and returns early.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # use std::time::Duration;
    /// #[callable]
    /// fn search(context: &Context, limit: u64) -> u64 {
    ///     (0..limit).find(|_| context.is_stopped()).unwrap_or(limit)
    /// }
    ///
    /// let world = World::in_memory()?;
    /// let error = search::call(&world, u64::MAX).timeout(Duration::from_millis(20)).wait().unwrap_err();
    /// assert_eq!(error.code(), "timed-out");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.inside().interrupts.has_stopped()
    }

    /// Waits until this execution is cancelled or late; for ever, if it cannot be.
    pub async fn stopped(&self) {
        self.inside().interrupts.stop().await;
    }
}

impl Deref for Context {
    type Target = World;

    fn deref(&self) -> &World {
        self.world()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Context").field(&self.place.as_ref().map(|place| place.1.execution)).finish()
    }
}
