//! What happens in a world, told to whoever asks.
//!
//! `kind` says what can happen and `filter` which of it somebody wants. `bus` is what a world has:
//! it makes events and puts each into the `queue` of every subscriber that wants it. The streams and
//! handlers that take them out again are in `world`.

mod bus;
mod cause;
mod filter;
mod kind;
mod pattern;
mod queue;
mod statistics;

use std::any::Any;
use std::fmt;
use std::time::SystemTime;

pub use self::bus::Events;
pub(crate) use self::bus::{About, Publishing, Subscriber};
pub(crate) use self::cause::Cause;
pub use self::filter::EventFilter;
pub(crate) use self::kind::EventTypes;
pub use self::kind::{EventKind, EventType, EventVersion, Payload};
pub(crate) use self::queue::Queue;
pub(crate) use self::statistics::Tally;
pub use self::statistics::{EventStatistics, FailureReason, HandlerFailure};

use crate::entity::{EcsId, Entity, ExecutionId};

/// Something that happened in a world, told after it was committed.
///
/// An event carries ids, not data: what they name is read from the world. It is cheap to clone.
///
/// ```standalone_crate
/// # use ecs::prelude::*;
/// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// # struct Student { id: Id, name: String, gpa: f64 }
/// #[callable]
/// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
///
/// let world = World::in_memory()?;
/// let mut changes = world.on(EventFilter::new().event(EventType::VersionMutated)).stream();
///
/// let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
/// let raised = raise::call(&world, &alice, 0.25).wait()?;
///
/// let event = changes.try_next().expect("the call has ended");
/// assert_eq!(event.ecs_id(), Some(raised.ecs_id()));
/// assert_eq!((event.callable, event.execution), (Some("raise"), raised.execution_id()));
/// assert_eq!(changes.try_next().map(|event| event.kind), None, "nothing else was mutated");
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// The events of a world are numbered as they are made.
    pub sequence: u64,
    /// When it was published.
    pub time: SystemTime,
    /// The execution that it is about, or that did it; none if no callable was called.
    pub execution: Option<ExecutionId>,
    /// The execution from inside which that one was called. If there is no execution, the one whose
    /// event led to this.
    pub parent: Option<ExecutionId>,
    /// The callable of the execution.
    pub callable: Option<&'static str>,
    /// What happened.
    pub kind: EventKind,
    /// How many calls and events led to this.
    pub(crate) depth: u32,
}

impl Event {
    /// What happened, in one word.
    #[must_use]
    pub fn event_type(&self) -> EventType {
        self.kind.event_type()
    }

    /// The version that this is about, if it is about one.
    #[must_use]
    pub fn version(&self) -> Option<EventVersion> {
        match &self.kind {
            EventKind::VersionCreated(version)
            | EventKind::VersionMutated(version)
            | EventKind::VersionDetached(version)
            | EventKind::VersionAttached(version)
            | EventKind::ConfigStored(version) => Some(*version),
            _ => None,
        }
    }

    /// The id of that version.
    #[must_use]
    pub fn ecs_id(&self) -> Option<EcsId> {
        self.version().map(|version| version.ecs_id)
    }

    /// Whether this is about a version of a `T`.
    #[must_use]
    pub fn is_about<T: Entity>(&self) -> bool {
        self.version().is_some_and(|version| version.entity_type.name() == T::TYPE.name())
    }

    /// What was given to [`World::emit`](crate::World::emit), if this is such an event and it was a `T`.
    #[must_use]
    pub fn payload<T: Any>(&self) -> Option<&T> {
        match &self.kind {
            EventKind::UserDefined(payload) => payload.downcast_ref(),
            _ => None,
        }
    }

    /// The execution that what is done because of this event is nested below.
    pub(crate) fn below(&self) -> Option<ExecutionId> {
        self.execution.or(self.parent)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {}", self.sequence, self.kind)?;
        match (self.callable, self.execution) {
            (Some(callable), Some(execution)) => write!(f, " by {callable} in {execution}"),
            _ => Ok(()),
        }
    }
}
