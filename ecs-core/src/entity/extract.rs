//! Reading one value out of an entity by path, without copying the rest of it.
//!
//! The entity serializes itself into [`Extract`], which descends along the path and turns only the
//! value at its end into JSON; everything beside the path is skipped, not built.

use std::fmt;

use serde::ser::{self, Serialize};
use serde_json::Value;

use crate::address::Segment;

/// How a miss names an absent value.
pub(crate) const NOTHING: &str = "nothing";

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// No field or key of that name; what there is.
    Field { step: Segment, accepted: Vec<String> },
    /// No element at that index; how many there are.
    Index { index: usize, length: usize },
    /// The value there has no parts.
    IntoValue { step: Segment, value: &'static str },
    /// The value there is no JSON.
    NotJson(String),
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { step, .. } => write!(f, "there is no `{step}`"),
            Self::Index { index, length } => write!(f, "index {index} of {length} elements"),
            Self::IntoValue { step, value } => write!(f, "`{step}` steps into {value}"),
            Self::NotJson(reason) => f.write_str(reason),
        }
    }
}

/// The value at `path` inside `value`, as JSON.
///
/// # Errors
///
/// If the path leads nowhere, or the value there is not representable.
pub(crate) fn extract<T: Serialize + ?Sized>(value: &T, path: &[Segment]) -> Result<Value, Miss> {
    Ok(value.serialize(Extract::at(path))?)
}

/// A Rust value as JSON for a call by name, where a text that starts with `@` is an address.
///
/// Inside a Rust struct or enum a text is what it says, so its first `@` is doubled there; in
/// sequences and maps it may be an address.
///
/// # Errors
///
/// If the value is not representable.
pub(crate) fn argument_json<T: Serialize + ?Sized>(value: &T) -> Result<Value, Miss> {
    value.serialize(Extract { path: &[], text: Text::MayBeAddress }).map_err(|failure| failure.0)
}

/// What a text that starts with `@` is.
#[derive(Clone, Copy)]
enum Text {
    /// Nothing is read into it.
    AsItIs,
    /// An address, if it is one.
    MayBeAddress,
    /// A text, to be written so that it is not taken for an address.
    Literal,
}

impl Text {
    /// What it is inside a Rust struct or enum.
    fn inside(self) -> Self {
        match self {
            Self::AsItIs => Self::AsItIs,
            Self::MayBeAddress | Self::Literal => Self::Literal,
        }
    }
}

/// Why a value was not found.
#[derive(Debug)]
pub struct Failure(Miss);

impl From<Failure> for Miss {
    fn from(failure: Failure) -> Self {
        failure.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failure {}

impl ser::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(Miss::NotJson(message.to_string()))
    }
}

/// The value at a path.
pub type Found = Result<Value, Failure>;

/// Finds the value at a path in what is serialized into it.
pub struct Extract<'p> {
    path: &'p [Segment],
    text: Text,
}

impl<'p> Extract<'p> {
    /// Finds the value at `path`.
    pub(crate) fn at(path: &'p [Segment]) -> Self {
        Self { path, text: Text::AsItIs }
    }

    /// A value without parts: what is looked for, if the path ends here.
    fn leaf<T: Serialize + ?Sized>(&self, value: &T, kind: &'static str) -> Found {
        match self.path.first() {
            None => serde_json::to_value(value).map_err(ser::Error::custom),
            Some(step) => Err(Failure(Miss::IntoValue { step: step.clone(), value: kind })),
        }
    }

    /// The same, inside a Rust struct or enum.
    fn inside(self) -> Self {
        Self { text: self.text.inside(), ..self }
    }

    fn keyed(self) -> Keyed<'p> {
        Keyed {
            path: self.path,
            text: self.text,
            found: None,
            key_matches: false,
            accepted: Vec::new(),
            whole: serde_json::Map::new(),
        }
    }

    fn positioned(self) -> Positioned<'p> {
        Positioned { path: self.path, text: self.text, at: 0, found: None, whole: Vec::new() }
    }

    /// The payload of a variant is read through `{"Variant": payload}`, as serde writes it.
    fn variant<T: Serialize + ?Sized>(self, variant: &'static str, payload: &T) -> Found {
        let mut keyed = self.inside().keyed();
        keyed.entry(variant, payload)?;
        keyed.finish()
    }
}

macro_rules! leaves {
    ($($method:ident($type:ty) $kind:literal;)*) => {$(
        fn $method(self, value: $type) -> Found {
            self.leaf(&value, $kind)
        }
    )*};
}

impl<'p> ser::Serializer for Extract<'p> {
    type Ok = Value;
    type Error = Failure;
    type SerializeSeq = Positioned<'p>;
    type SerializeTuple = Positioned<'p>;
    type SerializeTupleStruct = Positioned<'p>;
    type SerializeTupleVariant = Variant<Positioned<'p>>;
    type SerializeMap = Keyed<'p>;
    type SerializeStruct = Keyed<'p>;
    type SerializeStructVariant = Variant<Keyed<'p>>;

    leaves! {
        serialize_bool(bool) "a truth value";
        serialize_i8(i8) "a number";
        serialize_i16(i16) "a number";
        serialize_i32(i32) "a number";
        serialize_i64(i64) "a number";
        serialize_i128(i128) "a number";
        serialize_u8(u8) "a number";
        serialize_u16(u16) "a number";
        serialize_u32(u32) "a number";
        serialize_u64(u64) "a number";
        serialize_u128(u128) "a number";
        serialize_char(char) "a text";
    }

    fn serialize_str(self, value: &str) -> Found {
        match self.text {
            Text::Literal if self.path.is_empty() && value.starts_with('@') => Ok(Value::String(format!("@{value}"))),
            _ => self.leaf(value, "a text"),
        }
    }

    fn serialize_f32(self, value: f32) -> Found {
        finite(value.into())?;
        self.leaf(&value, "a number")
    }

    fn serialize_f64(self, value: f64) -> Found {
        finite(value)?;
        self.leaf(&value, "a number")
    }

    fn serialize_bytes(self, value: &[u8]) -> Found {
        value.serialize(self)
    }

    fn serialize_none(self) -> Found {
        self.leaf(&(), NOTHING)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Found {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Found {
        self.leaf(&(), NOTHING)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Found {
        self.leaf(&(), NOTHING)
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Found {
        self.leaf(variant, "a variant")
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Found {
        value.serialize(self.inside())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Found {
        self.variant(variant, value)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Positioned<'p>, Failure> {
        Ok(self.positioned())
    }

    fn serialize_tuple(self, _length: usize) -> Result<Positioned<'p>, Failure> {
        Ok(self.positioned())
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Positioned<'p>, Failure> {
        Ok(self.inside().positioned())
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Variant<Positioned<'p>>, Failure> {
        Variant::open(self, variant, Extract::positioned)
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Keyed<'p>, Failure> {
        Ok(self.keyed())
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Keyed<'p>, Failure> {
        Ok(self.inside().keyed())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Variant<Keyed<'p>>, Failure> {
        Variant::open(self, variant, Extract::keyed)
    }
}

/// JSON has no word for these; writing `null` would lose them silently.
fn finite(value: f64) -> Result<(), Failure> {
    if value.is_finite() { Ok(()) } else { Err(Failure(Miss::NotJson(format!("{value} has no JSON form")))) }
}

/// Values under names: a struct or a map.
pub struct Keyed<'p> {
    path: &'p [Segment],
    text: Text,
    found: Option<Value>,
    /// Whether the key just seen is the one looked for.
    key_matches: bool,
    accepted: Vec<String>,
    /// The whole, when the path ends here.
    whole: serde_json::Map<String, Value>,
}

impl Keyed<'_> {
    fn entry<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Failure> {
        match self.path.split_first() {
            None => {
                self.whole.insert(name.to_owned(), value.serialize(Extract { path: &[], text: self.text })?);
            }
            Some((step, rest)) if names(step, name) => {
                self.found = Some(value.serialize(Extract { path: rest, text: self.text })?)
            }
            Some(_) => self.accepted.push(name.to_owned()),
        }
        Ok(())
    }

    fn finish(self) -> Found {
        match self.path.first() {
            None => Ok(Value::Object(self.whole)),
            Some(step) => {
                self.found.ok_or_else(|| Failure(Miss::Field { step: step.clone(), accepted: self.accepted }))
            }
        }
    }
}

fn names(step: &Segment, name: &str) -> bool {
    match step {
        Segment::Name(wanted) => **wanted == *name,
        Segment::Index(index) => name.parse() == Ok(*index) && name == index.to_string(),
    }
}

/// Values by position: a sequence or a tuple.
pub struct Positioned<'p> {
    path: &'p [Segment],
    text: Text,
    at: usize,
    found: Option<Value>,
    whole: Vec<Value>,
}

impl Positioned<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        match self.path.split_first() {
            None => self.whole.push(value.serialize(Extract { path: &[], text: self.text })?),
            Some((Segment::Index(index), rest)) if *index == self.at => {
                self.found = Some(value.serialize(Extract { path: rest, text: self.text })?);
            }
            Some(_) => {}
        }
        self.at += 1;
        Ok(())
    }

    fn finish(self) -> Found {
        match self.path.first() {
            None => Ok(Value::Array(self.whole)),
            Some(Segment::Index(index)) => self.found.ok_or(Failure(Miss::Index { index: *index, length: self.at })),
            Some(step) => {
                let value = "a sequence, whose elements have indices, or a set, whose entities have lineage ids";
                Err(Failure(Miss::IntoValue { step: step.clone(), value }))
            }
        }
    }
}

/// A variant's payload, one step below the variant's name.
pub struct Variant<C> {
    name: &'static str,
    payload: C,
    /// Whether the path ends at the variant, so that its name belongs to the result.
    is_whole: bool,
}

impl<C> Variant<C> {
    fn open<'p>(extract: Extract<'p>, name: &'static str, open: fn(Extract<'p>) -> C) -> Result<Self, Failure> {
        match extract.path.split_first() {
            None => {
                Ok(Self { name, payload: open(Extract { path: &[], text: extract.text.inside() }), is_whole: true })
            }
            Some((step, rest)) if names(step, name) => {
                Ok(Self { name, payload: open(Extract { path: rest, text: extract.text.inside() }), is_whole: false })
            }
            Some((step, _)) => Err(Failure(Miss::Field { step: step.clone(), accepted: vec![name.to_owned()] })),
        }
    }

    fn close(self, finish: fn(C) -> Found) -> Found {
        let payload = finish(self.payload)?;
        if !self.is_whole {
            return Ok(payload);
        }
        Ok(Value::Object(serde_json::Map::from_iter([(self.name.to_owned(), payload)])))
    }
}

macro_rules! positioned {
    ($($name:ident :: $method:ident),*) => {$(
        impl ser::$name for Positioned<'_> {
            type Ok = Value;
            type Error = Failure;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                self.element(value)
            }

            fn end(self) -> Found {
                self.finish()
            }
        }
    )*};
}

positioned! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field
}

impl ser::SerializeTupleVariant for Variant<Positioned<'_>> {
    type Ok = Value;
    type Error = Failure;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.payload.element(value)
    }

    fn end(self) -> Found {
        self.close(Positioned::finish)
    }
}

impl ser::SerializeStruct for Keyed<'_> {
    type Ok = Value;
    type Error = Failure;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failure> {
        self.entry(name, value)
    }

    fn end(self) -> Found {
        self.finish()
    }
}

impl ser::SerializeStructVariant for Variant<Keyed<'_>> {
    type Ok = Value;
    type Error = Failure;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failure> {
        self.payload.entry(name, value)
    }

    fn end(self) -> Found {
        self.close(Keyed::finish)
    }
}

impl ser::SerializeMap for Keyed<'_> {
    type Ok = Value;
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        // A map key is addressed by the text JSON writes for it, so `{7: …}` is reached by `.7`.
        let name = match serde_json::to_value(key).map_err(<Failure as ser::Error>::custom)? {
            Value::String(name) => name,
            key @ (Value::Number(_) | Value::Bool(_)) => key.to_string(),
            other => return Err(ser::Error::custom(format_args!("a map key is a text or a number, not {other}"))),
        };
        self.key_matches = self.path.first().is_some_and(|step| names(step, &name));
        self.accepted.push(name);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        match self.path.split_first() {
            None => {
                let name = self.accepted.pop().unwrap_or_default();
                self.whole.insert(name, value.serialize(Extract { path: &[], text: self.text })?);
            }
            Some((_, rest)) if self.key_matches => {
                self.found = Some(value.serialize(Extract { path: rest, text: self.text })?)
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn end(self) -> Found {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    enum Mark {
        None,
        Points(u8),
        Pair(u8, u8),
        Named { value: u8 },
    }

    #[derive(Serialize)]
    struct Record {
        name: &'static str,
        marks: Vec<Mark>,
        by_year: BTreeMap<u16, f64>,
        by_key: BTreeMap<&'static str, Option<u8>>,
        nan: f64,
    }

    fn record() -> Record {
        Record {
            name: "Alice",
            marks: vec![Mark::None, Mark::Points(3), Mark::Pair(1, 2), Mark::Named { value: 9 }],
            by_year: BTreeMap::from([(2007, 3.5)]),
            by_key: BTreeMap::from([("dotted.key", Some(1)), ("none", None)]),
            nan: f64::NAN,
        }
    }

    fn at(path: &str) -> Result<Value, Miss> {
        let path: crate::address::Path = path.parse().expect("a valid path");
        extract(&record(), path.segments())
    }

    #[test]
    fn every_kind_of_step_is_followed() {
        for (path, value) in [
            ("name", json!("Alice")),
            ("marks.0", json!("None")),
            ("marks.1", json!({"Points": 3})),
            ("marks.1.Points", json!(3)),
            ("marks.2", json!({"Pair": [1, 2]})),
            ("marks.2.Pair.1", json!(2)),
            ("marks.3", json!({"Named": {"value": 9}})),
            ("marks.3.Named.value", json!(9)),
            ("by_year.2007", json!(3.5)),
            ("by_year", json!({"2007": 3.5})),
            (r#"by_key["dotted.key"]"#, json!(1)),
            ("by_key.none", json!(null)),
        ] {
            assert_eq!(at(path), Ok(value), "{path}");
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_says_what_there_is() {
        let Err(Miss::Field { accepted, .. }) = at("nope") else { panic!("no such field") };
        assert_eq!(accepted, ["name", "marks", "by_year", "by_key", "nan"]);
        assert_eq!(at("marks.9"), Err(Miss::Index { index: 9, length: 4 }));
        assert!(matches!(at("name.x"), Err(Miss::IntoValue { value: "a text", .. })));
        assert!(matches!(at("marks.x"), Err(Miss::IntoValue { .. })));
        assert!(matches!(at("by_key.nope"), Err(Miss::Field { .. })));
    }

    #[test]
    fn a_value_json_cannot_hold_is_refused_not_lost() {
        assert!(matches!(at("nan"), Err(Miss::NotJson(_))));
        assert!(matches!(at(""), Err(Miss::NotJson(_))));
    }
}
