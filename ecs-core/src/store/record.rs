//! Versions as a store outside of memory keeps them: what is written, and what is read.

use serde_json::Value as Json;

use crate::address::{Path, Segment};
use crate::deep;
use crate::entity::form::{
    FormValue, Malformed, Opaque, each_field, hash_fields, held_in, levels_in, opaque_type, room_of_levels, shown,
    shown_fields,
};
use crate::entity::tree::Node;
use crate::entity::tree::next::ROOT;
use crate::entity::{
    AnyStored, ContentHash, EcsId, EntityType, ExecutionId, Header, Id, LineageId, NodeRecord, Origin, StoreTag,
    nodes_of, version_in,
};
use crate::error::{Error, ErrorKind, Result};
use crate::registry::Registry;

/// What is stored of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionRecord {
    /// The version.
    pub ecs_id: EcsId,
    /// The thing it is a version of.
    pub lineage_id: LineageId,
    /// The version of the same thing that it continues.
    pub parent: Option<EcsId>,
    /// The version of another thing that it was forked from.
    pub forked_from: Option<EcsId>,
    /// The root that it was committed with; itself, if it is one.
    pub root: EcsId,
    /// The hash of its content.
    pub content_hash: ContentHash,
    /// The execution that made it.
    pub execution_id: Option<ExecutionId>,
    /// The stable name of its type.
    pub type_name: Box<str>,
    /// Which version of the type it was stored as.
    pub type_version: u32,
    /// Whether the type is a config.
    pub is_config: bool,
    /// The name under which the type serializes the identity.
    pub id_field: Box<str>,
    /// Its fields but the identity, in the order of the struct, each in the stored form. An entity in it stands
    /// there by its lineage and version.
    pub fields: Vec<(Box<str>, Vec<u8>)>,
    /// The versions that its fields refer to by [`Ref`](crate::Ref).
    pub references: Vec<EcsId>,
}

impl AnyStored {
    /// Its own fields as JSON, for people to read, as [`VersionRecord::to_json`] gives them: an entity that it holds
    /// is its address, a text that begins with `@` has one more, and what JSON cannot hold is a text.
    ///
    /// Unlike [`to_json`](Self::to_json), it refuses no value, and reads nothing of what the entity holds.
    ///
    /// # Errors
    ///
    /// `not-recordable` if its `Serialize` refuses.
    ///
    /// ```standalone_crate
    /// use ecs::prelude::*;
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String, gpa: f64 }
    ///
    /// let world = World::in_memory()?;
    /// let alice = world.insert(Student { id: Id::new(), name: "@alice".into(), gpa: f64::NAN })?;
    /// assert_eq!(alice.erase().fields_to_json()?.to_string(), r#"{"gpa":"NaN","name":"@@alice"}"#);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn fields_to_json(&self) -> Result<Json> {
        let node: &dyn std::any::Any = self.node();
        match node.downcast_ref::<Opaque>() {
            Some(entity) => Ok(shown_fields(entity)),
            None => VersionRecord::of(self)?.to_json(usize::MAX),
        }
    }
}

/// Where in the tree of a root an entity is that was committed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// Its version.
    pub ecs_id: EcsId,
    /// Which of the places of the root the entity that holds it is; none for the root itself.
    pub holder: Option<u32>,
    /// The path from the holder to it.
    pub path: Path,
    /// Whether the version was made by this commit for this root, and not for another root of the same commit.
    pub is_new: bool,
}

impl Place {
    /// The place of a version.
    #[must_use]
    pub fn new(ecs_id: EcsId, holder: Option<u32>, path: Path, is_new: bool) -> Self {
        Self { ecs_id, holder, path, is_new }
    }
}

impl VersionRecord {
    /// The record of a first version that is a root of its own and has no fields; what else is known of it is
    /// filled in.
    #[must_use]
    pub fn new(
        ecs_id: EcsId,
        lineage_id: LineageId,
        content_hash: ContentHash,
        type_name: Box<str>,
        id_field: Box<str>,
    ) -> Self {
        Self {
            ecs_id,
            lineage_id,
            parent: None,
            forked_from: None,
            root: ecs_id,
            content_hash,
            execution_id: None,
            type_name,
            type_version: 1,
            is_config: false,
            id_field,
            fields: Vec::new(),
            references: Vec::new(),
        }
    }

    /// What is stored of a version.
    ///
    /// # Errors
    ///
    /// `not-recordable` if its `Serialize` refuses.
    pub fn of(version: &AnyStored) -> Result<Self> {
        Self::of_node(version, version.node())
    }

    /// What is stored of some versions, in their order. It is quicker than [`of`](Self::of) each, where they were
    /// committed together.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn of_all(versions: &[AnyStored]) -> Result<Vec<Self>> {
        versions.iter().zip(nodes_of(versions)).map(|(version, node)| Self::of_node(version, node)).collect()
    }

    fn of_node(version: &AnyStored, node: &dyn Node) -> Result<Self> {
        let form = node.stored_form()?;
        let mut fields = Vec::new();
        each_field(&form.fields, |name, bytes| {
            fields.push((name.into(), bytes.to_vec()));
            Ok::<_, Malformed>(())
        })
        .map_err(|malformed| unreadable(version.ecs_id(), malformed))?;
        let entity_type = version.entity_type();
        Ok(Self {
            ecs_id: version.ecs_id(),
            lineage_id: version.lineage_id(),
            parent: version.parent(),
            forked_from: version.forked_from(),
            root: version.root(),
            content_hash: version.content_hash(),
            execution_id: version.execution_id(),
            type_name: entity_type.name().into(),
            type_version: entity_type.version(),
            is_config: entity_type.is_config(),
            id_field: form.id_field.into(),
            fields,
            references: version.references().to_vec(),
        })
    }

    /// The versions of the entities that it holds itself, in order.
    ///
    /// # Errors
    ///
    /// `unreadable-version` if its fields are not in the stored form.
    pub fn held(&self) -> Result<Vec<EcsId>> {
        let mut held = Vec::new();
        for (_, bytes) in &self.fields {
            held_in(bytes, &mut |id| held.extend(id.ecs_id()))
                .map_err(|malformed| unreadable(self.ecs_id, malformed))?;
        }
        Ok(held)
    }

    /// Its fields as JSON, for people to read: an entity that it holds is its address, a text that begins with `@`
    /// has one more, and what JSON cannot hold is a text. Of a field that takes more than `largest` bytes only the
    /// number of bytes is told.
    ///
    /// # Errors
    ///
    /// `unreadable-version` if its fields are not in the stored form.
    pub fn to_json(&self, largest: usize) -> Result<Json> {
        let fields = self.fields.iter().map(|(name, bytes)| {
            let value = if bytes.len() > largest {
                Json::from_iter([("$bytes", Json::from(bytes.len()))])
            } else {
                shown(bytes).map_err(|malformed| unreadable(self.ecs_id, malformed))?
            };
            Ok((name.to_string(), value))
        });
        fields.collect::<Result<_>>().map(Json::Object)
    }

    /// How many levels of values there are in its fields, if they are many.
    pub(super) fn levels(&self) -> usize {
        self.fields.iter().map(|(_, bytes)| levels_in(bytes)).max().unwrap_or(0)
    }

    /// Whether it is a root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.root == self.ecs_id
    }

    pub(super) fn header(&self, store: StoreTag) -> Header {
        let origin = match (self.parent, self.forked_from) {
            (Some(parent), _) => Origin::Next(parent),
            (None, Some(source)) => Origin::Fork(source),
            (None, None) => Origin::New,
        };
        let Self { content_hash, execution_id, .. } = *self;
        Header { origin, content_hash, execution_id, store, is_read_anew: false }
    }

    pub(super) fn id(&self) -> Id {
        Id::of_version(self.lineage_id, self.ecs_id)
    }

    pub(super) fn fields(
        &self,
        held: &mut dyn FnMut(Id) -> Result<Opaque, Malformed>,
    ) -> Result<Vec<(String, FormValue)>> {
        let fields = self.fields.iter().map(|(name, bytes)| {
            let value = FormValue::parse(bytes, held).map_err(|malformed| unreadable(self.ecs_id, malformed))?;
            Ok((name.to_string(), value))
        });
        fields.collect()
    }

    /// The type that it is of: this program's, or that which was stored.
    pub(super) fn entity_type(&self) -> Result<&'static EntityType> {
        match Registry::get()?.entity_type(&self.type_name) {
            Some(entity_type) => Ok(entity_type),
            None => self.stored_type(),
        }
    }

    /// The type as it was when this was stored.
    pub(super) fn stored_type(&self) -> Result<&'static EntityType> {
        let fields = self.fields.iter().map(|(name, bytes)| {
            let mut holds = false;
            held_in(bytes, &mut |_| holds = true).map_err(|malformed| unreadable(self.ecs_id, malformed))?;
            Ok((&**name, holds))
        });
        let fields = fields.collect::<Result<Vec<_>>>()?;
        Ok(opaque_type(&self.type_name, self.type_version, &self.id_field, self.is_config, &fields))
    }
}

/// Where the entities below a root are that were committed with it, in an order in which each has the position
/// that [`Place::holder`] gives.
#[must_use]
pub fn places(root: &AnyStored) -> Vec<Place> {
    let place = |record: &NodeRecord| {
        let steps = std::iter::once(Segment::Name(record.field.into())).chain(record.steps.iter().cloned());
        Place {
            ecs_id: version_in(record.id),
            holder: Some(record.holder).filter(|&holder| holder != ROOT),
            path: Path::of(&steps.collect::<Vec<_>>()),
            is_new: record.is_new,
        }
    };
    root.tree_records().iter().map(place).collect()
}

/// The content hash of a version, computed from what is stored of it. `hash_of` tells those of the versions that
/// it holds.
///
/// # Errors
///
/// `unreadable-version` if its fields are not in the stored form, and whatever `hash_of` says.
pub fn hash_record(
    record: &VersionRecord,
    hash_of: &mut dyn FnMut(EcsId) -> Result<ContentHash>,
) -> Result<ContentHash> {
    deep::with_room(room_of_levels(record.levels()), || {
        let fields = record.fields(&mut |id| Ok(Opaque::known_by(id)))?;
        hash_fields(&record.type_name, record.type_version, &fields, &mut |held: &Opaque| match held.id.ecs_id() {
            Some(ecs_id) => hash_of(ecs_id),
            None => Err(unreadable(record.ecs_id, Malformed("an entity that it holds has no version"))),
        })
    })
}

#[cold]
pub(super) fn unreadable(ecs_id: EcsId, malformed: Malformed) -> Error {
    ErrorKind::UnreadableVersion { ecs_id, reason: malformed.0.into() }.into()
}
