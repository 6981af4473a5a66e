//! What differs between two versions of one thing and of everything it holds.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde_json::Value as Json;

use super::value::{FieldChange, FieldValue, changed_fields};
use crate::address::{Path, Segment};
use crate::deep;
use crate::entity::tree::branch::{stands_for, stood_for};
use crate::entity::tree::node::{Compare, CompareFields, Container};
use crate::entity::tree::trail::{Place, steps};
use crate::entity::tree::{Node, visit_all, visit_levels};
use crate::entity::{AnyStored, EcsId, EntityType, Id, LineageId};
use crate::error::{ErrorKind, Result};

/// What differs between two versions of one thing, entity by entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    from: EcsId,
    to: EcsId,
    lineage_id: LineageId,
    entities: Vec<EntityDiff>,
}

/// What became of one entity between two versions of the tree it is in.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EntityDiff {
    /// Which thing it is.
    pub lineage_id: LineageId,
    /// The stable name of its type.
    pub type_name: &'static str,
    /// Its version before; none if it was not in the tree.
    pub before: Option<EcsId>,
    /// Its version after; none if it is no longer in the tree.
    pub after: Option<EcsId>,
    /// Where it is in the tree after, or, if it is no longer there, where it was before.
    pub path: Path,
    /// Where it was before, if it has been moved to another holder or another field.
    pub moved_from: Option<Path>,
    /// What changed in the entity itself. Nothing, if only something that it holds did.
    pub fields: Vec<FieldChange>,
    id_field: &'static str,
}

impl Diff {
    /// Compares two versions of one thing.
    ///
    /// # Errors
    ///
    /// `different-lineages` if they are versions of two.
    pub(crate) fn between(old: &AnyStored, new: &AnyStored) -> Result<Self> {
        let lineage_id = new.lineage_id();
        if old.lineage_id() != lineage_id {
            return Err(ErrorKind::DifferentLineages { first: old.ecs_id(), second: new.ecs_id() }.into());
        }
        let mut walk = Walk::default();
        if old.ecs_id() != new.ecs_id() {
            walk.pair(old.node(), new.node())?;
        }
        let entities = walk.finish(old.node())?;
        Ok(Self { from: old.ecs_id(), to: new.ecs_id(), lineage_id, entities })
    }

    /// The version before.
    #[must_use]
    pub fn from(&self) -> EcsId {
        self.from
    }

    /// The version after.
    #[must_use]
    pub fn to(&self) -> EcsId {
        self.to
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// Every entity that changed, was added, removed or moved, or holds one that did and is no more than
    /// 512 levels down. Holders come before what they hold; what is gone comes last.
    #[must_use]
    pub fn entities(&self) -> &[EntityDiff] {
        &self.entities
    }

    /// What became of one entity; none if nothing did.
    #[must_use]
    pub fn entity(&self, lineage: impl Into<LineageId>) -> Option<&EntityDiff> {
        let lineage_id = lineage.into();
        self.entities.iter().find(|entity| entity.lineage_id == lineage_id)
    }

    /// Every entity but the root itself.
    pub(super) fn into_below(self) -> Vec<EntityDiff> {
        let root = self.lineage_id;
        self.entities.into_iter().filter(|entity| entity.lineage_id != root).collect()
    }

    /// Makes the version after from the version before, both as JSON.
    ///
    /// The members of a set come in the order of their identities.
    ///
    /// # Errors
    ///
    /// `not-json` if a value that changed has no JSON form, `wrong-version` if `before` is not the
    /// version that this starts from.
    ///
    /// ```standalone_crate
    /// use ecs::prelude::*;
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String, gpa: f64 }
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Course { id: Id, title: String, students: Vec<Student> }
    ///
    /// let world = World::in_memory()?;
    /// let alice = Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 };
    /// let latin = world.insert(Course { id: Id::new(), title: "Latin".into(), students: vec![alice] })?;
    /// let mut changed = (*latin).clone();
    /// changed.students[0].gpa = 3.8;
    /// let changed = world.commit(changed)?;
    ///
    /// let diff = world.diff(&latin, &changed)?;
    /// let (before, after) = (latin.clone().erase().to_json()?, changed.erase().to_json()?);
    /// assert_eq!(diff.apply(&before)?, after);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn apply(&self, before: &Json) -> Result<Json> {
        let mut flat = BTreeMap::new();
        let root = flatten(before.clone(), &mut flat);
        let is_before = stood_for(&root) == Some(self.lineage_id)
            && flat.get(&self.lineage_id).is_some_and(|fields| id_in(fields).and_then(Id::ecs_id) == Some(self.from));
        if !is_before {
            return Err(ErrorKind::WrongVersion { expected: self.from }.into());
        }
        for entity in &self.entities {
            let Some(after) = entity.after else { continue };
            let fields = flat.entry(entity.lineage_id).or_default();
            let id = Id::of_version(entity.lineage_id, after);
            fields.insert(entity.id_field.to_owned(), serde_json::to_value(id).unwrap_or_default());
            for change in &entity.fields {
                match &change.after {
                    FieldValue::Json(value) => fields.insert(change.field.to_owned(), value.clone()),
                    FieldValue::Gone => fields.remove(change.field),
                    FieldValue::NotJson(reason) => {
                        let path = Path::of_field(change.field);
                        let address = crate::address::Address::of_version(after).with_path(path);
                        return Err(ErrorKind::NotJson { address, reason: reason.as_str().into() }.into());
                    }
                };
            }
        }
        Ok(assemble(root, &mut flat))
    }
}

type Fields = serde_json::Map<String, Json>;

/// Takes the entities out of `value`, and leaves `{"$entity": lineage}` in their places.
fn flatten(value: Json, flat: &mut BTreeMap<LineageId, Fields>) -> Json {
    deep::level(|| match value {
        Json::Object(fields) => {
            let fields: Fields = fields.into_iter().map(|(name, value)| (name, flatten(value, flat))).collect();
            match id_in(&fields) {
                Some(id) => {
                    flat.insert(id.lineage_id(), fields);
                    stands_for(id.lineage_id())
                }
                None => Json::Object(fields),
            }
        }
        Json::Array(items) => Json::Array(items.into_iter().map(|item| flatten(item, flat)).collect()),
        plain => plain,
    })
}

/// Puts the entities back.
fn assemble(value: Json, flat: &mut BTreeMap<LineageId, Fields>) -> Json {
    deep::level(|| {
        if let Some(fields) = stood_for(&value).and_then(|lineage_id| flat.remove(&lineage_id)) {
            return Json::Object(fields.into_iter().map(|(name, value)| (name, assemble(value, flat))).collect());
        }
        match value {
            Json::Object(fields) => {
                Json::Object(fields.into_iter().map(|(name, value)| (name, assemble(value, flat))).collect())
            }
            Json::Array(items) => Json::Array(items.into_iter().map(|item| assemble(item, flat)).collect()),
            plain => plain,
        }
    })
}

/// The identity among the fields of an entity.
fn id_in(fields: &Fields) -> Option<Id> {
    let is_id = |value: &Json| value.as_object().is_some_and(|id| id.len() == 2 && id.contains_key("lineage_id"));
    fields.values().filter(|value| is_id(value)).find_map(|value| serde_json::from_value(value.clone()).ok())
}

/// A walk over two versions.
#[derive(Default)]
struct Walk {
    field: &'static str,
    path: Vec<Segment>,
    /// How many entities above the one being looked at, itself included.
    levels: usize,
    entities: Vec<EntityDiff>,
    added: Vec<Seen>,
    removed: HashMap<LineageId, Seen>,
}

/// An entity that is in one of the trees, and not where it is in the other.
struct Seen {
    id: Id,
    node_type: &'static EntityType,
    path: Path,
    fields: Vec<FieldChange>,
    /// Whether it is not there itself, rather than what holds it.
    is_itself: bool,
}

impl Seen {
    fn of(node: &dyn Node, path: &[Segment], is_itself: bool) -> Result<Self> {
        let fields = changed_fields(None, node)?;
        Ok(Self { id: node.node_id(), node_type: node.node_type(), path: Path::of(path), fields, is_itself })
    }

    /// The entity at `path`, and those below it.
    fn all(node: &dyn Node, path: &[Segment]) -> Result<Vec<Self>> {
        let mut seen = vec![Self::of(node, path, true)?];
        visit_levels(node, deep::TOLD_LEVELS, &mut |below, node| {
            seen.push(Self::of(node, &[path, below].concat(), false)?);
            Ok(())
        })?;
        Ok(seen)
    }
}

impl Walk {
    fn pair(&mut self, old: &dyn Node, new: &dyn Node) -> Result<()> {
        let fields = changed_fields(Some(old), new)?;
        self.levels += 1;
        if !fields.is_empty() || self.levels <= deep::TOLD_LEVELS {
            self.entities.push(EntityDiff {
                lineage_id: new.node_id().lineage_id(),
                type_name: new.node_type().name(),
                before: old.node_id().ecs_id(),
                after: new.node_id().ecs_id(),
                path: Path::of(&self.path),
                moved_from: None,
                fields,
                id_field: new.node_type().id_field(),
            });
        }
        if new.holds_entities() {
            new.compare_fields(Some(old), self)?;
        }
        self.levels -= 1;
        Ok(())
    }

    /// Goes down to a place in the current field.
    fn within<R>(&mut self, place: Place<'_>, go: impl FnOnce(&mut Self) -> R) -> R {
        let (length, field) = (self.path.len(), self.field);
        self.path.push(Segment::Name(field.into()));
        self.path.extend(steps(place));
        let done = deep::level(|| go(self));
        self.path.truncate(length);
        self.field = field;
        done
    }

    /// Tells what was moved from what was added and removed.
    fn finish(mut self, old_root: &dyn Node) -> Result<Vec<EntityDiff>> {
        let mut gone = self.removed;
        let mut was_at: HashMap<LineageId, Path> = HashMap::new();
        if !gone.is_empty() {
            // Known exactly only from the old tree, as what is before an element may have gone too.
            visit_all(old_root, &mut |path, node| {
                let lineage_id = node.node_id().lineage_id();
                if gone.contains_key(&lineage_id) {
                    was_at.insert(lineage_id, Path::of(path));
                }
                Ok(())
            })?;
        }
        for seen in self.added {
            let lineage_id = seen.id.lineage_id();
            let before = gone.remove(&lineage_id);
            if before.as_ref().is_some_and(|before| before.id == seen.id) {
                continue;
            }
            let fields = match &before {
                None => seen.fields,
                Some(before) => differing(&before.fields, seen.fields),
            };
            self.entities.push(EntityDiff {
                lineage_id,
                type_name: seen.node_type.name(),
                before: before.as_ref().and_then(|before| before.id.ecs_id()),
                after: seen.id.ecs_id(),
                path: seen.path,
                moved_from: before.filter(|_| seen.is_itself).and_then(|_| was_at.remove(&lineage_id)),
                fields,
                id_field: seen.node_type.id_field(),
            });
        }
        let mut gone: Vec<Seen> = gone.into_values().collect();
        gone.sort_by_cached_key(|seen| (seen.path.to_string(), seen.id.lineage_id()));
        self.entities.extend(gone.into_iter().map(|seen| EntityDiff {
            lineage_id: seen.id.lineage_id(),
            type_name: seen.node_type.name(),
            before: seen.id.ecs_id(),
            after: None,
            path: was_at.remove(&seen.id.lineage_id()).unwrap_or(seen.path),
            moved_from: None,
            fields: Vec::new(),
            id_field: seen.node_type.id_field(),
        }));
        Ok(self.entities)
    }
}

/// What differs between the fields of one entity before and after, both in full.
fn differing(before: &[FieldChange], after: Vec<FieldChange>) -> Vec<FieldChange> {
    let of = |field| before.iter().find(|change| change.field == field).map(|change| change.after.clone());
    let changes = after.into_iter().map(|change| FieldChange { before: of(change.field), ..change });
    changes.filter(|change| change.before.as_ref() != Some(&change.after)).collect()
}

impl Compare for Walk {
    fn child(&mut self, place: Place<'_>, old: &dyn Node, new: &dyn Node) -> Result<bool> {
        // One version is one tree.
        if old.node_id() == new.node_id() {
            return Ok(true);
        }
        self.within(place, |walk| walk.pair(old, new))?;
        Ok(false)
    }

    fn added(&mut self, place: Place<'_>, new: &dyn Node) -> Result<()> {
        self.within(place, |walk| {
            walk.added.extend(Seen::all(new, &walk.path)?);
            Ok(())
        })
    }

    fn removed(&mut self, place: Place<'_>, old: &dyn Node) -> Result<()> {
        self.within(place, |walk| {
            let seen = Seen::all(old, &walk.path)?;
            walk.removed.extend(seen.into_iter().map(|seen| (seen.id.lineage_id(), seen)));
            Ok(())
        })
    }
}

impl CompareFields for Walk {
    fn begin(&mut self, field: &'static str) {
        self.field = field;
    }

    fn end(&mut self, _is_same: bool, _container: &dyn Container) -> Result<()> {
        Ok(())
    }
}

impl EntityDiff {
    /// Whether nothing happened to it but to something that it holds.
    #[must_use]
    pub fn is_only_holder(&self) -> bool {
        self.before.is_some() && self.after.is_some() && self.moved_from.is_none() && self.fields.is_empty()
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{} → @{}", self.from, self.to)?;
        self.entities.iter().filter(|entity| !entity.is_only_holder()).try_for_each(|entity| write!(f, "\n{entity}"))
    }
}

impl fmt::Display for EntityDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: &dyn fmt::Display = if self.path.is_empty() { &"(root)" } else { &self.path };
        let sign = match (self.before, self.after) {
            (None, _) => '+',
            (_, None) => '-',
            _ => ' ',
        };
        write!(f, "{sign} {path} {}", self.type_name)?;
        if let Some(from) = &self.moved_from {
            write!(f, ", moved from {from}")?;
        }
        self.fields.iter().try_for_each(|change| write!(f, "\n    {change}"))
    }
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.before {
            Some(before) => write!(f, "{} {before} → {}", self.field, self.after),
            None => write!(f, "{} {}", self.field, self.after),
        }
    }
}
