//! Fields that point at entities without owning them.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{EcsId, Entity, Stored};
use crate::address::{Address, Target};

/// The name under which a [`Ref`] passes through serde, so that the canonical encoding can tell what
/// an entity refers to.
pub(crate) const REF_MARKER: &str = "$ecs::Ref";

/// A pointer to a version that can be kept in a field: not owned, found with `World::get`.
pub struct Ref<T> {
    ecs_id: EcsId,
    entity: PhantomData<fn() -> T>,
}

impl<T> Ref<T> {
    pub(crate) fn new(ecs_id: EcsId) -> Self {
        Self { ecs_id, entity: PhantomData }
    }

    /// The version pointed at.
    #[must_use]
    pub fn ecs_id(&self) -> EcsId {
        self.ecs_id
    }
}

impl<T: Entity> Ref<T> {
    /// A pointer to the version that `entity` was read from; `None` for one that was never stored.
    ///
    /// What a callable takes is always stored, so inside one this points at the argument.
    #[must_use]
    pub fn to(entity: &T) -> Option<Self> {
        Some(Self { ecs_id: entity.id().ecs_id()?, entity: PhantomData })
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ref<T> {}

impl<T> PartialEq for Ref<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ecs_id == other.ecs_id
    }
}

impl<T> Eq for Ref<T> {}

impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref(@{})", self.ecs_id)
    }
}

impl<T> From<&Ref<T>> for EcsId {
    fn from(reference: &Ref<T>) -> Self {
        reference.ecs_id()
    }
}

impl<T> From<Ref<T>> for EcsId {
    fn from(reference: Ref<T>) -> Self {
        reference.ecs_id()
    }
}

impl<T: Entity> From<&Stored<T>> for Ref<T> {
    fn from(stored: &Stored<T>) -> Self {
        stored.to_ref()
    }
}

impl<T> Serialize for Ref<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(REF_MARKER, &Address::of_version(self.ecs_id))
    }
}

impl<'de, T> Deserialize<'de> for Ref<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let address = Address::deserialize(deserializer)?;
        match address.target() {
            Target::Version(ecs_id) if address.path().is_empty() => Ok(Self { ecs_id, entity: PhantomData }),
            _ => Err(serde::de::Error::custom("a reference is the address of a whole version, `@<ecs_id>`")),
        }
    }
}
