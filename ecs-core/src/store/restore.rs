//! Versions made from what was stored of them, as the types of this program read it.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use super::record::{Place, VersionRecord, unreadable};
use crate::address::Segment;
use crate::deep;
use crate::entity::form::{EntityForm, FormValue, Malformed, Mismatch, Opaque, room_of_levels};
use crate::entity::tree::next::ROOT;
use crate::entity::tree::trail::{Steps, steps};
use crate::entity::tree::{Node, room_below};
use crate::entity::upgrade::upgraded;
use crate::entity::{AnyStored, EcsId, EntityType, Header, Id, LineageId, NodeRecord, StoreTag, Tree};
use crate::error::{Error, ErrorKind, Result};

/// Makes a root, with everything that was committed with it, from what was stored.
///
/// `versions` has the root, the version of each of its places, and every other version that is somewhere in its
/// tree. What an earlier version of its type stored is upgraded; what is stored stays as it is.
///
/// # Errors
///
/// `unreadable-version` if a version is missing or is not in the stored form; `changed-type` if this program's
/// type cannot read it, `failed-upgrade` if its upgrade refuses, `later-type` if it was stored by a later version of
/// the type.
pub fn restore<S: BuildHasher>(
    root: EcsId,
    places: &[Place],
    versions: &HashMap<EcsId, VersionRecord, S>,
    store: StoreTag,
) -> Result<AnyStored> {
    Reading::of(root, versions, store).outermost(places, None)
}

/// Makes a version from what was stored that was committed inside a root which is no longer kept. `root_lineage` is
/// the lineage of that root.
///
/// `versions` has the version, and every other that is somewhere in it.
///
/// # Errors
///
/// As [`restore`].
pub fn restore_part<S: BuildHasher>(
    part: EcsId,
    root_lineage: LineageId,
    versions: &HashMap<EcsId, VersionRecord, S>,
    store: StoreTag,
) -> Result<AnyStored> {
    let lost_root = versions.get(&part).map(|record| Id::of_version(root_lineage, record.root));
    Reading::of(part, versions, store).outermost(&[], lost_root)
}

/// The field that an entity is in, and the steps from there.
type Spot = (&'static str, Steps);

/// Where each of some entities is, and those that are nowhere.
type Spots = (Vec<Spot>, Vec<Box<dyn Node>>);

/// Where an entity is, and in which version of what holds it.
type Found = HashMap<EcsId, Option<(EcsId, Spot)>>;

/// The reading of a version with everything that it holds.
struct Reading<'r, S> {
    /// The version itself, in which everything else is.
    root: EcsId,
    versions: &'r HashMap<EcsId, VersionRecord, S>,
    store: StoreTag,
    /// What values of many levels take, wherever they are.
    room_of_values: usize,
    /// The versions that are in the tree.
    met: HashSet<EcsId>,
    /// The versions that were stored by another form of their type.
    changed: HashSet<EcsId>,
    /// Those, and what holds them.
    anew: HashSet<EcsId>,
}

impl<'r, S: BuildHasher> Reading<'r, S> {
    fn of(root: EcsId, versions: &'r HashMap<EcsId, VersionRecord, S>, store: StoreTag) -> Self {
        let levels = versions.values().map(VersionRecord::levels).max().unwrap_or(0);
        let (met, changed, anew) = (HashSet::new(), HashSet::new(), HashSet::new());
        Self { root, versions, store, room_of_values: room_of_levels(levels), met, changed, anew }
    }

    /// The version itself, with what is at the places.
    fn outermost(mut self, places: &[Place], lost_root: Option<Id>) -> Result<AnyStored> {
        deep::with_room(self.room_of_values, || {
            let record = self.find(self.root)?;
            let entity = self.read(record)?;
            let tree = self.tree(record, &*entity, places, lost_root)?;
            Ok(AnyStored::new(record.id(), self.header(record), tree.map(Box::new), entity))
        })
    }

    /// What is kept beside the value of the version, if anything is.
    fn tree(
        &mut self,
        record: &VersionRecord,
        entity: &dyn Node,
        places: &[Place],
        lost_root: Option<Id>,
    ) -> Result<Option<Tree>> {
        let is_plain = !entity.holds_entities() && record.references.is_empty() && places.is_empty();
        if is_plain && self.room_of_values == 0 && lost_root.is_none() {
            return Ok(None);
        }
        let (spots, left_out) = self.spots(entity, places)?;
        let own = if entity.holds_entities() { room_below(entity) } else { 0 };
        let below = left_out.iter().map(|node| room_below(&**node)).fold(own, usize::max);
        let nodes = places.iter().zip(spots).map(|(place, spot)| self.node(place, spot)).collect::<Result<_>>()?;
        let (references, room) = (record.references.clone().into(), below + self.room_of_values);
        Ok(Some(Tree { nodes, digests: Vec::new(), references, room, left_out, lost_root }))
    }

    fn find(&self, ecs_id: EcsId) -> Result<&'r VersionRecord> {
        let missing = || unreadable(self.root, Malformed("a version that it holds is missing"));
        self.versions.get(&ecs_id).ok_or_else(missing)
    }

    fn header(&self, record: &VersionRecord) -> Header {
        Header { is_read_anew: self.anew.contains(&record.ecs_id), ..record.header(self.store) }
    }

    /// The entity of a record, as its Rust type if this program has it.
    fn read(&mut self, record: &VersionRecord) -> Result<Box<dyn Node>> {
        self.met.clear();
        let entity = self.entity(record)?;
        let entity_type = entity.node_type;
        deep::with_room(room_below(&entity) + self.room_of_values, || entity_type.read(EntityForm::Stored(entity)))
            .map_err(|mismatch| changed_type(record, entity_type, &mismatch))
    }

    /// The entity of a record, with everything that it holds, each in the form that its type has now.
    fn entity(&mut self, record: &VersionRecord) -> Result<Opaque> {
        if !self.met.insert(record.ecs_id) {
            // It is no tree; and who follows it comes to no end.
            return Err(unreadable(record.ecs_id, Malformed("it is in one tree twice, or in itself")));
        }
        let (mut failure, mut is_anew) = (None, false);
        let fields = record.fields(&mut |id| {
            let held = id.ecs_id().and_then(|ecs_id| self.versions.get(&ecs_id));
            let Some(held) = held else { return Err(Malformed("a version that it holds is missing")) };
            let entity = deep::level(|| self.entity(held)).map_err(|error| {
                failure = Some(error);
                Malformed("what it holds cannot be read")
            })?;
            is_anew |= self.anew.contains(&held.ecs_id);
            Ok(entity)
        });
        let fields = fields.map_err(|error| failure.unwrap_or(error))?;
        let entity_type = record.entity_type()?;
        let is_changed = is_changed(record, entity_type);
        if is_changed {
            self.changed.insert(record.ecs_id);
        }
        if is_changed || is_anew {
            self.anew.insert(record.ecs_id);
        }
        let levels = if self.room_of_values > 0 { record.levels() } else { 0 };
        let (id, id_field) = (record.id(), record.id_field.clone());
        let entity = Opaque { id, id_field, node_type: entity_type, fields, levels };
        if record.type_version == entity_type.version() {
            return Ok(entity);
        }
        upgrade(record, entity, self.room_of_values)
    }

    /// Where each of the places is in the value of the root; and those that are not in it, as the program reads what
    /// holds them otherwise than it was stored.
    fn spots(&mut self, root: &dyn Node, places: &[Place]) -> Result<Spots> {
        let mut found: Found = places.iter().map(|place| (place.ecs_id, None)).collect();
        let (mut spots, mut left_out) = (Vec::new(), Vec::new());
        if !found.is_empty() {
            find(root, &mut found);
        }
        // Each comes after what it holds, which is left out with it.
        for (position, place) in places.iter().enumerate().rev() {
            let holder = place.holder.and_then(|holder| places.get(holder as usize));
            let holder = holder.map_or(self.root, |holder| holder.ecs_id);
            let unknown = || unreadable(place.ecs_id, Malformed("its place is in no field of what holds it"));
            spots.push(match found.get(&place.ecs_id) {
                Some(Some((in_version, spot))) if *in_version == holder => spot.clone(),
                Some(None) if self.changed.contains(&holder) => {
                    if place.holder.is_some_and(|holder| holder as usize <= position) {
                        return Err(unknown());
                    }
                    let entity = self.read(self.find(place.ecs_id)?)?;
                    find(&*entity, &mut found);
                    left_out.push(entity);
                    self.old_spot(place, holder)?.ok_or_else(unknown)?
                }
                _ => return Err(unknown()),
            });
        }
        spots.reverse();
        Ok((spots, left_out))
    }

    /// Where an entity was put when it was stored.
    fn old_spot(&self, place: &Place, holder: EcsId) -> Result<Option<Spot>> {
        let Some((Segment::Name(name), steps)) = place.path.segments().split_first() else { return Ok(None) };
        let field = self.find(holder)?.stored_type()?.field(name);
        Ok(field.map(|field| (field.name(), steps.into())))
    }

    fn node(&self, place: &Place, (field, steps): Spot) -> Result<NodeRecord> {
        let below = self.find(place.ecs_id)?;
        Ok(NodeRecord {
            id: below.id(),
            header: self.header(below),
            holder: place.holder.unwrap_or(ROOT),
            field,
            steps,
            node_type: below.entity_type()?,
            digests: Vec::new(),
            references: below.references.clone().into(),
            is_new: place.is_new,
        })
    }
}

/// Finds entities below `node`.
fn find(node: &dyn Node, found: &mut Found) {
    let holder = node.node_id().ecs_id();
    let visited = node.visit_fields(&mut |field, place, child| {
        if let (Some(holder), Some(ecs_id)) = (holder, child.node_id().ecs_id())
            && let Some(found) = found.get_mut(&ecs_id)
        {
            *found = Some((holder, (field, steps(place))));
        }
        if child.holds_entities() {
            deep::level(|| find(child, found));
        }
        Ok(())
    });
    debug_assert!(visited.is_ok(), "looking fails for nobody");
}

/// Whether a type has another form than it had when this was stored.
fn is_changed(record: &VersionRecord, now: &EntityType) -> bool {
    let names = now.fields().iter().map(|field| field.name());
    record.type_version != now.version() || !names.eq(record.fields.iter().map(|(name, _)| &**name))
}

/// The entity of a record of another version of its type, as it is now.
fn upgrade(record: &VersionRecord, entity: Opaque, room_of_values: usize) -> Result<Opaque> {
    let (now, ecs_id, stored_version) = (entity.node_type, record.ecs_id, record.type_version);
    let (type_name, version, accepted) = (now.name(), now.version(), fields_of(now));
    let upgrade = match now.upgrade() {
        Some(upgrade) if stored_version < version => upgrade,
        _ => {
            let stored = stored_fields(record);
            return Err(ErrorKind::LaterType { ecs_id, type_name, stored_version, stored, version, accepted }.into());
        }
    };
    // As it was, so that what it holds is found under the names that its fields had.
    let entity = Opaque { node_type: record.stored_type()?, ..entity };
    let room = room_below(&entity) + room_of_values;
    let upgraded = deep::with_room(room, || upgraded(entity, stored_version, now, upgrade));
    upgraded.map_err(|reason| {
        let (stored, reason) = (stored_fields(record), reason.into());
        ErrorKind::FailedUpgrade { ecs_id, type_name, stored_version, stored, version, accepted, reason }.into()
    })
}

/// That the form of a type cannot be read as the form that it has now.
fn changed_type(record: &VersionRecord, now: &'static EntityType, mismatch: &Mismatch) -> Error {
    let (ecs_id, type_name) = (record.ecs_id, now.name());
    let (stored, accepted) = (stored_fields(record), fields_of(now));
    ErrorKind::ChangedType { ecs_id, type_name, stored, accepted, reason: mismatch.to_string().into() }.into()
}

/// The fields of a type, each with its type.
fn fields_of(entity_type: &EntityType) -> Vec<String> {
    entity_type.fields().iter().map(|field| format!("{}: {}", field.name(), field.type_name())).collect()
}

/// The fields that were stored, each with what it is.
fn stored_fields(record: &VersionRecord) -> Vec<String> {
    let fields = record.fields.iter().map(|(name, bytes)| match FormValue::kind_of(bytes) {
        Some(kind) => format!("{name}: {kind}"),
        None => name.to_string(),
    });
    fields.collect()
}
