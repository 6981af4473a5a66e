//! The values of a generated entity: what is kept of each, and how they are written and read.

use std::any::Any;
use std::marker::PhantomData;

use serde::de;
use serde::de::DeserializeOwned;
use serde::ser::SerializeStruct;
use serde_json::Value as Json;

use crate::entity::form::{Entry, Mismatch, read_field};
use crate::entity::{EcsId, Field, Ref, Value};

/// What stands in the generated entities for a parameter that is recorded elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Elsewhere;

/// Whether a value of a generated entity is there in this signature.
fn is_present<T: 'static>() -> bool {
    std::any::TypeId::of::<T>() != std::any::TypeId::of::<Elsewhere>()
}

/// What is kept of an entity that a call was given, whatever its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Reference(Ref<()>);

impl Reference {
    pub(crate) fn to(ecs_id: EcsId) -> Self {
        Self(Ref::new(ecs_id))
    }
}

/// The field that is made of what is kept.
pub trait FieldOf<K> {
    fn of(kept: &K) -> Self;
}

impl<T: Clone> FieldOf<T> for T {
    fn of(kept: &T) -> T {
        kept.clone()
    }
}

impl<T> FieldOf<Reference> for Ref<T> {
    fn of(kept: &Reference) -> Self {
        Self::new(kept.0.ecs_id())
    }
}

/// The values of a generated entity, as a nested list: `(V0, (V1, ()))`.
///
/// `fields` describe those that are present.
pub trait Values: Clone + Send + Sync + 'static {
    /// Writes each value.
    ///
    /// # Errors
    ///
    /// Whatever `target` says.
    fn write<S: SerializeStruct>(&self, fields: &'static [Field], target: &mut S) -> Result<(), S::Error>;

    /// Reads each value.
    ///
    /// # Errors
    ///
    /// If one is not what its field holds.
    fn read<S: Source>(fields: &'static [Field], source: &mut S) -> Result<Self, S::Error>;

    /// The value of the field of that name.
    fn get(&self, fields: &'static [Field], name: &str) -> Option<&dyn Any>;
}

impl Values for () {
    fn write<S: SerializeStruct>(&self, _fields: &'static [Field], _target: &mut S) -> Result<(), S::Error> {
        Ok(())
    }

    fn read<S: Source>(_fields: &'static [Field], _source: &mut S) -> Result<Self, S::Error> {
        Ok(())
    }

    fn get(&self, _fields: &'static [Field], _name: &str) -> Option<&dyn Any> {
        None
    }
}

impl<T: Value, Rest: Values> Values for (T, Rest) {
    fn write<S: SerializeStruct>(&self, fields: &'static [Field], target: &mut S) -> Result<(), S::Error> {
        let (field, rest) = next::<T>(fields);
        if let Some(field) = field {
            target.serialize_field(field.name(), &self.0)?;
        }
        self.1.write(rest, target)
    }

    fn read<S: Source>(fields: &'static [Field], source: &mut S) -> Result<Self, S::Error> {
        let (field, rest) = next::<T>(fields);
        Ok((source.take(field)?, Rest::read(rest, source)?))
    }

    fn get(&self, fields: &'static [Field], name: &str) -> Option<&dyn Any> {
        let (field, rest) = next::<T>(fields);
        match field {
            Some(field) if field.name() == name => Some(&self.0),
            _ => self.1.get(rest, name),
        }
    }
}

/// The field of a value of the type `T`, if that is present, and those of the values after it.
fn next<T: 'static>(fields: &'static [Field]) -> (Option<&'static Field>, &'static [Field]) {
    match fields.split_first() {
        Some((field, rest)) if is_present::<T>() => (Some(field), rest),
        _ => (None, fields),
    }
}

/// What the values of a generated entity are read from.
pub trait Source {
    type Error;

    /// The value of a field; that of nothing if the value is not present in this signature.
    ///
    /// # Errors
    ///
    /// If it is not what the field holds.
    fn take<T: DeserializeOwned>(&mut self, field: Option<&Field>) -> Result<T, Self::Error>;
}

/// JSON, or whatever else serde reads.
pub(super) struct Members<E> {
    pub(super) members: serde_json::Map<String, Json>,
    pub(super) error: PhantomData<E>,
}

impl<E: de::Error> Source for Members<E> {
    type Error = E;

    fn take<T: DeserializeOwned>(&mut self, field: Option<&Field>) -> Result<T, E> {
        let value = field.and_then(|field| self.members.remove(field.name())).unwrap_or(Json::Null);
        T::deserialize(value).map_err(|error| {
            let name = field.map_or("", Field::name);
            E::custom(format_args!("`{name}`: {error}"))
        })
    }
}

/// What a store has.
impl Source for Vec<Entry> {
    type Error = Mismatch;

    fn take<T: DeserializeOwned>(&mut self, field: Option<&Field>) -> Result<T, Mismatch> {
        read_field(self, field.map_or("", Field::name))
    }
}
