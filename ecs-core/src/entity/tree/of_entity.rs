//! Every entity is a node: what trees do with one, done for each of its fields by how that holds entities.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Range;

use serde_json::Value as Json;

use super::branch::Branch;
use super::containers::trie_of;
use super::digest::Trie;
use super::node::{
    Act, CompareFields, Container, Digests, Edit, Hashes, HeldFields, Holder, Layout, Node, Visit, VisitFields,
};
use super::parts::{EachPair, EachPart, EachPartMut};
use super::same::Sameness;
use crate::address::Segment;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::extract::{Extract, Found};
use crate::entity::{Entity, EntityType, Id};
use crate::error::Result;

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
