//! Reading a stored value as its Rust type.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::opaque::Opaque;
use super::value::{Entry, FormValue};
use crate::deep;
use crate::entity::Id;
use crate::entity::id::ID_MARKER;

/// Why a stored value is no value of a type, with the path to what is not, innermost first.
#[derive(Debug)]
pub(crate) struct Mismatch {
    reason: String,
    path: Vec<String>,
}

impl Mismatch {
    fn under(mut self, step: impl fmt::Display) -> Self {
        self.path.push(step.to_string());
        self
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

/// Reads an entity as a Rust type.
///
/// # Errors
///
/// If its fields are not those of the type.
pub(crate) fn read_entity<T: DeserializeOwned>(entity: Opaque) -> Result<T, Mismatch> {
    deep::level(|| T::deserialize(Identified(entity)))
}

/// Takes a field out of those of an entity, and reads it as its Rust type.
///
/// # Errors
///
/// If it is no value of that.
pub(crate) fn read_field<T: DeserializeOwned>(fields: &mut Vec<Entry>, name: &str) -> Result<T, Mismatch> {
    let position = fields.iter().position(|(field, _)| field == name);
    let value = position.map_or(FormValue::Unit, |position| fields.swap_remove(position).1);
    T::deserialize(value).map_err(|mismatch| mismatch.under(format_args!(".{name}")))
}

/// An entity, which is read as the struct of its identity and its fields.
struct Identified(Opaque);

impl<'de> Deserializer<'de> for Identified {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Opaque { id, id_field, fields, .. } = self.0;
        visitor.visit_map(Members { id: Some((id_field, id)), fields: fields.into_iter(), value: None })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The identity of an entity, and then its fields.
struct Members {
    id: Option<(Box<str>, Id)>,
    fields: std::vec::IntoIter<(String, FormValue)>,
    value: Option<Member>,
}

enum Member {
    Id(Id),
    Field(String, FormValue),
}

impl<'de> MapAccess<'de> for Members {
    type Error = Mismatch;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        if let Some((name, id)) = self.id.take() {
            self.value = Some(Member::Id(id));
            return seed.deserialize(StrDeserializer::new(&name)).map(Some);
        }
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        let key = seed.deserialize(StrDeserializer::new(&name))?;
        self.value = Some(Member::Field(name, value));
        Ok(Some(key))
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        match self.value.take() {
            Some(Member::Id(id)) => seed.deserialize(Identity(id)),
            Some(Member::Field(name, value)) => {
                seed.deserialize(value).map_err(|mismatch| mismatch.under(format_args!(".{name}")))
            }
            None => unreachable!("a value is asked for after its key"),
        }
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
            Self::Entity(entity) => Identified(*entity).deserialize_any(visitor),
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
