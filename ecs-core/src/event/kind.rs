//! What can happen.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::Arc;

use crate::entity::{AnyStored, EcsId, EntityType, LineageId};

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventKind {
    /// A call has begun: its execution has an id, and is recorded when it ends.
    ExecutionStarted,
    /// A call returned, and everything it put out was committed.
    ExecutionSucceeded,
    /// A call was refused, returned an error, panicked or met a conflict; it left no version.
    ExecutionFailed {
        /// The code of the error.
        code: &'static str,
    },
    /// The future of a call was dropped before it completed; it left no version.
    ExecutionCancelled,
    /// A call met a conflict and runs again.
    ExecutionRetried {
        /// Which attempt begins now; the first retry is the second attempt.
        attempt: u32,
    },
    /// The first version of a thing was stored, generated input and output entities included.
    VersionCreated(EventVersion),
    /// A thing has a next version, because its content changed or that of something it holds.
    VersionMutated(EventVersion),
    /// What was part of another entity stands on its own. If its content is unchanged, this is about
    /// the version it had.
    VersionDetached(EventVersion),
    /// What stood on its own, or in another place, has become part of the entity that holds it now.
    VersionAttached(EventVersion),
    /// A config was stored for the first time.
    ConfigStored(EventVersion),
    /// Something that the program itself tells, by [`World::emit`](crate::World::emit).
    UserDefined(Payload),
    /// The subscriber was too slow: its queue was full, and these events were dropped from its front.
    Missed {
        /// How many.
        count: u64,
    },
}

/// What happened, in one word: what events are counted and filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EventType {
    /// See [`EventKind::ExecutionStarted`].
    ExecutionStarted,
    /// See [`EventKind::ExecutionSucceeded`].
    ExecutionSucceeded,
    /// See [`EventKind::ExecutionFailed`].
    ExecutionFailed,
    /// See [`EventKind::ExecutionCancelled`].
    ExecutionCancelled,
    /// See [`EventKind::ExecutionRetried`].
    ExecutionRetried,
    /// See [`EventKind::VersionCreated`].
    VersionCreated,
    /// See [`EventKind::VersionMutated`].
    VersionMutated,
    /// See [`EventKind::VersionDetached`].
    VersionDetached,
    /// See [`EventKind::VersionAttached`].
    VersionAttached,
    /// See [`EventKind::ConfigStored`].
    ConfigStored,
    /// See [`EventKind::UserDefined`].
    UserDefined,
    /// See [`EventKind::Missed`]. Every subscriber gets those, whatever it asks for.
    Missed,
}

impl EventType {
    /// Every type, in the order in which they are declared.
    pub const ALL: [Self; 12] = [
        Self::ExecutionStarted,
        Self::ExecutionSucceeded,
        Self::ExecutionFailed,
        Self::ExecutionCancelled,
        Self::ExecutionRetried,
        Self::VersionCreated,
        Self::VersionMutated,
        Self::VersionDetached,
        Self::VersionAttached,
        Self::ConfigStored,
        Self::UserDefined,
        Self::Missed,
    ];

    /// The name under which events are shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExecutionStarted => "execution started",
            Self::ExecutionSucceeded => "execution succeeded",
            Self::ExecutionFailed => "execution failed",
            Self::ExecutionCancelled => "execution cancelled",
            Self::ExecutionRetried => "execution retried",
            Self::VersionCreated => "version created",
            Self::VersionMutated => "version mutated",
            Self::VersionDetached => "version detached",
            Self::VersionAttached => "version attached",
            Self::ConfigStored => "config stored",
            Self::UserDefined => "user-defined",
            Self::Missed => "missed",
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of types of event, one bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EventTypes(u32);

impl EventTypes {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(u32::MAX);
    pub(crate) const VERSIONS: Self = Self::of(EventType::VersionCreated).with(Self::SUCCEEDING);
    /// What the next version of a thing can be; which it is takes a look at the one before.
    pub(crate) const SUCCEEDING: Self = Self::of(EventType::VersionMutated)
        .with(Self::of(EventType::VersionDetached))
        .with(Self::of(EventType::VersionAttached));

    pub(crate) const fn of(event_type: EventType) -> Self {
        Self(1 << event_type as u32)
    }

    pub(crate) const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(crate) const fn overlaps(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}

impl EventKind {
    /// What happened, in one word.
    #[must_use]
    pub const fn event_type(&self) -> EventType {
        match self {
            Self::ExecutionStarted => EventType::ExecutionStarted,
            Self::ExecutionSucceeded => EventType::ExecutionSucceeded,
            Self::ExecutionFailed { .. } => EventType::ExecutionFailed,
            Self::ExecutionCancelled => EventType::ExecutionCancelled,
            Self::ExecutionRetried { .. } => EventType::ExecutionRetried,
            Self::VersionCreated(_) => EventType::VersionCreated,
            Self::VersionMutated(_) => EventType::VersionMutated,
            Self::VersionDetached(_) => EventType::VersionDetached,
            Self::VersionAttached(_) => EventType::VersionAttached,
            Self::ConfigStored(_) => EventType::ConfigStored,
            Self::UserDefined(_) => EventType::UserDefined,
            Self::Missed { .. } => EventType::Missed,
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.event_type())?;
        match self {
            Self::ExecutionFailed { code } => write!(f, " ({code})"),
            Self::ExecutionRetried { attempt } => write!(f, " (attempt {attempt})"),
            Self::VersionCreated(version)
            | Self::VersionMutated(version)
            | Self::VersionDetached(version)
            | Self::VersionAttached(version)
            | Self::ConfigStored(version) => write!(f, ": {version}"),
            Self::UserDefined(payload) => write!(f, ": {}", payload.type_name()),
            Self::Missed { count } => write!(f, ": {count}"),
            Self::ExecutionStarted | Self::ExecutionSucceeded | Self::ExecutionCancelled => Ok(()),
        }
    }
}

/// The version that an event is about.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EventVersion {
    /// The version.
    pub ecs_id: EcsId,
    /// The thing it is a version of.
    pub lineage_id: LineageId,
    /// The type of that thing.
    pub entity_type: &'static EntityType,
}

impl EventVersion {
    pub(crate) fn of(version: &AnyStored) -> Self {
        Self { ecs_id: version.ecs_id(), lineage_id: version.lineage_id(), entity_type: version.entity_type() }
    }
}

impl PartialEq for EventVersion {
    fn eq(&self, other: &Self) -> bool {
        self.ecs_id == other.ecs_id
    }
}

impl fmt::Display for EventVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} @{}", self.entity_type.name(), self.ecs_id)
    }
}

/// What was given to [`World::emit`](crate::World::emit); every copy of the event shares it.
#[derive(Clone)]
pub struct Payload {
    value: Arc<dyn Any + Send + Sync>,
    type_name: &'static str,
}

impl Payload {
    pub(crate) fn new<T: Any + Send + Sync>(value: T) -> Self {
        Self { value: Arc::new(value), type_name: type_name::<T>() }
    }

    /// The value, if it is a `T`.
    #[must_use]
    pub fn downcast_ref<T: Any>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }

    /// The full path of the value's type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    pub(crate) fn payload_type(&self) -> TypeId {
        (*self.value).type_id()
    }
}

/// Two payloads are equal if they are one and the same.
impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.value, &other.value)
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({})", self.type_name)
    }
}
