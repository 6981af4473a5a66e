//! A handle in a field, which is refused.
//!
//! serde's derives would refuse it as well, four times for each field and without the cure. So that they do not, a
//! handle goes through serde where the derive of an entity has refused it already.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::Stored;

/// An entity of which a handle was refused in a field. No program with one compiles.
#[diagnostic::on_unimplemented(
    message = "a handle, `Stored<{Self}>`, does not go through serde",
    label = "hold the entity itself, `{Self}`, or point at a version with `Ref<{Self}>`"
)]
pub trait RefusedHandle {}

const REFUSED: &str = "a handle does not go through serde";

#[doc(hidden)]
impl<T: RefusedHandle> Serialize for Stored<T> {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(ser::Error::custom(REFUSED))
    }
}

#[doc(hidden)]
impl<'de, T: RefusedHandle> Deserialize<'de> for Stored<T> {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(de::Error::custom(REFUSED))
    }
}

/// Whether what is spelled as a handle is one.
pub struct IsHandle<const IS_HANDLE: bool>;

/// Whose handle was refused: that of the entity, or of nothing that there is.
pub trait RefusedOf<E, Nothing> {
    type Entity;
}

impl<E, Nothing> RefusedOf<E, Nothing> for IsHandle<true> {
    type Entity = E;
}

impl<E, Nothing> RefusedOf<E, Nothing> for IsHandle<false> {
    type Entity = Nothing;
}
