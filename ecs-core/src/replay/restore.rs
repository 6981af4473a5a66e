//! From the record of an execution back to what it was given.

use super::reason::{Hindrance, NotReplayable};
use crate::callable::{Definition, Frame};
use crate::entity::erased::{Erase, Erased};
use crate::entity::{AnyStored, EcsId, Entity, Ref, Stored};
use crate::error::{Error, ErrorKind};
use crate::execution::Execution;
use crate::world::World;

/// What slots are filled from when an execution is replayed.
pub struct Restorer<'r> {
    world: &'r World,
    execution: &'r Execution,
    /// The generated input and config: where plain values and containers are recorded.
    generated: Vec<AnyStored>,
    /// What is restored now.
    parameter: &'static str,
    /// Its type, if it is an entity.
    erased: Option<&'static Erased>,
}

/// Fills the slots of `frame` with what `execution` was given.
///
/// # Errors
///
/// If something of it is not in the record, or no longer stored.
pub(super) fn restore(world: &World, execution: &Execution, frame: &mut dyn Frame) -> Result<(), Hindrance> {
    let definition = frame.definition();
    let mut restorer =
        Restorer { world, execution, generated: generated(world, execution, definition)?, parameter: "", erased: None };
    for (index, param) in definition.inputs_at() {
        (restorer.parameter, restorer.erased) = (param.name, param.erased);
        frame.slot(index).restore(&restorer)?;
    }
    Ok(())
}

/// The entities generated for `execution`, as far as they are there.
fn generated(world: &World, execution: &Execution, definition: &Definition) -> Result<Vec<AnyStored>, Hindrance> {
    let mut generated = Vec::new();
    for ecs_id in execution.input.iter().chain(&execution.configs) {
        let version = find(world, *ecs_id)?;
        let is_generated = |version: &AnyStored| {
            let types = [&definition.generated.input, &definition.generated.config].into_iter().flatten();
            types.into_iter().any(|generated| generated.name() == version.entity_type().name())
        };
        generated.extend(version.filter(is_generated));
    }
    Ok(generated)
}

/// A version, if it is stored.
///
/// # Errors
///
/// If it or the store cannot be read.
pub(super) fn find(world: &World, ecs_id: EcsId) -> Result<Option<AnyStored>, Hindrance> {
    world.find_version(ecs_id).map_err(|error| match error.kind() {
        ErrorKind::ChangedType { .. } | ErrorKind::FailedUpgrade { .. } | ErrorKind::LaterType { .. } => {
            unreadable(ecs_id, &error)
        }
        _ => error.into(),
    })
}

fn unreadable(version: EcsId, error: &Error) -> Hindrance {
    NotReplayable::Unreadable { version, reason: error.to_string().into() }.into()
}

impl Restorer<'_> {
    /// The version that was given for the parameter.
    pub(crate) fn version(&self) -> Result<AnyStored, Hindrance> {
        let argument = self.execution.argument(self.parameter);
        match (argument.and_then(|argument| argument.versions.first()), self.erased) {
            (Some(ecs_id), Some(erased)) => self.stored(*ecs_id, erased),
            _ => Err(self.gone(None)),
        }
    }

    /// What was recorded of the parameter in a generated entity.
    pub(crate) fn field<T: 'static>(&self) -> Result<&T, Hindrance> {
        let recorded = self.generated.iter().find_map(|version| version.node().named_field(self.parameter));
        recorded.and_then(|recorded| recorded.downcast_ref()).ok_or_else(|| self.gone(None))
    }

    /// The version that a recorded reference is to.
    pub(crate) fn find<T: Entity>(&self, recorded: &Ref<T>) -> Result<Stored<T>, Hindrance> {
        self.stored(recorded.ecs_id(), T::ERASED).map(Stored::typed)
    }

    fn stored(&self, ecs_id: EcsId, erased: &Erased) -> Result<AnyStored, Hindrance> {
        let version = find(self.world, ecs_id)?.ok_or_else(|| self.gone(Some(ecs_id)))?;
        erased.check(version).map_err(|error| unreadable(ecs_id, &error))
    }

    /// That what was given is gone.
    pub(crate) fn gone(&self, version: Option<EcsId>) -> Hindrance {
        NotReplayable::InputGone { parameter: self.parameter, version }.into()
    }
}
