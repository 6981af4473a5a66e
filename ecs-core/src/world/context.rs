//! What a callable gets to call others.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use super::World;
use crate::argument::Args;
use crate::call::NamedCall;
use crate::entity::ExecutionId;
use crate::event::{About, Event, Payload};
use crate::scope::{Inside, Place, Scope};

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
    world: World,
    inside: Arc<Inside>,
}

impl Context {
    pub(super) fn at(Place { ground, inside }: Place) -> Self {
        Self { world: World(ground), inside }
    }

    pub(super) fn of_event(world: World, event: &Event) -> Self {
        Self { world, inside: Arc::new(Inside::of_event(event)) }
    }

    /// The world that the callable runs in.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
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
        self.inside.execution
    }

    /// Tells the subscribers something of the program's own, as an event of this execution.
    ///
    /// It is told after the commit, before the event that the execution has succeeded. If the call fails
    /// or is cancelled, it is not told. In a handler, which commits nothing itself, it is told at once.
    ///
    /// ```standalone_crate
    /// use ecs::prelude::*;
    ///
    /// #[derive(Debug, PartialEq)]
    /// struct Passed(f64);
    ///
    /// #[callable]
    /// fn grade(context: &Context, points: f64) -> Result<f64, String> {
    ///     let grade = points / 10.0;
    ///     context.emit(Passed(grade));
    ///     if grade < 1.0 { Err("not passed after all".into()) } else { Ok(grade) }
    /// }
    ///
    /// let world = World::in_memory()?;
    /// let mut passed = world.on(EventFilter::new().payload::<Passed>()).stream();
    /// grade::call(&world, 5.0).wait().unwrap_err();
    /// grade::call(&world, 30.0).wait()?;
    /// let event = passed.try_next().expect("one has passed");
    /// assert_eq!((event.payload(), event.callable), (Some(&Passed(3.0)), Some("grade")));
    /// assert!(passed.try_next().is_none());
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn emit<T: Any + Send + Sync>(&self, value: T) {
        if !self.events().wants_payloads() {
            return;
        }
        let payload = Payload::new(value);
        if let Some(emitted) = &mut *self.inside.emitted() {
            emitted.push(payload);
            return;
        }
        let Inside { execution, depth, .. } = *self.inside;
        let about = About { parent: execution, depth: depth.saturating_add(1), ..About::default() };
        self.world.0.tell(about, payload);
    }

    /// How many executions this one is inside of.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.inside.depth
    }

    /// When this execution has to be done, if it has a deadline.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.inside.interrupts.deadline()
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
        self.inside.interrupts.has_stopped()
    }

    /// Waits until this execution is cancelled or late; for ever, if it cannot be.
    pub async fn stopped(&self) {
        self.inside.interrupts.stop().await;
    }
}

impl<'w> From<&'w Context> for Scope<'w> {
    fn from(context: &'w Context) -> Self {
        Self { inside: Some(&context.inside), ..Scope::from(&context.world) }
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
        f.debug_tuple("Context").field(&Some(self.inside.execution)).finish()
    }
}
