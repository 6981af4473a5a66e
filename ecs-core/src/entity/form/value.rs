//! Stored values and entities without their Rust types.

use std::fmt;

use uuid::Uuid;

use crate::deep;
use crate::entity::encode::tag;
use crate::entity::number;
use crate::entity::{EcsId, EntityType, Id, LineageId};

/// A value as it is stored.
#[derive(Clone, Debug)]
pub(crate) enum FormValue {
    Unit,
    Bool(bool),
    Integer(i64),
    Wide(i128),
    WideUnsigned(u128),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Some(Box<Self>),
    /// A sequence; whether it can hold entities.
    Sequence(Vec<Self>, bool),
    Set(Vec<Self>),
    /// A map; whether it can hold entities.
    Map(Vec<(Self, Self)>, bool),
    Struct(Vec<Entry>),
    Variant(String, Box<Self>),
    Entity(Box<Opaque>),
}

/// A named field.
pub(crate) type Entry = (String, FormValue);

/// An entity as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Opaque {
    pub(crate) id: Id,
    /// The name under which its type serializes the identity.
    pub(crate) id_field: Box<str>,
    pub(crate) node_type: &'static EntityType,
    pub(crate) fields: Vec<Entry>,
    /// How many levels of values there are in the fields, if they are many.
    pub(crate) levels: usize,
}

impl Opaque {
    /// One of which nothing is known but its identity.
    pub(crate) fn known_by(id: Id) -> Self {
        Self { id, id_field: Box::default(), node_type: EntityType::NONE, fields: Vec::new(), levels: 0 }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&FormValue> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }
}

/// Bytes that are no stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

/// How many values may be within each other: more than any program can write. Entities are counted apart.
const MOST_LEVELS: usize = 10_000;

/// For so many levels, and so many bytes, there is room on any stack.
const FEW_LEVELS: usize = 32;
const FEW_BYTES: usize = 512;

/// Reads stored values one behind the other.
struct Bytes<'b> {
    rest: &'b [u8],
    level: usize,
    /// The most levels that there were.
    deepest: usize,
}

impl<'b> Bytes<'b> {
    fn new(rest: &'b [u8]) -> Self {
        Self { rest, level: 0, deepest: 0 }
    }

    /// Does what is to be done with a value within this one.
    fn below<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R, Malformed>) -> Result<R, Malformed> {
        self.level += 1;
        self.deepest = self.deepest.max(self.level);
        if self.level > MOST_LEVELS {
            return Err(Malformed("it has too many levels"));
        }
        let done = deep::level(|| work(self))?;
        self.level -= 1;
        Ok(done)
    }

    fn end(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() { Ok(()) } else { Err(Malformed("something follows its end")) }
    }
    fn take(&mut self, count: usize) -> Result<&'b [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed("it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let taken = self.take(N)?;
        Ok(std::array::from_fn(|i| taken[i]))
    }

    fn tag(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[tag]| tag)
    }

    fn number(&mut self) -> Result<u64, Malformed> {
        number::read(&mut self.rest).ok_or(Malformed("a number is not as it is written"))
    }

    /// How many elements follow, each of which takes a byte at least.
    fn count(&mut self) -> Result<usize, Malformed> {
        let count = usize::try_from(self.number()?).map_err(|_| Malformed("a length is too large"))?;
        if count > self.rest.len() { Err(Malformed("a length goes beyond the end")) } else { Ok(count) }
    }

    fn sized(&mut self) -> Result<&'b [u8], Malformed> {
        let length = self.count()?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'b str, Malformed> {
        std::str::from_utf8(self.sized()?).map_err(|_| Malformed("a text is not UTF-8"))
    }

    fn id(&mut self) -> Result<Id, Malformed> {
        let lineage_id = LineageId::try_from(Uuid::from_bytes(self.array()?));
        let ecs_id = EcsId::try_from(Uuid::from_bytes(self.array()?));
        match (lineage_id, ecs_id) {
            (Ok(lineage_id), Ok(ecs_id)) => Ok(Id::of_version(lineage_id, ecs_id)),
            _ => Err(Malformed("an id is nil")),
        }
    }

    /// Goes past one value, and shows the entities that it holds.
    fn pass(&mut self, held: &mut dyn FnMut(Id)) -> Result<(), Malformed> {
        match self.tag()? {
            tag::UNIT | tag::FALSE | tag::TRUE => {}
            tag::INTEGER => drop(self.number()?),
            tag::FLOAT => drop(self.take(8)?),
            tag::WIDE_INTEGER | tag::WIDE_UNSIGNED => drop(self.take(16)?),
            tag::TEXT | tag::BYTES => drop(self.sized()?),
            tag::SOME => self.below(|bytes| bytes.pass(held))?,
            tag::SEQUENCE | tag::SET | tag::HELD_SEQUENCE => {
                for _ in 0..self.count()? {
                    self.below(|bytes| bytes.pass(held))?;
                }
            }
            tag::MAP | tag::HELD_MAP => {
                for _ in 0..self.count()? {
                    self.below(|bytes| bytes.pass(held))?;
                    self.below(|bytes| bytes.pass(held))?;
                }
            }
            tag::STRUCT => {
                for _ in 0..self.count()? {
                    self.text()?;
                    self.below(|bytes| bytes.pass(held))?;
                }
            }
            tag::VARIANT => {
                self.text()?;
                self.below(|bytes| bytes.pass(held))?;
            }
            tag::ENTITY => held(self.id()?),
            _ => return Err(Malformed("there is a tag that no value begins with")),
        }
        Ok(())
    }

    fn value(&mut self, entity: &mut FindEntity<'_>) -> Result<FormValue, Malformed> {
        let mut below = |bytes: &mut Self| bytes.below(|bytes| bytes.value(entity));
        Ok(match self.tag()? {
            tag::UNIT => FormValue::Unit,
            tag::FALSE => FormValue::Bool(false),
            tag::TRUE => FormValue::Bool(true),
            tag::INTEGER => FormValue::Integer(number::unfolded(self.number()?)),
            tag::WIDE_INTEGER => FormValue::Wide(i128::from_le_bytes(self.array()?)),
            tag::WIDE_UNSIGNED => FormValue::WideUnsigned(u128::from_le_bytes(self.array()?)),
            tag::FLOAT => FormValue::Float(f64::from_bits(u64::from_le_bytes(self.array()?))),
            tag::TEXT => FormValue::Text(self.text()?.to_owned()),
            tag::BYTES => FormValue::Bytes(self.sized()?.to_owned()),
            tag::SOME => FormValue::Some(Box::new(below(self)?)),
            sequence @ (tag::SEQUENCE | tag::SET | tag::HELD_SEQUENCE) => {
                let items = (0..self.count()?).map(|_| below(self)).collect::<Result<_, _>>()?;
                match sequence {
                    tag::SET => FormValue::Set(items),
                    _ => FormValue::Sequence(items, sequence == tag::HELD_SEQUENCE),
                }
            }
            map @ (tag::MAP | tag::HELD_MAP) => {
                let entries = (0..self.count()?).map(|_| Ok((below(self)?, below(self)?)));
                FormValue::Map(entries.collect::<Result<_, _>>()?, map == tag::HELD_MAP)
            }
            tag::STRUCT => {
                let fields = (0..self.count()?).map(|_| Ok((self.text()?.to_owned(), below(self)?)));
                FormValue::Struct(fields.collect::<Result<_, _>>()?)
            }
            tag::VARIANT => FormValue::Variant(self.text()?.to_owned(), Box::new(below(self)?)),
            tag::ENTITY => FormValue::Entity(Box::new(entity(self.id()?)?)),
            _ => return Err(Malformed("there is a tag that no value begins with")),
        })
    }
}

/// Finds an entity that a value holds.
pub(crate) type FindEntity<'f> = dyn FnMut(Id) -> Result<Opaque, Malformed> + 'f;

/// Shows the name and the bytes of each field of a stored entity.
///
/// # Errors
///
/// If these are not the bytes of one.
pub(crate) fn each_field<'b, E: From<Malformed>>(
    bytes: &'b [u8],
    mut visit: impl FnMut(&'b str, &'b [u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut rest = Bytes::new(bytes);
    if rest.tag()? != tag::STRUCT {
        return Err(Malformed("it is no struct of fields").into());
    }
    for _ in 0..rest.count()? {
        let name = rest.text()?;
        let before = rest.rest;
        rest.pass(&mut |_| {})?;
        visit(name, &before[..before.len() - rest.rest.len()])?;
    }
    Ok(rest.end()?)
}

/// The entities that a stored value holds, in order.
///
/// # Errors
///
/// If these are not the bytes of one.
pub(crate) fn held_in(bytes: &[u8], held: &mut dyn FnMut(Id)) -> Result<(), Malformed> {
    let mut rest = Bytes::new(bytes);
    rest.pass(held)?;
    rest.end()
}

/// How many levels the value of these bytes has, if they are many.
pub(crate) fn levels_in(bytes: &[u8]) -> usize {
    if bytes.len() <= FEW_BYTES {
        return 0;
    }
    let mut rest = Bytes::new(bytes);
    // What is malformed is told by who reads it.
    let _ = rest.pass(&mut |_| {});
    if rest.deepest > FEW_LEVELS { rest.deepest } else { 0 }
}

/// What so many levels of values take on the stack of code that does not ask for room, as when they are dropped.
pub(crate) fn room_of_levels(levels: usize) -> usize {
    levels * deep::room_of_level(size_of::<FormValue>())
}

impl FormValue {
    /// Reads one value; `entity` finds those that it holds.
    ///
    /// # Errors
    ///
    /// If these are not the bytes of one.
    pub(crate) fn parse(bytes: &[u8], entity: &mut FindEntity<'_>) -> Result<Self, Malformed> {
        let mut rest = Bytes::new(bytes);
        let value = rest.value(entity)?;
        rest.end()?;
        Ok(value)
    }

    /// How the value of these bytes is called in a message; none if they are not those of one.
    pub(crate) fn kind_of(bytes: &[u8]) -> Option<&'static str> {
        let find = &mut |id| Ok(Opaque::known_by(id));
        Self::parse(bytes, find).ok().map(|value| value.kind())
    }

    /// How the value is called in a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Unit => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Wide(_) | Self::WideUnsigned(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
            Self::Some(value) => value.kind(),
            Self::Sequence(..) | Self::Set(_) => "a sequence",
            Self::Map(..) => "a map",
            Self::Struct(_) => "a struct",
            Self::Variant(..) => "an enum",
            Self::Entity(_) => "an entity",
        }
    }
}
