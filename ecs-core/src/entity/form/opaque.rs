//! An entity without its Rust type: told of, addressed and compared by what is stored of it.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;

use super::hash::{has_same_encoding, hash_fields};
use super::value::{FormValue, Opaque};
use crate::address::Segment;
use crate::deep;
use crate::entity::content::Encoding;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::extract::{Extract, Found, extract};
use crate::entity::tree::branch::{Branch, gone, stands_for};
use crate::entity::tree::containers::{Elements, compare_elements, compare_entries, compare_new};
use crate::entity::tree::keys::{key_text, segment_text};
use crate::entity::tree::node::{
    Act, Compare, CompareFields, Digests, Edit, Hashes, HeldFields, Holder, Node, Visit, VisitFields,
};
use crate::entity::tree::of_entity::compare_field;
use crate::entity::tree::same::Sameness;
use crate::entity::tree::trail::{Place, Step, Trail};
use crate::entity::{EntityType, Field, Id, LineageId};
use crate::error::Result;

/// Marks values that hold entities as they say themselves.
pub(crate) struct AsStored;

/// The description of a type that this program does not have, for entities with these fields; each with whether
/// it holds entities.
///
/// A description lives as long as the program, like those of the program's own types. There is one for each
/// shape that is met, and few types have more than one.
pub(crate) fn opaque_type(
    name: &str,
    version: u32,
    id_field: &str,
    is_config: bool,
    fields: &[(&str, bool)],
) -> &'static EntityType {
    type Shape = (String, u32, String, bool, Vec<(String, bool)>);
    static TYPES: Mutex<Option<HashMap<Shape, &'static EntityType>>> = Mutex::new(None);

    fn for_ever(text: &str) -> &'static str {
        Box::leak(text.into())
    }

    let owned = fields.iter().map(|(name, holds)| ((*name).to_owned(), *holds)).collect();
    let shape = (name.to_owned(), version, id_field.to_owned(), is_config, owned);
    let mut types = TYPES.lock().unwrap_or_else(PoisonError::into_inner);
    types.get_or_insert_default().entry(shape).or_insert_with(|| {
        let fields = fields.iter().map(|(name, holds)| Field::new::<Opaque>(for_ever(name), None).holding(*holds));
        let fields: &'static [Field] = Box::leak(fields.collect());
        Box::leak(Box::new(EntityType::opaque(for_ever(name), for_ever(id_field), fields, is_config, version)))
    })
}

impl Opaque {
    /// The value of a field as JSON, in which a place holder stands for each entity.
    pub(crate) fn sketch(&self, name: &str) -> Option<Json> {
        let value = self.field(name)?;
        Some(if self.levels > deep::TOLD_LEVELS { Json::String(too_deep(self.levels)) } else { value.arrangement() })
    }

    /// Its canonical encoding, hashed: that of the entity it is stored of.
    pub(crate) fn encode(&self, hashes: &mut Hashes<'_>) -> Result<Encoding> {
        let (name, version) = (self.node_type.name(), self.node_type.version());
        let hash = hash_fields(name, version, &self.fields, &mut |held: &Self| hashes(held))?;
        Ok(Encoding { hash, references: Box::default() })
    }

    /// The fields that hold entities.
    fn holding(&self) -> impl Iterator<Item = (&'static str, &FormValue)> {
        let holding = self.node_type.fields().iter().filter(|field| field.holds_entities());
        holding.filter_map(|field| Some((field.name(), self.field(field.name())?)))
    }
}

/// Why there is no JSON of a value.
pub(super) fn too_deep(levels: usize) -> String {
    format!("it has {levels} levels, and JSON is written to a depth of {}", deep::TOLD_LEVELS)
}

impl Node for Opaque {
    fn node_id(&self) -> Id {
        self.id
    }

    fn stamp(&mut self, id: Id) {
        self.id = id;
    }

    fn node_type(&self) -> &'static EntityType {
        self.node_type
    }

    fn named_field(&self, _name: &str) -> Option<&dyn Any> {
        None
    }

    fn same_values(&self, _old: &dyn Node) -> Sameness {
        Sameness::Unknown
    }

    fn extract(&self, extract: Extract<'_>) -> Found {
        self.serialize(extract)
    }

    fn write(&self, _encoder: &mut Encoder) -> Result<(), Failure> {
        Err(serde::ser::Error::custom("it was read without its type, and is not written again"))
    }

    fn holder(&self) -> Option<&dyn Holder> {
        if self.node_type.fields().iter().any(Field::holds_entities) { Some(self) } else { None }
    }

    fn holder_mut(&mut self) -> Option<&mut dyn Holder> {
        Some(self)
    }

    fn read_as(&self) -> Option<&dyn Any> {
        None
    }
}

impl Holder for Opaque {
    fn compare(&self, old: Option<&dyn Node>, sink: &mut dyn CompareFields) -> Result<bool> {
        let old = old.and_then(|old| (old as &dyn Any).downcast_ref::<Self>());
        let mut is_same = old.is_some();
        for (name, new) in self.holding() {
            let old = old.and_then(|old| old.field(name));
            is_same &= compare_field::<_, AsStored>(name, old, new, sink)?;
        }
        // Fields that another form of the type had.
        for (name, old) in old.into_iter().flat_map(Self::holding).filter(|(name, _)| self.field(name).is_none()) {
            sink.begin(name);
            gone::<_, AsStored>(old, None, sink)?;
            is_same = false;
        }
        Ok(is_same)
    }

    fn visit(&self, visit: &mut VisitFields<'_>) -> Result<()> {
        self.holding().try_for_each(|(name, value)| value.show(None, &mut |place, node| visit(name, place, node)))
    }

    fn find(&self, field: &str, steps: &[Segment]) -> Option<(&dyn Node, usize)> {
        self.field(field)?.seek(steps)
    }

    fn edit(&mut self, _field: &str, _edits: &[Edit<'_>], _act: &mut Act<'_>) {
        unreachable!("an entity without its type is never changed")
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        self.fields.iter_mut().for_each(|(_, value)| value.lend(act));
    }

    fn encode_fields(&self, _digests: &Digests, _hashes: &mut Hashes<'_>) -> Result<HeldFields, Failure> {
        unreachable!("an entity without its type is encoded as a whole")
    }
}

impl Serialize for Opaque {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.levels > deep::TOLD_LEVELS {
            return Err(serde::ser::Error::custom(too_deep(self.levels)));
        }
        deep::level(|| {
            let mut map = serializer.serialize_map(Some(self.fields.len() + 1))?;
            map.serialize_entry(&*self.id_field, &self.id)?;
            self.fields.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
            map.end()
        })
    }
}

impl Serialize for FormValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        deep::level(|| match self {
            Self::Unit => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Wide(value) => match u64::try_from(*value) {
                Ok(value) => serializer.serialize_u64(value),
                Err(_) => serializer.serialize_i128(*value),
            },
            Self::WideUnsigned(value) => serializer.serialize_u128(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Bytes(value) => serializer.serialize_bytes(value),
            Self::Some(value) => serializer.serialize_some(&**value),
            Self::Sequence(values, _) | Self::Set(values) => serializer.collect_seq(values),
            Self::Map(entries, _) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
            Self::Struct(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
            // As JSON has them.
            Self::Variant(name, value) if matches!(**value, Self::Unit) => serializer.serialize_str(name),
            Self::Variant(name, value) => serializer.collect_map([(name, value)]),
            Self::Entity(entity) => entity.serialize(serializer),
        })
    }
}

impl FormValue {
    /// The parts that are addressed by position.
    fn by_position(&self) -> &[Self] {
        match self {
            Self::Sequence(values, _) | Self::Set(values) => values,
            _ => &[],
        }
    }

    /// The parts that are addressed by a key or a name, each with its text.
    fn by_key(&self) -> Vec<(String, &Self)> {
        match self {
            Self::Map(entries, _) => entries.iter().map(|(key, value)| (key_text(key), value)).collect(),
            Self::Struct(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
            Self::Variant(name, value) => vec![(name.clone(), value)],
            _ => Vec::new(),
        }
    }
}

/// What [`Branch`] asks, under names of its own: a value has several markers as far as the compiler knows.
impl FormValue {
    /// The thing that it is told from others by.
    fn lineage(&self) -> Option<LineageId> {
        match self {
            Self::Entity(entity) => Some(entity.id.lineage_id()),
            Self::Some(value) => value.lineage(),
            Self::Sequence(values, _) => values.first().and_then(Self::lineage),
            _ => None,
        }
    }

    fn compared(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        deep::level(|| match (old, new) {
            (Some(Self::Entity(old)), Self::Entity(new)) if old.id.lineage_id() == new.id.lineage_id() => {
                sink.child(place, &**old, &**new)
            }
            (old, Self::Entity(new)) => {
                sink.rearranged();
                if let Some(old) = old {
                    gone::<Self, AsStored>(old, place, sink)?;
                }
                sink.added(place, &**new)?;
                Ok(false)
            }
            (Some(Self::Some(old)), Self::Some(new)) => Self::compared(Some(old), new, place, sink),
            (old, Self::Some(new)) => {
                sink.rearranged();
                if let Some(old) = old {
                    gone::<Self, AsStored>(old, place, sink)?;
                }
                Self::compared(None, new, place, sink)?;
                Ok(false)
            }
            (old, Self::Sequence(..) | Self::Set(_)) => {
                let news = new.by_position();
                let Some(old) = old else { return compare_new::<Self, AsStored>(news.iter(), place, sink) };
                let olds = old.by_position();
                let old = Elements { len: olds.len(), get: &|index| &olds[index] };
                let new = Elements { len: news.len(), get: &|index| &news[index] };
                compare_elements::<Self, AsStored>(&old, &new, (0, 0), place, sink)
            }
            (old, Self::Map(..) | Self::Struct(_) | Self::Variant(..)) => {
                let olds: HashMap<String, &Self> = old.map(Self::by_key).unwrap_or_default().into_iter().collect();
                let news: HashMap<String, &Self> = new.by_key().into_iter().collect();
                let kept = news.iter().map(|(key, new)| (key, olds.get(key).copied(), Some(*new)));
                let removed = olds.iter().filter(|(key, _)| !news.contains_key(*key));
                let removed = removed.map(|(key, old)| (key, Some(*old), None));
                let is_same = compare_entries::<String, Self, AsStored>(kept.chain(removed), place, sink)?;
                Ok(is_same && old.is_some())
            }
            (old, new) => {
                let is_same = old.is_some_and(|old| has_same_encoding(old, new));
                if !is_same {
                    sink.rearranged();
                }
                Ok(is_same)
            }
        })
    }

    fn show(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
        match self {
            Self::Entity(entity) => visit(place, &**entity),
            Self::Some(value) => value.show(place, visit),
            _ => {
                for (index, value) in self.by_position().iter().enumerate() {
                    let text = || value.lineage().map_or_else(String::new, |lineage_id| lineage_id.to_string());
                    let step = if matches!(self, Self::Set(_)) { Step::Key(&text) } else { Step::Index(index) };
                    value.show(Some(&Trail { up: place, step }), visit)?;
                }
                for (key, value) in self.by_key() {
                    value.show(Some(&Trail { up: place, step: Step::Key(&|| key.clone()) }), visit)?;
                }
                Ok(())
            }
        }
    }

    fn seek(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
        match self {
            Self::Entity(entity) => return Some((&**entity, 0)),
            Self::Some(value) => return value.seek(path),
            _ => {}
        }
        let (step, rest) = path.split_first()?;
        let below = match (self, step) {
            (Self::Set(values), step) => {
                let lineage_id = segment_text(step).parse().ok()?;
                values.iter().find(|value| value.lineage() == Some(lineage_id))?
            }
            (_, Segment::Index(index)) if !self.by_position().is_empty() => self.by_position().get(*index)?,
            (_, step) => self.by_key().into_iter().find(|(key, _)| **key == *segment_text(step))?.1,
        };
        let (node, steps) = below.seek(rest)?;
        Some((node, steps + 1))
    }

    fn lend(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        match self {
            Self::Entity(entity) => act(&mut **entity),
            Self::Some(value) | Self::Variant(_, value) => value.lend(act),
            Self::Sequence(values, _) | Self::Set(values) => values.iter_mut().for_each(|value| value.lend(act)),
            Self::Map(entries, _) => entries.iter_mut().for_each(|(_, value)| value.lend(act)),
            Self::Struct(fields) => fields.iter_mut().for_each(|(_, value)| value.lend(act)),
            _ => {}
        }
    }

    fn arrangement(&self) -> Json {
        match self {
            Self::Entity(entity) => stands_for(entity.id.lineage_id()),
            Self::Some(value) => value.arrangement(),
            Self::Sequence(values, true) => values.iter().map(Self::arrangement).collect(),
            Self::Set(values) if values.iter().any(|value| value.lineage().is_some()) => {
                let mut members: Vec<Json> = values.iter().map(Self::arrangement).collect();
                members.sort_by_cached_key(Json::to_string);
                Json::Array(members)
            }
            Self::Sequence(values, false) if values.iter().any(|value| value.lineage().is_some()) => {
                values.iter().map(Self::arrangement).collect()
            }
            Self::Map(..) | Self::Struct(_) => {
                Json::Object(self.by_key().into_iter().map(|(key, value)| (key, value.arrangement())).collect())
            }
            Self::Variant(_, value) if !matches!(**value, Self::Unit) => {
                Json::Object(self.by_key().into_iter().map(|(key, value)| (key, value.arrangement())).collect())
            }
            plain => extract(plain, &[]).unwrap_or_else(|miss| Json::String(format!("({miss})"))),
        }
    }
}

impl Branch<AsStored> for FormValue {
    const HOLDS: bool = true;

    fn anchor(&self) -> Option<LineageId> {
        self.lineage()
    }

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        Self::compared(old, new, place, sink)
    }

    fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
        self.show(place, visit)
    }

    fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
        self.seek(path)
    }

    fn edit(&mut self, _edits: &[Edit<'_>], _depth: usize, _act: &mut Act<'_>) {
        unreachable!("a value without its type is never changed")
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        self.lend(act);
    }

    fn encode(&self, _encoder: &mut Encoder, _hashes: &mut Hashes<'_>) -> Result<(), Failure> {
        unreachable!("an entity without its type is encoded as a whole")
    }

    fn sketch(&self) -> Json {
        self.arrangement()
    }
}
