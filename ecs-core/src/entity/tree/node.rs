//! An entity whose type is not known here: what trees are made of.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Range;

use serde_json::Value as Json;

use super::branch::{Act, Branch, Compare, Edit, Hashes, Layout, Visit};
use super::containers::trie_of;
use super::digest::{Digest, Trie};
use super::parts::{EachPair, EachPart, EachPartMut};
use super::same::Sameness;
use crate::address::Segment;
use crate::deep;
use crate::entity::content::{Encoding, encode_content};
use crate::entity::encode::{Encoder, Failure, StoredForm, store_entity, storing};
use crate::entity::extract::{Extract, Found, Miss};
use crate::entity::form::{FormValue, Opaque};
use crate::entity::known_hash::known_hash;
use crate::entity::{ContentHash, EcsId, Entity, EntityType, Id};
use crate::error::Result;

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

struct Held<'a, T, M> {
    old: Option<&'a T>,
    new: &'a T,
    how: PhantomData<M>,
}

impl<T: Branch<M>, M> Container for Held<'_, T, M> {
    fn layout(&self) -> Layout {
        T::LAYOUT
    }

    fn count(&self) -> usize {
        self.new.count()
    }

    fn encode_elements(
        &self,
        range: Range<usize>,
        encoder: &mut Encoder,
        hashes: &mut Hashes<'_>,
    ) -> Result<(), Failure> {
        self.new.encode_elements(range, encoder, hashes)
    }

    fn trie(&self, hashes: &mut Hashes<'_>) -> Result<Trie, Failure> {
        trie_of::<T, M>(self.new, hashes)
    }

    fn sketch(&self) -> Json {
        self.new.sketch()
    }

    fn old_sketch(&self) -> Option<Json> {
        self.old.map(T::sketch)
    }

    fn is_new(&self) -> bool {
        self.old.is_none()
    }
}

/// An entity whose type is not known here. Implemented for every [`Entity`].
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
pub type VisitFields<'v> = dyn FnMut(&'static str, super::trail::Place<'_>, &dyn Node) -> Result<()> + 'v;

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

struct Compared<'s, 'k> {
    sink: &'s mut (dyn CompareFields + 'k),
    done: Result<bool>,
}

impl Compared<'_, '_> {
    fn compare<T: Branch<M>, M>(&mut self, name: &'static str, old: Option<&T>, new: &T) {
        let Ok(so_far) = self.done else { return };
        if !T::HOLDS {
            return;
        }
        self.done = compare_field::<T, M>(name, old, new, self.sink).map(|is_same| so_far && is_same);
    }
}

/// Compares one field that can hold entities.
pub(in crate::entity) fn compare_field<T: Branch<M>, M>(
    name: &'static str,
    old: Option<&T>,
    new: &T,
    sink: &mut dyn CompareFields,
) -> Result<bool> {
    sink.begin(name);
    let is_same = T::compare(old, new, None, sink)?;
    sink.end(is_same, &Held { old, new, how: PhantomData })?;
    Ok(is_same)
}

impl<'a> EachPart<'a> for Compared<'_, '_> {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, name: &'static str, part: &'a T) {
        self.compare(name, None, part);
    }
}

impl<'a> EachPair<'a> for Compared<'_, '_> {
    fn pair<T: Branch<M>, M>(&mut self, _index: usize, name: &'static str, old: &'a T, new: &'a T) {
        self.compare(name, Some(old), new);
    }
}

struct Shown<'v, 'f> {
    visit: &'v mut VisitFields<'f>,
    done: Result<()>,
}

impl<'a> EachPart<'a> for Shown<'_, '_> {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, name: &'static str, part: &'a T) {
        if T::HOLDS && self.done.is_ok() {
            let visit: &mut Visit<'_> = &mut |place, node| (self.visit)(name, place, node);
            self.done = part.visit(None, visit);
        }
    }
}

struct Located<'a, 'p> {
    field: &'p str,
    steps: &'p [Segment],
    found: Option<(&'a dyn Node, usize)>,
}

impl<'a> EachPart<'a> for Located<'a, '_> {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, name: &'static str, part: &'a T) {
        if T::HOLDS && name == self.field {
            self.found = part.locate(self.steps);
        }
    }
}

struct Edited<'e, 'x, 'f> {
    field: &'e str,
    edits: &'e [Edit<'e>],
    act: &'x mut Act<'f>,
}

impl EachPartMut for Edited<'_, '_, '_> {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, name: &'static str, part: &mut T) {
        if T::HOLDS && name == self.field {
            part.edit(self.edits, 0, self.act);
        }
    }
}

struct Changed<'x, 'f>(&'x mut (dyn FnMut(&mut dyn Node) + 'f));

impl EachPartMut for Changed<'_, '_> {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, _name: &'static str, part: &mut T) {
        if T::HOLDS {
            part.each_mut(self.0);
        }
    }
}

struct Encoded<'d, 'h, 'f> {
    digests: &'d Digests,
    hashes: &'h mut Hashes<'f>,
    fields: HeldFields,
    done: Result<(), Failure>,
}

impl<'a> EachPart<'a> for Encoded<'_, '_, '_> {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, name: &'static str, part: &'a T) {
        if !T::HOLDS || self.done.is_err() {
            return;
        }
        let digest = self.digests.iter().find(|(field, _)| *field == name);
        self.done = Encoder::with(|encoder| {
            match digest {
                Some((_, digest)) => encoder.digest(digest),
                None => part.encode(encoder, self.hashes).map_err(|failure| failure.under(format_args!(".{name}")))?,
            }
            self.fields.encodings.push((name, encoder.written().to_vec()));
            Ok(())
        });
        // Asked apart: what a digest stands for is not encoded again.
        if T::may_refer() && self.done.is_ok() {
            self.done = part.references(&mut self.fields.references);
        }
    }
}

impl<T: Entity> Node for T {
    fn node_id(&self) -> Id {
        self.id()
    }

    fn stamp(&mut self, id: Id) {
        *self.id_mut() = id;
    }

    fn node_type(&self) -> &'static EntityType {
        T::TYPE
    }

    fn named_field(&self, name: &str) -> Option<&dyn Any> {
        self.field(name)
    }

    fn same_values(&self, old: &dyn Node) -> Sameness {
        match T::in_node(old) {
            Some(old) => T::same_values(self, old),
            None => Sameness::Differs,
        }
    }

    fn extract(&self, extract: Extract<'_>) -> Found {
        self.serialize(extract)
    }

    fn write(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        self.serialize(encoder)
    }

    fn holder(&self) -> Option<&dyn Holder> {
        if T::HOLDS_ENTITIES { Some(self) } else { None }
    }

    fn holder_mut(&mut self) -> Option<&mut dyn Holder> {
        if T::HOLDS_ENTITIES { Some(self) } else { None }
    }

    fn read_as(&self) -> Option<&dyn Any> {
        None
    }
}

impl<T: Entity> Holder for T {
    fn compare(&self, old: Option<&dyn Node>, sink: &mut dyn CompareFields) -> Result<bool> {
        let old = old.and_then(T::in_node);
        let mut each = Compared { sink, done: Ok(old.is_some()) };
        match old {
            Some(old) => T::pairs(old, self, &mut each),
            None => self.parts(&mut each),
        }
        each.done
    }

    fn visit(&self, visit: &mut VisitFields<'_>) -> Result<()> {
        let mut each = Shown { visit, done: Ok(()) };
        self.parts(&mut each);
        each.done
    }

    fn find(&self, field: &str, steps: &[Segment]) -> Option<(&dyn Node, usize)> {
        let mut each = Located { field, steps, found: None };
        self.parts(&mut each);
        each.found
    }

    fn edit(&mut self, field: &str, edits: &[Edit<'_>], act: &mut Act<'_>) {
        self.parts_mut(&mut Edited { field, edits, act });
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        self.parts_mut(&mut Changed(act));
    }

    fn encode_fields(&self, digests: &Digests, hashes: &mut Hashes<'_>) -> Result<HeldFields, Failure> {
        let mut each = Encoded { digests, hashes, fields: HeldFields::default(), done: Ok(()) };
        self.parts(&mut each);
        each.done.map(|()| each.fields)
    }
}
