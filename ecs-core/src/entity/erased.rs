//! A type of entity, for code that is compiled once for all of them.

use std::any::Any;

use super::tree::Node;
use super::{AnyStored, Entity, EntityType};
use crate::error::Result;

/// What binding needs of a type of entity.
pub struct Erased {
    pub(crate) entity_type: &'static EntityType,
    is: fn(&dyn Node) -> bool,
    of_value: OfValue,
}

/// Takes a value of an unknown type for an entity, if it is one.
type OfValue = fn(Box<dyn Any + Send + Sync>) -> Option<Box<dyn Node>>;

/// Implemented for every [`Entity`].
pub trait Erase: Entity {
    /// The type itself.
    const ERASED: &'static Erased = &Erased { entity_type: Self::TYPE, is: is::<Self>, of_value: of_value::<Self> };
}

impl<T: Entity> Erase for T {}

// No combinators here: each would be compiled for each type.

#[allow(clippy::match_like_matches_macro, clippy::redundant_pattern_matching, reason = "see above")]
fn is<T: Entity>(node: &dyn Node) -> bool {
    match T::in_node(node) {
        Some(_) => true,
        None => false,
    }
}

fn of_value<T: Entity>(value: Box<dyn Any + Send + Sync>) -> Option<Box<dyn Node>> {
    match value.downcast::<T>() {
        Ok(value) => Some(value),
        Err(_) => None,
    }
}

impl Erased {
    /// The same handle, if the entity is one of this type.
    ///
    /// # Errors
    ///
    /// `wrong-entity-type`, naming both types.
    #[inline]
    pub(crate) fn check(&self, version: AnyStored) -> Result<AnyStored> {
        if (self.is)(version.node()) {
            return Ok(version);
        }
        Err(version.is_not(self.entity_type))
    }

    /// A value of an unknown type, if it is an entity of this type.
    pub(crate) fn of_value(&self, value: Box<dyn Any + Send + Sync>) -> Option<Box<dyn Node>> {
        (self.of_value)(value)
    }
}
