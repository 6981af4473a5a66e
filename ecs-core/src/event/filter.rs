//! Which events somebody wants.

use std::any::{Any, TypeId};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use smallvec::SmallVec;

use super::Event;
use super::kind::{EventKind, EventType, EventTypes};
use super::pattern::Pattern;
use crate::entity::Entity;
use crate::unwind;

/// Which events somebody wants.
///
/// There are four kinds of condition: on what happened, on the type of entity, on the name of the
/// callable, and of your own. Of each kind that is given, one condition must hold.
///
/// ```standalone_crate
/// # use ecs::prelude::*;
/// #[derive(Entity, Clone, Serialize, Deserialize)]
/// struct Student { id: Id, gpa: f64 }
///
/// #[callable]
/// fn raise_slowly(student: &mut Student) { student.gpa += 0.1; }
///
/// let world = World::in_memory()?;
/// let wanted = EventFilter::new()
///     .event(EventType::VersionCreated)
///     .event(EventType::VersionMutated)      // created or mutated,
///     .entity::<Student>()                   // and a student,
///     .callable("raise_*");                  // and by such a callable
/// let mut students = world.on(wanted).stream();
///
/// let alice = world.insert(Student { id: Id::new(), gpa: 3.5 })?; // by no callable
/// let raised = raise_slowly::call(&world, &alice).wait()?;
/// assert_eq!(students.try_next().and_then(|event| event.ecs_id()), Some(raised.ecs_id()));
/// assert!(students.try_next().is_none());
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct EventFilter {
    types: EventTypes,
    payloads: SmallVec<[TypeId; 1]>,
    /// By name, which is unique in a program.
    entities: SmallVec<[&'static str; 1]>,
    callables: Vec<Pattern>,
    predicates: Vec<Arc<Predicate>>,
}

type Predicate = dyn Fn(&Event) -> bool + Send + Sync;

impl EventFilter {
    /// Every event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Events of this type.
    #[must_use]
    pub fn event(self, event_type: EventType) -> Self {
        Self { types: self.types.with(EventTypes::of(event_type)), ..self }
    }

    /// What the program itself tells with a `T`; beside [`event`](Self::event), one more type of event.
    #[must_use]
    pub fn payload<T: Any>(mut self) -> Self {
        self.payloads.push(TypeId::of::<T>());
        self
    }

    /// What is about a version of a `T`.
    #[must_use]
    pub fn entity<T: Entity>(mut self) -> Self {
        self.entities.push(T::TYPE.name());
        self
    }

    /// What is about an execution of a callable with such a name: `*` stands for any characters, `?`
    /// for one.
    #[must_use]
    pub fn callable(mut self, pattern: &str) -> Self {
        self.callables.push(Pattern::new(pattern));
        self
    }

    /// What `predicate` holds for.
    ///
    /// It runs where the event is published, inside the call that led to it, so it must be quick; and
    /// it must not hold the world, which would then never be dropped. One that panics holds for nothing; the panic
    /// is among the [failures](super::Events::failures).
    #[must_use]
    pub fn matching(mut self, predicate: impl Fn(&Event) -> bool + Send + Sync + 'static) -> Self {
        self.predicates.push(Arc::new(predicate));
        self
    }

    /// The types of event that can fit; the others need not be made.
    pub(super) fn types(&self) -> EventTypes {
        match (self.payloads.is_empty(), self.entities.is_empty()) {
            (false, _) => self.types.with(EventTypes::of(EventType::UserDefined)),
            (true, _) if self.types != EventTypes::NONE => self.types,
            (true, false) => EventTypes::VERSIONS.with(EventTypes::of(EventType::ConfigStored)),
            (true, true) => EventTypes::ALL,
        }
    }

    /// Whether an event fits.
    ///
    /// # Errors
    ///
    /// What a predicate panicked with.
    pub(super) fn fits(&self, event: &Event) -> Result<bool, Box<str>> {
        let fits = self.fits_type(event)
            && (self.entities.is_empty()
                || event.version().is_some_and(|version| self.entities.contains(&version.entity_type.name())))
            && (self.callables.is_empty()
                || event.callable.is_some_and(|name| self.callables.iter().any(|pattern| pattern.fits(name))));
        if !fits || self.predicates.is_empty() {
            return Ok(fits);
        }
        // Whoever catches the panic never sees what the predicate left half done: only the predicate does.
        let held = catch_unwind(AssertUnwindSafe(|| self.predicates.iter().any(|predicate| predicate(event))));
        held.map_err(|panic| unwind::message_of(&*panic).into())
    }

    fn fits_type(&self, event: &Event) -> bool {
        let any = self.types == EventTypes::NONE && self.payloads.is_empty();
        let is_payload = match &event.kind {
            EventKind::UserDefined(payload) => self.payloads.contains(&payload.payload_type()),
            _ => false,
        };
        any || is_payload || self.types.overlaps(EventTypes::of(event.event_type()))
    }
}

impl fmt::Debug for EventFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types: Vec<_> =
            EventType::ALL.into_iter().filter(|one| self.types.overlaps(EventTypes::of(*one))).collect();
        f.debug_struct("EventFilter")
            .field("events", &types)
            .field("payloads", &self.payloads.len())
            .field("entities", &self.entities)
            .field("callables", &self.callables)
            .field("predicates", &self.predicates.len())
            .finish()
    }
}
