//! The entities that `#[callable]` generates: inputs, configs and outputs.

use std::any::Any;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::Value as Json;

use super::slot::Elsewhere;
use crate::entity::{Entity, EntityType, Field, Id};

/// The fields of a generated entity that hold something in this signature.
#[must_use]
pub const fn count(present: &[bool]) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < present.len() {
        count += present[i] as usize;
        i += 1;
    }
    count
}

/// Picks the `N` fields that are present.
#[must_use]
pub const fn present<const N: usize>(all: &[Field], present: &[bool]) -> [Field; N] {
    assert!(N <= all.len() && all.len() == present.len(), "one flag for each field");
    let mut picked = [Field::new::<Elsewhere>("", no_schema); N];
    let (mut from, mut to) = (0, 0);
    while from < all.len() {
        if present[from] {
            picked[to] = all[from];
            to += 1;
        }
        from += 1;
    }
    picked
}

fn no_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::Schema::default()
}

/// The fields of a generated entity while it is read back.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub struct Fields(serde_json::Map<String, Json>);

impl Fields {
    /// Takes a field out.
    ///
    /// # Errors
    ///
    /// If it is not what the field holds.
    pub fn take<T: DeserializeOwned, E: serde::de::Error>(&mut self, name: &str) -> Result<T, E> {
        T::deserialize(self.0.remove(name).unwrap_or(Json::Null))
            .map_err(|error| E::custom(format_args!("`{name}`: {error}")))
    }
}

/// Whether a field of a generated entity holds something in this signature.
pub fn is_present<T: 'static>() -> bool {
    std::any::TypeId::of::<T>() != std::any::TypeId::of::<Elsewhere>()
}

/// The field of that name, if it holds something in this signature.
#[must_use]
pub fn pick<'r>(fields: &[(&'static str, &'r dyn Any)], name: &str) -> Option<&'r dyn Any> {
    fields.iter().find(|(field, value)| *field == name && !value.is::<Elsewhere>()).map(|(_, value)| *value)
}

/// A generated entity that is being serialized, field by field. What is here is compiled once for each
/// type of field, and not once for each callable.
pub struct Writing<S>(S);

impl<S> Writing<S> {
    /// Begins with the identity.
    ///
    /// # Errors
    ///
    /// Whatever the serializer says.
    pub fn begin<T: Entity, Z: Serializer<SerializeStruct = S>>(serializer: Z, id: Id) -> Result<Self, Z::Error>
    where
        S: SerializeStruct<Ok = Z::Ok, Error = Z::Error>,
    {
        begin(T::TYPE, serializer, id).map(Self)
    }
}

fn begin<Z: Serializer>(entity_type: &EntityType, serializer: Z, id: Id) -> Result<Z::SerializeStruct, Z::Error> {
    let mut record = serializer.serialize_struct(entity_type.name(), 1 + entity_type.fields().len())?;
    record.serialize_field(entity_type.id_field(), &id)?;
    Ok(record)
}

impl<S: SerializeStruct> Writing<S> {
    /// Adds a field, if it holds something.
    ///
    /// # Errors
    ///
    /// Whatever the serializer says.
    pub fn field<T: Serialize + 'static>(mut self, name: &'static str, value: &T) -> Result<Self, S::Error> {
        if is_present::<T>() {
            self.0.serialize_field(name, value)?;
        }
        Ok(self)
    }

    /// Ends it.
    ///
    /// # Errors
    ///
    /// Whatever the serializer says.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

/// Implements `Entity` and serde for a generated entity, which has an identity and these fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    ($(#[$attribute:meta])* $record:ident, $name:expr, $is_config:expr, $id:ident ($id_text:literal), { $($field:ident ($text:literal, $present:expr): $type:ty),* $(,)? }) => {
        #[automatically_derived]
        $(#[$attribute])*
        impl $crate::__private::Entity for $record {
            const TYPE: &'static $crate::__private::EntityType = {
                const __ALL: &[$crate::__private::Field] =
                    &[$($crate::__private::Field::new::<$type>($text, $crate::__private::probe!($type, SCHEMA))),*];
                const __PRESENT: &[::core::primitive::bool] = &[$($present),*];
                const __COUNT: ::core::primitive::usize = $crate::__private::record::count(__PRESENT);
                const __FIELDS: &[$crate::__private::Field] = &$crate::__private::record::present::<{ __COUNT }>(__ALL, __PRESENT);
                &$crate::__private::EntityType::new::<$record>($name, $id_text, __FIELDS, $is_config, $crate::__private::here!())
            };

            fn id(&self) -> $crate::__private::Id {
                self.$id
            }

            fn id_mut(&mut self) -> &mut $crate::__private::Id {
                &mut self.$id
            }

            fn field(&self, __name: &::core::primitive::str) -> ::core::option::Option<&dyn ::core::any::Any> {
                $crate::__private::record::pick(&[$(($text, &self.$field)),*], __name)
            }
        }

        #[automatically_derived]
        impl $crate::__private::serde::Serialize for $record {
            fn serialize<__S: $crate::__private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                let __record = $crate::__private::record::Writing::begin::<Self, __S>(__serializer, self.$id)?;
                __record$(.field($text, &self.$field)?)*.end()
            }
        }

        #[automatically_derived]
        impl<'de> $crate::__private::serde::Deserialize<'de> for $record {
            fn deserialize<__D: $crate::__private::serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #[allow(unused_mut)]
                let mut __fields =
                    <$crate::__private::record::Fields as $crate::__private::serde::Deserialize>::deserialize(__deserializer)?;
                ::core::result::Result::Ok(Self { $id: __fields.take($id_text)?, $($field: __fields.take($text)?),* })
            }
        }
    };
}

/// The type of a generated entity that a signature never asks for.
#[derive(Clone, Debug)]
pub struct Unneeded {
    pub id: crate::entity::Id,
}

// Not in what users' crates expand, where `diagnostic` may be a module of theirs.
crate::__record!(
    #[diagnostic::do_not_recommend]
    Unneeded,
    "Unneeded",
    false,
    id("id"),
    {}
);

/// The description that is registered: any other where there is none, as nothing will run then.
#[must_use]
pub const fn registered(entity_type: Option<&'static EntityType>) -> &'static EntityType {
    match entity_type {
        Some(entity_type) => entity_type,
        None => Unneeded::TYPE,
    }
}
