//! An entity whose type is not known here, which trees are made of; and what those are given who walk over trees.

use std::any::Any;
use std::ops::Range;

use serde_json::Value as Json;

use super::digest::{Digest, Trie};
use super::same::Sameness;
use super::trail::Place;
use crate::address::Segment;
use crate::deep;
use crate::entity::content::{Encoding, encode_content};
use crate::entity::encode::{Encoder, Failure, StoredForm, store_entity, storing};
use crate::entity::extract::{Extract, Found, Miss};
use crate::entity::form::{FormValue, Opaque};
use crate::entity::known_hash::known_hash;
use crate::entity::{ContentHash, EcsId, EntityType, Id};
use crate::error::Result;

/// Tells the content hash of an entity in a tree.
pub type Hashes<'h> = dyn FnMut(&dyn Node) -> Result<ContentHash> + 'h;

/// Is shown each entity that a field holds, and where.
pub type Visit<'v> = dyn FnMut(Place<'_>, &dyn Node) -> Result<()> + 'v;

/// Encodes a key, or a part that holds entities.
pub type Encode<'e> = dyn Fn(&mut Encoder, &mut Hashes<'_>) -> Result<(), Failure> + 'e;

/// Is shown each entry of a map.
pub type Entries<'v> = dyn FnMut(&Encode<'_>, &Encode<'_>) -> Result<(), Failure> + 'v;

/// What walks over two versions of a field learn.
pub trait Compare {
    /// An entity is where it was; tells whether it and all below it are the same.
    ///
    /// # Errors
    ///
    /// Whatever stops the walk.
    fn child(&mut self, place: Place<'_>, old: &dyn Node, new: &dyn Node) -> Result<bool>;

    /// An entity is where it was not.
    ///
    /// # Errors
    ///
    /// Whatever stops the walk.
    fn added(&mut self, place: Place<'_>, new: &dyn Node) -> Result<()>;

    /// An entity is no longer where it was.
    ///
    /// # Errors
    ///
    /// Whatever stops the walk.
    fn removed(&mut self, place: Place<'_>, old: &dyn Node) -> Result<()>;

    /// The container itself differs: what is in it, in which order, under which keys, or the values
    /// beside the entities.
    fn rearranged(&mut self) {}

    /// Something in a container differs.
    ///
    /// # Errors
    ///
    /// Whatever stops the walk.
    fn differs(&mut self, _place: Place<'_>, _difference: Difference<'_>) -> Result<()> {
        Ok(())
    }
}

/// What differs in a container.
pub enum Difference<'d> {
    /// The element at a position.
    Element(usize),
    /// Every element from a position on.
    From(usize),
    /// The value of a key; none if it is gone.
    Entry(&'d Encode<'d>, Option<&'d Encode<'d>>),
}

/// How a large container is hashed in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// As a whole.
    Whole,
    /// In runs of its elements.
    Sequence,
    /// By the hashes of its keys.
    Map,
}

/// What is to be done to an entity at some place in a field.
pub struct Edit<'e> {
    /// Which of the edits it is.
    pub(crate) number: u32,
    /// The steps from the field to the entity.
    pub(crate) steps: &'e [Segment],
}

/// Does the edit of a number to its entity.
pub type Act<'a> = dyn FnMut(u32, &mut dyn Node) + 'a;

/// The digests of the large containers of an entity, by field.
pub type Digests = Vec<(&'static str, Digest)>;

/// Compares the fields of two versions that hold entities, one after the other.
pub trait CompareFields: Compare {
    /// A field begins.
    fn begin(&mut self, field: &'static str);

    /// The field ends.
    ///
    /// # Errors
    ///
    /// If something in it has no encoding.
    fn end(&mut self, is_same: bool, container: &dyn Container) -> Result<()>;
}

/// A field that holds entities, as far as it is hashed in parts.
pub trait Container {
    fn layout(&self) -> Layout;
    fn count(&self) -> usize;
    fn encode_elements(
        &self,
        range: Range<usize>,
        encoder: &mut Encoder,
        hashes: &mut Hashes<'_>,
    ) -> Result<(), Failure>;
    fn trie(&self, hashes: &mut Hashes<'_>) -> Result<Trie, Failure>;
    /// The arrangement of the field.
    fn sketch(&self) -> Json;
    /// The arrangement that it had; none if it was not there.
    fn old_sketch(&self) -> Option<Json>;
    /// Whether it was not there.
    fn is_new(&self) -> bool;
}

/// An entity whose type is not known here. Implemented for every [`Entity`](crate::entity::Entity).
///
/// What is here is compiled for every type of entity, so it is no more than what depends on the type; the
/// rest is a method of `dyn Node`.
pub trait Node: Any + Send + Sync {
    /// Its identity.
    fn node_id(&self) -> Id;

    /// Sets its identity.
    fn stamp(&mut self, id: Id);

    /// The description of its type.
    fn node_type(&self) -> &'static EntityType;

    /// A field by its name.
    fn named_field(&self, name: &str) -> Option<&dyn Any>;

    /// Whether the fields that hold no entities have equal content.
    fn same_values(&self, old: &dyn Node) -> Sameness;

    /// Reads a value in it as JSON.
    #[doc(hidden)]
    fn extract(&self, extract: Extract<'_>) -> Found;

    /// Writes its canonical encoding.
    #[doc(hidden)]
    fn write(&self, encoder: &mut Encoder) -> Result<(), Failure>;

    /// The entities in it, if its type can hold any.
    #[doc(hidden)]
    fn holder(&self) -> Option<&dyn Holder>;

    /// The entities in it, to be changed.
    #[doc(hidden)]
    fn holder_mut(&mut self) -> Option<&mut dyn Holder>;

    /// What it is read as, if that is another type and somebody has asked for it.
    #[doc(hidden)]
    fn read_as(&self) -> Option<&dyn Any>;
}

/// Shows each entity that an entity holds itself, with the field it is in.
pub type VisitFields<'v> = dyn FnMut(&'static str, Place<'_>, &dyn Node) -> Result<()> + 'v;

/// The fields of an entity that hold others. Compiled only for types that do.
pub trait Holder {
    /// Compares them with those of an older version.
    ///
    /// # Errors
    ///
    /// Whatever `sink` says.
    fn compare(&self, old: Option<&dyn Node>, sink: &mut dyn CompareFields) -> Result<bool>;

    /// Shows each entity.
    ///
    /// # Errors
    ///
    /// Whatever `visit` says.
    fn visit(&self, visit: &mut VisitFields<'_>) -> Result<()>;

    /// The entity that some steps from a field lead to, and how many steps those are.
    fn find(&self, field: &str, steps: &[Segment]) -> Option<(&dyn Node, usize)>;

    /// Does the edits to entities in a field.
    fn edit(&mut self, field: &str, edits: &[Edit<'_>], act: &mut Act<'_>);

    /// Does something to every entity.
    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node));

    /// The encodings of the fields, and the versions that they refer to.
    ///
    /// # Errors
    ///
    /// If something has no encoding.
    fn encode_fields(&self, digests: &Digests, hashes: &mut Hashes<'_>) -> Result<HeldFields, Failure>;
}

/// The encodings of the fields that hold entities.
#[derive(Default)]
pub struct HeldFields {
    pub(crate) encodings: Vec<(&'static str, Vec<u8>)>,
    pub(crate) references: Vec<EcsId>,
}

impl dyn Node {
    /// Whether its type can hold entities.
    pub(crate) fn holds_entities(&self) -> bool {
        self.holder().is_some()
    }

    /// The room that one level of such a node takes on the stack of the user's code.
    pub(crate) fn room(&self) -> usize {
        // What is read without its type is held in a value, which takes room as well.
        deep::room_of_level(size_of_val(self) + size_of::<FormValue>())
    }

    /// The value at a path as JSON.
    pub(crate) fn read(&self, path: &[Segment]) -> Result<Json, Miss> {
        self.extract(Extract::at(path)).map_err(Miss::from)
    }

    /// Compares the fields that hold entities with those of an older version, one after the other.
    pub(crate) fn compare_fields(&self, old: Option<&dyn Node>, sink: &mut dyn CompareFields) -> Result<bool> {
        self.holder().map_or(Ok(old.is_some()), |holder| holder.compare(old, sink))
    }

    /// Shows each entity that it holds itself, with the field it is in.
    pub(crate) fn visit_fields(&self, visit: &mut VisitFields<'_>) -> Result<()> {
        self.holder().map_or(Ok(()), |holder| holder.visit(visit))
    }

    /// The entity that the first steps of `path` lead to, and how many steps those are.
    pub(crate) fn find_in(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
        let (Segment::Name(field), steps) = path.split_first()? else { return None };
        self.holder()?.find(field, steps).map(|(node, steps)| (node, steps + 1))
    }

    /// The entity at some steps from a field.
    pub(crate) fn find_at(&self, field: &str, steps: &[Segment]) -> Option<&dyn Node> {
        self.holder()?.find(field, steps).map(|(node, _)| node)
    }

    /// Does the edits to entities in a field.
    pub(crate) fn edit_field(&mut self, field: &str, edits: &[Edit<'_>], act: &mut Act<'_>) {
        if let Some(holder) = self.holder_mut() {
            holder.edit(field, edits, act);
        }
    }

    /// Does something to every entity that it holds itself.
    pub(crate) fn each_held_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        if let Some(holder) = self.holder_mut() {
            holder.each_mut(act);
        }
    }

    /// Writes it where it is held: by its own hash, or, if that is stored, as the version that it is.
    pub(crate) fn encode_in(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
        if !encoder.is_storing() {
            encoder.hashed_entity(hashes(self).map_err(Failure::of_walk)?);
            return Ok(());
        }
        let id = self.node_id();
        let Some(ecs_id) = id.ecs_id() else { unreachable!("what is stored has a version") };
        encoder.stored_entity(id.lineage_id(), ecs_id);
        Ok(())
    }

    /// The encodings of the fields that hold entities.
    fn encode_held(&self, digests: &Digests, hashes: &mut Hashes<'_>) -> Result<HeldFields> {
        let Some(holder) = self.holder() else { return Ok(HeldFields::default()) };
        holder.encode_fields(digests, hashes).map_err(|failure| failure.into_error(self.node_type().name()))
    }

    /// What is stored of it.
    pub(crate) fn stored_form(&self) -> Result<StoredForm> {
        let mut none = |_: &dyn Node| unreachable!("an entity is stored by its identity");
        let held = storing(|| self.encode_held(&Vec::new(), &mut none))?;
        store_entity(self.node_type().name(), held.encodings, &mut |encoder| self.write(encoder))
    }

    /// Its canonical encoding, hashed.
    pub(crate) fn encode(&self, digests: &Digests, hashes: &mut Hashes<'_>) -> Result<Encoding> {
        self.encode_and(ContentHash::of, digests, hashes)
    }

    /// The same of one that is often equal to one before, and that holds no others.
    pub(crate) fn encode_known(&self) -> Result<Encoding> {
        self.encode_and(known_hash, &Vec::new(), &mut |_| unreachable!("it holds none"))
    }

    fn encode_and(
        &self,
        hash: fn(&[u8]) -> ContentHash,
        digests: &Digests,
        hashes: &mut Hashes<'_>,
    ) -> Result<Encoding> {
        let any: &dyn Any = self;
        if let Some(opaque) = any.downcast_ref::<Opaque>() {
            return opaque.encode(hashes);
        }
        let node_type = self.node_type();
        let HeldFields { encodings, references } = self.encode_held(digests, hashes)?;
        let mut encoding =
            encode_content(node_type.name(), node_type.version(), encodings, &mut |encoder| self.write(encoder), hash)?;
        if !references.is_empty() {
            encoding.references = [&*encoding.references, &*references].concat().into();
        }
        Ok(encoding)
    }
}
