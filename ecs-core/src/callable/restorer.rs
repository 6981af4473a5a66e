//! From the record of an execution back to what it was given.

use crate::entity::erased::{Erase, Erased};
use crate::entity::{AnyStored, EcsId, Entity, Ref, Stored};
use crate::error::{Error, ErrorKind};
use crate::execution::Execution;
use crate::ground::Ground;
use crate::signature::Param;

/// What slots are filled from when an execution is replayed.
pub struct Restorer<'r> {
    ground: &'r Ground,
    execution: &'r Execution,
    /// The generated input and config: where plain values and containers are recorded.
    generated: Vec<AnyStored>,
    /// What is restored now.
    parameter: &'static str,
    /// Its type, if it is an entity.
    erased: Option<&'static Erased>,
}

/// Why a slot cannot be filled from a record.
#[derive(Debug)]
pub enum NotRestored {
    /// What was given for a parameter is not in the record, or no longer stored.
    Gone { parameter: &'static str, version: Option<EcsId> },
    /// It cannot be read: its type is another now, or is not in this program.
    Unreadable { version: EcsId, reason: Box<str> },
    /// Something failed that has nothing to do with what was recorded.
    Error(Error),
}

impl From<Error> for NotRestored {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// A version, if it is stored.
///
/// # Errors
///
/// If it or the store cannot be read.
pub(crate) fn find_readable(ground: &Ground, ecs_id: EcsId) -> Result<Option<AnyStored>, NotRestored> {
    ground.find_version(ecs_id).map_err(|error| match error.kind() {
        ErrorKind::ChangedType { .. } | ErrorKind::FailedUpgrade { .. } | ErrorKind::LaterType { .. } => {
            unreadable(ecs_id, &error)
        }
        _ => error.into(),
    })
}

fn unreadable(version: EcsId, error: &Error) -> NotRestored {
    NotRestored::Unreadable { version, reason: error.to_string().into() }
}

impl<'r> Restorer<'r> {
    pub(crate) fn new(ground: &'r Ground, execution: &'r Execution, generated: Vec<AnyStored>) -> Self {
        Self { ground, execution, generated, parameter: "", erased: None }
    }

    /// Says what is restored next.
    pub(crate) fn begin(&mut self, param: &'static Param) {
        (self.parameter, self.erased) = (param.name, param.erased);
    }
}

impl Restorer<'_> {
    /// The version that was given for the parameter.
    pub(crate) fn version(&self) -> Result<AnyStored, NotRestored> {
        let argument = self.execution.argument(self.parameter);
        match (argument.and_then(|argument| argument.versions.first()), self.erased) {
            (Some(ecs_id), Some(erased)) => self.stored(*ecs_id, erased),
            _ => Err(self.gone(None)),
        }
    }

    /// What was recorded of the parameter in a generated entity.
    pub(crate) fn field<T: 'static>(&self) -> Result<&T, NotRestored> {
        let recorded = self.generated.iter().find_map(|version| version.node().named_field(self.parameter));
        recorded.and_then(|recorded| recorded.downcast_ref()).ok_or_else(|| self.gone(None))
    }

    /// The version that a recorded reference is to.
    pub(crate) fn find<T: Entity>(&self, recorded: &Ref<T>) -> Result<Stored<T>, NotRestored> {
        self.stored(recorded.ecs_id(), T::ERASED).map(Stored::typed)
    }

    fn stored(&self, ecs_id: EcsId, erased: &Erased) -> Result<AnyStored, NotRestored> {
        let version = find_readable(self.ground, ecs_id)?.ok_or_else(|| self.gone(Some(ecs_id)))?;
        erased.check(version).map_err(|error| unreadable(ecs_id, &error))
    }

    /// That what was given is gone.
    pub(crate) fn gone(&self, version: Option<EcsId>) -> NotRestored {
        NotRestored::Gone { parameter: self.parameter, version }
    }
}
