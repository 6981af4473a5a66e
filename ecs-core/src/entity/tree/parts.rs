//! The fields of a struct, one by one, each with its type and how that holds entities.
//!
//! The derives write only these lists; everything that is done with them is here and beside it.

use serde_json::Value as Json;

use super::branch::{Branch, gone};
use super::node::{Act, Compare, Edit, Hashes, Node, Visit};
use super::trail::{Place, Step, Trail};
use crate::address::Segment;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::kind::PARTS;
use crate::entity::tree::marker::Leaf;
use crate::entity::{EcsId, LineageId, Value};
use crate::error::Result;

/// Is shown each field.
pub trait EachPart<'a> {
    /// The field at `index`, called `name`.
    fn part<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, part: &'a T);
}

/// Is lent each field, to change what is in it.
pub trait EachPartMut {
    /// The field at `index`, called `name`.
    fn part<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, part: &mut T);
}

/// Is shown each field of two values at once.
pub trait EachPair<'a> {
    /// The field at `index`, called `name`.
    fn pair<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, old: &'a T, new: &'a T);
}

/// How the fields of a struct or a variant are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// By name.
    Named,
    /// By position.
    Positional,
    /// There is one, without a name: it is the whole.
    Newtype,
    /// There are none.
    Unit,
}

/// A plain struct or enum that carries entities; derived, never written by hand.
///
/// `#[derive(EntityParts)]` goes on a serde struct or enum that is no entity itself but holds some,
/// so that those are found when it is a field of an entity.
///
/// ```standalone_crate
/// use ecs::prelude::*;
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// struct Student { id: Id, name: String }
///
/// #[derive(EntityParts, Clone, Debug, Serialize, Deserialize)]
/// enum Seat { Free, Taken { by: Student, since: u16 } }
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// struct Room { id: Id, seats: Vec<Seat> }
///
/// let world = World::in_memory()?;
/// let alice = Student { id: Id::new(), name: "Alice".into() };
/// let room = world.insert(Room { id: Id::new(), seats: vec![Seat::Free, Seat::Taken { by: alice, since: 2007 }] })?;
/// let student: Stored<Student> = world.child(&room, "seats.1.Taken.by")?;
/// assert_eq!(student.name, "Alice");
/// # Ok::<(), ecs::Error>(())
/// ```
pub trait EntityParts: Value {
    /// The name of the variant, and how its fields are told apart.
    #[doc(hidden)]
    fn shape(&self) -> (Option<&'static str>, Shape);

    #[doc(hidden)]
    fn parts<'a, V: EachPart<'a>>(&'a self, each: &mut V);

    #[doc(hidden)]
    fn parts_mut<V: EachPartMut>(&mut self, each: &mut V);

    /// The fields of two values; nothing if they are different variants.
    #[doc(hidden)]
    fn pairs<'a, V: EachPair<'a>>(old: &'a Self, new: &'a Self, each: &mut V);
}

/// Goes one step down to a field, if it takes one.
fn within<R>(shape: Shape, index: usize, name: &'static str, up: Place<'_>, go: impl FnOnce(Place<'_>) -> R) -> R {
    match shape {
        Shape::Named => go(Some(&Trail { up, step: Step::Key(&|| name.to_owned()) })),
        Shape::Positional => go(Some(&Trail { up, step: Step::Index(index) })),
        Shape::Newtype | Shape::Unit => go(up),
    }
}

/// Goes one step down to a variant, if there is one.
fn within_variant<R>(variant: Option<&'static str>, up: Place<'_>, go: impl FnOnce(Place<'_>) -> R) -> R {
    match variant {
        Some(name) => go(Some(&Trail { up, step: Step::Key(&|| name.to_owned()) })),
        None => go(up),
    }
}

/// The steps that lead to the fields of a value, if those of `path` do.
fn enter<'p>(variant: Option<&'static str>, path: &'p [Segment]) -> Option<&'p [Segment]> {
    match variant {
        None => Some(path),
        Some(name) => match path.split_first()? {
            (Segment::Name(step), rest) if **step == *name => Some(rest),
            _ => None,
        },
    }
}

fn leads_to(shape: Shape, index: usize, name: &str, step: Option<&Segment>) -> bool {
    match (shape, step) {
        (Shape::Named, Some(Segment::Name(step))) => **step == *name,
        (Shape::Positional, Some(Segment::Index(step))) => *step == index,
        (Shape::Newtype, _) => true,
        _ => false,
    }
}

fn steps_into(shape: Shape) -> usize {
    usize::from(matches!(shape, Shape::Named | Shape::Positional))
}

struct ShowEach<'v, 'f, 't> {
    shape: Shape,
    place: Place<'t>,
    visit: &'v mut Visit<'f>,
    done: Result<()>,
}

impl<'a> EachPart<'a> for ShowEach<'_, '_, '_> {
    fn part<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, part: &'a T) {
        if T::HOLDS && self.done.is_ok() {
            self.done = within(self.shape, index, name, self.place, |place| part.visit(place, self.visit));
        }
    }
}

struct CompareEach<'s, 't> {
    shape: Shape,
    place: Place<'t>,
    sink: &'s mut dyn Compare,
    done: Result<bool>,
}

impl CompareEach<'_, '_> {
    fn compare<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, old: Option<&T>, new: &T) {
        if let Ok(so_far) = self.done {
            self.done = within(self.shape, index, name, self.place, |place| T::compare(old, new, place, self.sink))
                .map(|is_same| so_far && is_same);
        }
    }
}

impl<'a> EachPart<'a> for CompareEach<'_, '_> {
    fn part<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, part: &'a T) {
        self.compare(index, name, None, part);
    }
}

impl<'a> EachPair<'a> for CompareEach<'_, '_> {
    fn pair<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, old: &'a T, new: &'a T) {
        self.compare(index, name, Some(old), new);
    }
}

struct FindIn<'a, 'p> {
    shape: Shape,
    path: &'p [Segment],
    found: Option<(&'a dyn Node, usize)>,
}

impl<'a> EachPart<'a> for FindIn<'a, '_> {
    fn part<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, part: &'a T) {
        if self.found.is_none() && leads_to(self.shape, index, name, self.path.first()) {
            let steps = steps_into(self.shape);
            self.found = part.locate(&self.path[steps..]).map(|(node, further)| (node, steps + further));
        }
    }
}

struct EditEach<'e, 'f, 'x> {
    shape: Shape,
    edits: &'e [Edit<'e>],
    depth: usize,
    act: &'x mut Act<'f>,
}

impl EachPartMut for EditEach<'_, '_, '_> {
    fn part<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, part: &mut T) {
        if !T::HOLDS {
            return;
        }
        for group in self.edits.chunk_by(|a, b| a.steps.get(self.depth) == b.steps.get(self.depth)) {
            if leads_to(self.shape, index, name, group[0].steps.get(self.depth)) {
                part.edit(group, self.depth + steps_into(self.shape), self.act);
            }
        }
    }
}

struct ChangeEach<'x, 'f>(&'x mut (dyn FnMut(&mut dyn Node) + 'f));

impl EachPartMut for ChangeEach<'_, '_> {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, _name: &'static str, part: &mut T) {
        part.each_mut(self.0);
    }
}

struct EncodeEach<'e, 'h, 'f> {
    shape: Shape,
    hashes: &'h mut Hashes<'f>,
    entries: Vec<Vec<u8>>,
    done: Result<(), Failure>,
    encoder: &'e mut Encoder,
}

impl<'a> EachPart<'a> for EncodeEach<'_, '_, '_> {
    fn part<T: Branch<M>, M>(&mut self, index: usize, name: &'static str, part: &'a T) {
        if self.done.is_err() {
            return;
        }
        self.done = match self.shape {
            Shape::Named => Encoder::with(|entry| {
                entry.name(name);
                part.encode(entry, self.hashes).map_err(|failure| failure.under(format_args!(".{name}")))?;
                self.entries.push(entry.written().to_vec());
                Ok(())
            }),
            Shape::Positional | Shape::Newtype | Shape::Unit => {
                self.entries.push(Vec::new());
                part.encode(self.encoder, self.hashes).map_err(|failure| failure.under(format_args!(".{index}")))
            }
        };
    }
}

struct Count(usize);

impl<'a> EachPart<'a> for Count {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, _name: &'static str, _part: &'a T) {
        self.0 += 1;
    }
}

struct SketchEach {
    shape: Shape,
    named: serde_json::Map<String, Json>,
    positional: Vec<Json>,
}

impl<'a> EachPart<'a> for SketchEach {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, name: &'static str, part: &'a T) {
        match self.shape {
            Shape::Named => {
                self.named.insert(name.to_owned(), part.sketch());
            }
            Shape::Positional | Shape::Newtype | Shape::Unit => self.positional.push(part.sketch()),
        }
    }
}

struct ReferencesOfEach<'f> {
    found: &'f mut Vec<EcsId>,
    done: Result<(), Failure>,
}

impl<'a> EachPart<'a> for ReferencesOfEach<'_> {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, _name: &'static str, part: &'a T) {
        if T::may_refer() && self.done.is_ok() {
            self.done = part.references(self.found);
        }
    }
}

struct FirstAnchor(Option<LineageId>);

impl<'a> EachPart<'a> for FirstAnchor {
    fn part<T: Branch<M>, M>(&mut self, _index: usize, _name: &'static str, part: &'a T) {
        self.0 = self.0.or_else(|| part.anchor());
    }
}

impl<E: EntityParts> Branch<Leaf<PARTS>> for E {
    const HOLDS: bool = true;

    fn anchor(&self) -> Option<LineageId> {
        let mut first = FirstAnchor(None);
        self.parts(&mut first);
        first.0
    }

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        let (variant, shape) = new.shape();
        let old = match old {
            Some(old) if old.shape().0 != variant => {
                sink.rearranged();
                gone::<Self, Leaf<PARTS>>(old, place, sink)?;
                None
            }
            old => old,
        };
        within_variant(variant, place, |place| {
            let mut each = CompareEach { shape, place, sink, done: Ok(old.is_some()) };
            match old {
                Some(old) => E::pairs(old, new, &mut each),
                None => new.parts(&mut each),
            }
            each.done
        })
    }

    fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
        let (variant, shape) = self.shape();
        within_variant(variant, place, |place| {
            let mut each = ShowEach { shape, place, visit, done: Ok(()) };
            self.parts(&mut each);
            each.done
        })
    }

    fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
        let (variant, shape) = self.shape();
        let mut each = FindIn { shape, path: enter(variant, path)?, found: None };
        self.parts(&mut each);
        each.found.map(|(node, steps)| (node, steps + usize::from(variant.is_some())))
    }

    fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
        let (variant, shape) = self.shape();
        self.parts_mut(&mut EditEach { shape, edits, depth: depth + usize::from(variant.is_some()), act });
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        self.parts_mut(&mut ChangeEach(act));
    }

    fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
        let (variant, shape) = self.shape();
        if let Some(name) = variant {
            encoder.variant(name);
        }
        if shape == Shape::Unit {
            encoder.unit();
        }
        if shape == Shape::Positional {
            let mut count = Count(0);
            self.parts(&mut count);
            encoder.sequence(count.0);
        }
        let mut each = EncodeEach { shape, hashes, entries: Vec::new(), done: Ok(()), encoder };
        self.parts(&mut each);
        let EncodeEach { entries, done, encoder, .. } = each;
        done?;
        if shape == Shape::Named {
            encoder.structure(entries);
        }
        Ok(())
    }

    fn may_refer() -> bool {
        // Not known before there is a value, whose fields are asked.
        true
    }

    fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
        let mut each = ReferencesOfEach { found, done: Ok(()) };
        self.parts(&mut each);
        each.done
    }

    fn sketch(&self) -> Json {
        let (variant, shape) = self.shape();
        let mut each = SketchEach { shape, named: serde_json::Map::new(), positional: Vec::new() };
        self.parts(&mut each);
        let content = match shape {
            Shape::Named => Json::Object(each.named),
            Shape::Positional => Json::Array(each.positional),
            Shape::Newtype => each.positional.pop().unwrap_or_default(),
            Shape::Unit => Json::Null,
        };
        match (variant, shape) {
            (None, _) => content,
            (Some(name), Shape::Unit) => Json::String(name.to_owned()),
            (Some(name), _) => Json::Object(serde_json::Map::from_iter([(name.to_owned(), content)])),
        }
    }
}
