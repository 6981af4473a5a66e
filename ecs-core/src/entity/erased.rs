//! A type of entity, for code that is compiled once for all of them.

use std::any::Any;

use super::tree::Node;
use super::{AnyStored, Entity, EntityType, Stored};
use crate::error::{ErrorKind, Result};

/// What binding needs of a type of entity.
pub struct Erased {
    pub(crate) entity_type: &'static EntityType,
    is: fn(&dyn Node) -> bool,
    of_value: fn(Box<dyn Any + Send + Sync>) -> Option<ValueOrVersion>,
}

/// An entity, or a version of one.
pub(crate) enum ValueOrVersion {
    Value(Box<dyn Node>),
    Version(AnyStored),
}

/// Implemented for every [`Entity`].
pub trait Erase: Entity {
    /// The type itself.
    const ERASED: &'static Erased =
        &Erased { entity_type: Self::TYPE, is: is::<Self>, of_value: value_or_version::<Self> };
}

impl<T: Entity> Erase for T {}

fn is<T: Entity>(node: &dyn Node) -> bool {
    T::in_node(node).is_some()
}

fn value_or_version<T: Entity>(value: Box<dyn Any + Send + Sync>) -> Option<ValueOrVersion> {
    match value.downcast::<T>() {
        Ok(value) => Some(ValueOrVersion::Value(value)),
        Err(other) => match other.downcast::<Stored<T>>() {
            Ok(stored) => Some(ValueOrVersion::Version(stored.erase())),
            Err(_) => None,
        },
    }
}

impl Erased {
    /// The same handle, if the entity is one of this type.
    ///
    /// # Errors
    ///
    /// `wrong-entity-type`, naming both types.
    pub(crate) fn check(&self, version: AnyStored) -> Result<AnyStored> {
        if (self.is)(version.node()) {
            return Ok(version);
        }
        let (ecs_id, given) = (version.ecs_id(), version.entity_type().name());
        Err(ErrorKind::WrongEntityType { ecs_id, given, accepted: self.entity_type.name() }.into())
    }

    /// What a value of an unknown type is, if it is an entity of this type or a handle to one.
    pub(crate) fn of_value(&self, value: Box<dyn Any + Send + Sync>) -> Option<ValueOrVersion> {
        (self.of_value)(value)
    }
}
