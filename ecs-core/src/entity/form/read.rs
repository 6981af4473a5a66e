//! Reading a stored value as its Rust type.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    self, Deserialize, DeserializeOwned, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value as Json;

use super::value::{Entry, FormValue, Opaque};
use crate::deep;
use crate::entity::Entity;
use crate::entity::Id;
use crate::entity::tree::Node;
use crate::id::ID_MARKER;

/// Why a stored value is no value of a type, with the path to what is not, innermost first.
#[derive(Debug)]
pub(crate) struct Mismatch {
    reason: String,
    path: Vec<String>,
}

impl Mismatch {
    fn under_field(mut self, name: &str) -> Self {
        self.path.push(format!(".{name}"));
        self
    }

    fn of_json(error: &serde_json::Error) -> Self {
        Self { reason: error.to_string(), path: Vec::new() }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            f.write_str("at `")?;
            self.path.iter().rev().try_for_each(|step| f.write_str(step))?;
            f.write_str("`: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { reason: message.to_string(), path: Vec::new() }
    }
}

/// What an entity is read from: one form for both, as whatever reads it is compiled for every type of entity.
pub(crate) enum EntityForm<'j> {
    /// What is stored of it.
    Stored(Opaque),
    /// What a caller wrote.
    Json(&'j serde_json::Map<String, Json>),
}

/// Reads an entity as its Rust type.
///
/// # Errors
///
/// If its fields are not those of the type.
pub(crate) fn read_entity<T: Entity>(form: EntityForm<'_>) -> Result<Box<dyn Node>, Mismatch> {
    // No `?` and no combinators where a type is read: each would be compiled for each type.
    match T::deserialize(form) {
        Ok(entity) => Ok(Box::new(entity)),
        Err(mismatch) => Err(mismatch),
    }
}

/// Takes a field out of those of an entity, and reads it as its Rust type.
///
/// # Errors
///
/// If it is no value of that.
pub(crate) fn read_field<T: DeserializeOwned>(fields: &mut Vec<Entry>, name: &str) -> Result<T, Mismatch> {
    match T::deserialize(take_field(fields, name)) {
        Ok(value) => Ok(value),
        Err(mismatch) => Err(mismatch.under_field(name)),
    }
}

/// Takes a field out of those of an entity; nothing is there of one that it lacks.
fn take_field(fields: &mut Vec<Entry>, name: &str) -> FormValue {
    let position = fields.iter().position(|(field, _)| field == name);
    position.map_or(FormValue::Unit, |position| fields.swap_remove(position).1)
}

/// An entity is read as the struct of its identity and its fields.
impl<'de> Deserializer<'de> for EntityForm<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Members::of(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Members::of(self))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

/// The members of an entity, the identity of a stored one first.
struct Members<'j> {
    left: Left<'j>,
    /// The one whose key was told, until its value is asked for.
    next: Option<Member<'j>>,
}

enum Left<'j> {
    Stored { id: Option<(Box<str>, Id)>, fields: std::vec::IntoIter<Entry> },
    Json(serde_json::map::Iter<'j>),
}

enum Member<'j> {
    Id(Box<str>, Id),
    Field(String, FormValue),
    Json(&'j str, &'j Json),
}

impl<'j> Members<'j> {
    fn of(form: EntityForm<'j>) -> Self {
        let left = match form {
            EntityForm::Stored(Opaque { id, id_field, fields, .. }) => {
                Left::Stored { id: Some((id_field, id)), fields: fields.into_iter() }
            }
            EntityForm::Json(members) => Left::Json(members.iter()),
        };
        Self { left, next: None }
    }

    /// The name of the next member, whose value is asked for next.
    fn next_name(&mut self) -> Option<Name<'_>> {
        self.next = match &mut self.left {
            Left::Stored { id, fields } => match id.take() {
                Some((name, id)) => Some(Member::Id(name, id)),
                None => fields.next().map(|(name, value)| Member::Field(name, value)),
            },
            Left::Json(members) => members.next().map(|(name, value)| Member::Json(name, value)),
        };
        match self.next.as_ref()? {
            Member::Id(name, _) => Some(Name(name)),
            Member::Field(name, _) => Some(Name(name)),
            Member::Json(name, _) => Some(Name(name)),
        }
    }

    fn take_value(&mut self) -> Member<'j> {
        match self.next.take() {
            Some(value) => value,
            None => unreachable!("a value is asked for after its key"),
        }
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Mismatch;

    fn next_key<K: Deserialize<'de>>(&mut self) -> Result<Option<K>, Mismatch> {
        match self.next_name() {
            Some(name) => match K::deserialize(name) {
                Ok(key) => Ok(Some(key)),
                Err(mismatch) => Err(mismatch),
            },
            None => Ok(None),
        }
    }

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        match self.next_name() {
            Some(name) => seed.deserialize(name).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        match self.take_value() {
            Member::Id(_, id) => seed.deserialize(Identity(id)),
            Member::Field(name, value) => match seed.deserialize(value) {
                Ok(value) => Ok(value),
                Err(mismatch) => Err(mismatch.under_field(&name)),
            },
            Member::Json(_, value) => match seed.deserialize(value) {
                Ok(value) => Ok(value),
                Err(error) => Err(Mismatch::of_json(&error)),
            },
        }
    }
}

/// The name of a member.
struct Name<'n>(&'n str);

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_str(self.0)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_str(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum ignored_any
    }
}

/// An [`Id`], under its marker.
struct Identity(Id);

impl<'de> Deserializer<'de> for Identity {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let lineage_id = ("lineage_id", FormValue::Text(self.0.lineage_id().to_string()));
        let ecs_id = self.0.ecs_id().map(|ecs_id| FormValue::Text(ecs_id.to_string()));
        let ecs_id = ("ecs_id", ecs_id.map_or(FormValue::Unit, |ecs_id| FormValue::Some(Box::new(ecs_id))));
        visitor.visit_map(MapDeserializer::new([lineage_id, ecs_id].into_iter()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        if name == ID_MARKER { visitor.visit_newtype_struct(self) } else { self.deserialize_any(visitor) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Mismatch> for FormValue {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn items<'de, V: Visitor<'de>>(items: Vec<FormValue>, visitor: V) -> Result<V::Value, Mismatch> {
    let mut access = SeqDeserializer::new(items.into_iter());
    let value = visitor.visit_seq(&mut access)?;
    access.end()?;
    Ok(value)
}

fn entries<'de, V: Visitor<'de>, K: IntoDeserializer<'de, Mismatch>>(
    entries: Vec<(K, FormValue)>,
    visitor: V,
) -> Result<V::Value, Mismatch> {
    let mut access = MapDeserializer::new(entries.into_iter());
    let value = visitor.visit_map(&mut access)?;
    access.end()?;
    Ok(value)
}

impl<'de> Deserializer<'de> for FormValue {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        deep::level(|| match self {
            Self::Unit => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Integer(value) => visitor.visit_i64(value),
            Self::Wide(value) => match u64::try_from(value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i128(value),
            },
            Self::WideUnsigned(value) => visitor.visit_u128(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(value) => visitor.visit_string(value),
            Self::Bytes(value) => visitor.visit_byte_buf(value),
            Self::Some(value) => visitor.visit_some(*value),
            Self::Sequence(values, _) | Self::Set(values) => items(values, visitor),
            Self::Map(values, _) => entries(values, visitor),
            Self::Struct(values) => entries(values, visitor),
            // As JSON has them, for a type that finds out by itself what it is given.
            Self::Variant(name, value) if matches!(*value, Self::Unit) => visitor.visit_string(name),
            Self::Variant(name, value) => entries(vec![(name, *value)], visitor),
            Self::Entity(entity) => EntityForm::Stored(*entity).deserialize_any(visitor),
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Unit => visitor.visit_none(),
            Self::Some(value) => deep::level(|| visitor.visit_some(*value)),
            // A field that was made optional since.
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self {
            Self::Variant(variant, value) => visitor.visit_enum(Chosen { variant, value: *value }),
            Self::Text(variant) => visitor.visit_enum(Chosen { variant, value: Self::Unit }),
            other => Err(Mismatch::custom(format_args!(
                "{} is stored, and `{name}` is one of {}",
                other.kind(),
                variants.join(", ")
            ))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A variant of an enum.
struct Chosen {
    variant: String,
    value: FormValue,
}

impl<'de> EnumAccess<'de> for Chosen {
    type Error = Mismatch;
    type Variant = Content;

    fn variant_seed<V: de::DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content), Mismatch> {
        let chosen = seed.deserialize(StrDeserializer::<Mismatch>::new(&self.variant))?;
        Ok((chosen, Content(self.value)))
    }
}

/// What a variant holds.
struct Content(FormValue);

impl<'de> VariantAccess<'de> for Content {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        match self.0 {
            FormValue::Unit => Ok(()),
            _ => Err(Mismatch::invalid_type(Unexpected::NewtypeVariant, &"a variant without content")),
        }
    }

    fn newtype_variant_seed<T: de::DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.0.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Mismatch> {
        self.0.deserialize_any(visitor)
    }
}
