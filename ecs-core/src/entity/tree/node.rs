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
use crate::entity::extract::{Miss, extract};
use crate::entity::{EcsId, Entity, EntityType, Id};
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
pub trait Node: Any + Send + Sync {
    /// Its identity.
    fn node_id(&self) -> Id;

    /// Sets its identity.
    fn stamp(&mut self, id: Id);

    /// The description of its type.
    fn node_type(&self) -> &'static EntityType;

    /// Whether its type can hold entities.
    fn holds_entities(&self) -> bool;

    /// The room that one level of such a node takes on the stack of the user's code.
    fn room(&self) -> usize;

    /// A field by its name.
    fn named_field(&self, name: &str) -> Option<&dyn Any>;

    /// The value at a path as JSON.
    #[doc(hidden)]
    fn read(&self, path: &[Segment]) -> Result<Json, Miss>;

    /// Whether the fields that hold no entities have equal content.
    fn same_values(&self, old: &dyn Node) -> Sameness;

    /// Whether one field that holds no entities has equal content; none if there is no such field.
    #[doc(hidden)]
    fn compare_fields(&self, old: Option<&dyn Node>, sink: &mut dyn CompareFields) -> Result<bool>;

    /// Shows each entity that it holds itself, with the field it is in.
    ///
    /// # Errors
    ///
    /// Whatever `visit` says.
    fn visit_fields(
        &self,
        visit: &mut dyn FnMut(&'static str, super::trail::Place<'_>, &dyn Node) -> Result<()>,
    ) -> Result<()>;

    /// The entity that the first steps of `path` lead to, and how many steps those are.
    fn find_in(&self, path: &[Segment]) -> Option<(&dyn Node, usize)>;

    /// The entity at some steps from a field.
    fn find_at(&self, field: &str, steps: &[Segment]) -> Option<&dyn Node>;

    /// Does the edits to entities in a field.
    fn edit_field(&mut self, field: &str, edits: &[Edit<'_>], act: &mut Act<'_>);

    /// Does something to every entity that it holds itself.
    fn each_held_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node));

    /// Its canonical encoding, hashed.
    #[doc(hidden)]
    fn encode(&self, digests: &Digests, hashes: &mut Hashes<'_>) -> Result<Encoding>;

    /// What is stored of it.
    #[doc(hidden)]
    fn stored_form(&self) -> Result<StoredForm>;
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

type VisitFields<'v> = dyn FnMut(&'static str, super::trail::Place<'_>, &dyn Node) -> Result<()> + 'v;

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

struct Found<'a, 'p> {
    field: &'p str,
    steps: &'p [Segment],
    found: Option<(&'a dyn Node, usize)>,
}

impl<'a> EachPart<'a> for Found<'a, '_> {
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
    fields: Vec<(&'static str, Vec<u8>)>,
    references: Vec<EcsId>,
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
            self.fields.push((name, encoder.written().to_vec()));
            Ok(())
        });
        // Asked apart: what a digest stands for is not encoded again.
        if T::may_refer() && self.done.is_ok() {
            self.done = part.references(&mut self.references);
        }
    }
}

// What only a type that holds entities needs is not compiled for the others.
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

    fn holds_entities(&self) -> bool {
        T::HOLDS_ENTITIES
    }

    fn room(&self) -> usize {
        deep::room_of_level(size_of::<T>())
    }

    fn named_field(&self, name: &str) -> Option<&dyn Any> {
        self.field(name)
    }

    fn read(&self, path: &[Segment]) -> Result<Json, Miss> {
        extract(self, path)
    }

    fn same_values(&self, old: &dyn Node) -> Sameness {
        match (old as &dyn Any).downcast_ref::<T>() {
            Some(old) => T::same_values(self, old),
            None => Sameness::Differs,
        }
    }

    fn compare_fields(&self, old: Option<&dyn Node>, sink: &mut dyn CompareFields) -> Result<bool> {
        if !T::HOLDS_ENTITIES {
            return Ok(old.is_some());
        }
        let old = old.and_then(|old| (old as &dyn Any).downcast_ref::<T>());
        let mut each = Compared { sink, done: Ok(old.is_some()) };
        match old {
            Some(old) => T::pairs(old, self, &mut each),
            None => self.parts(&mut each),
        }
        each.done
    }

    fn visit_fields(&self, visit: &mut VisitFields<'_>) -> Result<()> {
        let mut each = Shown { visit, done: Ok(()) };
        if T::HOLDS_ENTITIES {
            self.parts(&mut each);
        }
        each.done
    }

    fn find_in(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
        let (Segment::Name(field), steps) = path.split_first()? else { return None };
        let mut each = Found { field, steps, found: None };
        if T::HOLDS_ENTITIES {
            self.parts(&mut each);
        }
        each.found.map(|(node, steps)| (node, steps + 1))
    }

    fn find_at(&self, field: &str, steps: &[Segment]) -> Option<&dyn Node> {
        let mut each = Found { field, steps, found: None };
        if T::HOLDS_ENTITIES {
            self.parts(&mut each);
        }
        each.found.map(|(node, _)| node)
    }

    fn edit_field(&mut self, field: &str, edits: &[Edit<'_>], act: &mut Act<'_>) {
        if T::HOLDS_ENTITIES {
            self.parts_mut(&mut Edited { field, edits, act });
        }
    }

    fn each_held_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        if T::HOLDS_ENTITIES {
            self.parts_mut(&mut Changed(act));
        }
    }

    fn encode(&self, digests: &Digests, hashes: &mut Hashes<'_>) -> Result<Encoding> {
        let mut each = Encoded { digests, hashes, fields: Vec::new(), references: Vec::new(), done: Ok(()) };
        if T::HOLDS_ENTITIES {
            self.parts(&mut each);
        }
        each.done.map_err(|failure| failure.into_error(T::TYPE.name()))?;
        let mut encoding = encode_content(T::TYPE.name(), self, each.fields)?;
        if !each.references.is_empty() {
            encoding.references = [&*encoding.references, &*each.references].concat().into();
        }
        Ok(encoding)
    }

    fn stored_form(&self) -> Result<StoredForm> {
        let mut none = |_: &dyn Node| unreachable!("an entity is stored by its identity");
        let mut each = Encoded {
            digests: &Vec::new(),
            hashes: &mut none,
            fields: Vec::new(),
            references: Vec::new(),
            done: Ok(()),
        };
        if T::HOLDS_ENTITIES {
            storing(|| self.parts(&mut each));
        }
        each.done.map_err(|failure| failure.into_error(T::TYPE.name()))?;
        store_entity(T::TYPE.name(), self, each.fields)
    }
}
