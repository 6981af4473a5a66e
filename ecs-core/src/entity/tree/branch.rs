//! How a field holds entities: found, compared, encoded and changed in place.
//!
//! Which implementation serves a type is said by its marker, as for [`Parts`](crate::callable::parts).

use std::any::TypeId;
use std::ops::Range;

use serde_json::Value as Json;

use super::digest::Hash;
use super::node::{Act, Compare, Edit, Encode, Entries, Hashes, Layout, Node, Visit};
use super::trail::Place;
use crate::address::Segment;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::extract::extract;
use crate::entity::kind::{CONFIG, ENTITY, UNSUPPORTED, VALUE};
use crate::entity::tree::marker::Leaf;
use crate::entity::{EcsId, Entity, LineageId, Value};
use crate::error::Result;

/// The key under which an arrangement has the lineage of an entity.
pub(crate) const ENTITY_KEY: &str = "$entity";

/// What stands for an entity in an arrangement.
pub(crate) fn stands_for(lineage_id: LineageId) -> Json {
    Json::Object(serde_json::Map::from_iter([(ENTITY_KEY.to_owned(), Json::String(lineage_id.to_string()))]))
}

/// The entity that `value` stands for in an arrangement.
pub(crate) fn stood_for(value: &Json) -> Option<LineageId> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.get(ENTITY_KEY)?.as_str()?.parse().ok()
}

/// Says in the user's terms where entities are not found.
#[diagnostic::on_unimplemented(
    message = "entities are not found inside a `{Self}`",
    label = "holds entities in a container that is not seen through",
    note = "hold them in `Vec`, `VecDeque`, `Option`, `Box`, `Arc`, an array, a tuple of up to 8, a set, a map's values, or a struct or enum of your own with `#[derive(EntityParts)]`"
)]
pub trait HeldInSight<const IS_UNSEEN: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

impl<T: ?Sized> HeldInSight<false> for T {}

/// Chooses the marker of a field; a field that is refused holds nothing, so that the refusal is the
/// only error.
pub struct InSight<const IS_UNSEEN: bool>;

/// See [`InSight`].
pub trait MarkerOf<M> {
    /// The marker.
    type Marker;
}

impl<M> MarkerOf<M> for InSight<false> {
    type Marker = M;
}

impl<M> MarkerOf<M> for InSight<true> {
    type Marker = Leaf<UNSUPPORTED>;
}

/// A type that may hold entities, as described by the marker `M`.
#[diagnostic::on_unimplemented(
    message = "entities are not found inside a `{Self}`",
    label = "holds entities in a container that is not seen through",
    note = "hold them in `Vec`, `VecDeque`, `Option`, `Box`, `Arc`, an array, a tuple of up to 8, a set, a map's values, or a struct or enum of your own with `#[derive(EntityParts)]`"
)]
pub trait Branch<M>: Sized + 'static {
    /// Whether it can hold any.
    const HOLDS: bool;
    /// How it is hashed when it is large.
    const LAYOUT: Layout = Layout::Whole;

    /// The thing that an element is told from others by.
    fn anchor(&self) -> Option<LineageId> {
        None
    }

    /// Compares with what was there; tells whether all of it is the same.
    ///
    /// # Errors
    ///
    /// Whatever `sink` says.
    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool>;

    /// Shows each entity, in order.
    ///
    /// # Errors
    ///
    /// Whatever `visit` says.
    fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()>;

    /// The entity that the first steps of `path` lead to, and how many steps those are.
    fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)>;

    /// Does each edit to its entity. They are in the order of [`visit`](Self::visit), and the first
    /// `depth` steps of each lead here.
    fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>);

    /// Does something to every entity, in order.
    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node));

    /// Writes the canonical encoding, in which an entity counts by its own hash.
    ///
    /// # Errors
    ///
    /// If something has no encoding.
    fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure>;

    /// How many elements or entries there are, unless it is hashed as a whole.
    fn count(&self) -> usize {
        0
    }

    /// Writes the encodings of some elements, one behind the other.
    ///
    /// # Errors
    ///
    /// If something has no encoding.
    fn encode_elements(
        &self,
        _range: Range<usize>,
        _encoder: &mut Encoder,
        _hashes: &mut Hashes<'_>,
    ) -> Result<(), Failure> {
        Ok(())
    }

    /// Shows every entry.
    ///
    /// # Errors
    ///
    /// Whatever `visit` says.
    fn entries(&self, _visit: &mut Entries<'_>) -> Result<(), Failure> {
        Ok(())
    }

    /// Whether a [`Ref`](crate::Ref) can be beside the entities.
    fn may_refer() -> bool {
        false
    }

    /// Lists the versions that are pointed at from beside the entities, not from inside them.
    ///
    /// # Errors
    ///
    /// If something has no encoding.
    fn references(&self, _found: &mut Vec<EcsId>) -> Result<(), Failure> {
        Ok(())
    }

    /// The arrangement as JSON, with `{"$entity": lineage}` for each entity.
    fn sketch(&self) -> Json;
}

/// Whether `new` may be the next version of `old`, and not another element in its place.
pub(super) fn fits<T: Branch<M>, M>(old: &T, new: &T) -> bool {
    old.anchor() == new.anchor()
}

/// Tells that everything in `old` is gone.
pub(in crate::entity) fn gone<T: Branch<M>, M>(old: &T, place: Place<'_>, sink: &mut dyn Compare) -> Result<()> {
    old.visit(place, &mut |place, node| sink.removed(place, node))
}

/// The hash of what is written by `encode`.
pub(super) fn hash_encoding(
    encode: impl FnOnce(&mut Encoder) -> Result<(), Failure>,
    hash: impl FnOnce(&[u8]) -> Hash,
) -> Result<Hash, Failure> {
    Encoder::with(|encoder| {
        encode(encoder)?;
        Ok(hash(encoder.written()))
    })
}

/// Blake3 of what is written by `encode`.
pub(super) fn blake3_of(encode: &Encode<'_>, hashes: &mut Hashes<'_>) -> Result<Hash, Failure> {
    hash_encoding(|encoder| encode(encoder, hashes), |bytes| *blake3::hash(bytes).as_bytes())
}

macro_rules! entity_leaf {
    ($kind:ident) => {
        impl<E: Entity> Branch<Leaf<$kind>> for E {
            const HOLDS: bool = true;

            fn anchor(&self) -> Option<LineageId> {
                Some(self.id().lineage_id())
            }

            fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
                match old {
                    Some(old) if old.id().lineage_id() == new.id().lineage_id() => sink.child(place, old, new),
                    old => {
                        sink.rearranged();
                        if let Some(old) = old {
                            sink.removed(place, old)?;
                        }
                        sink.added(place, new)?;
                        Ok(false)
                    }
                }
            }

            fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
                visit(place, self)
            }

            fn locate(&self, _path: &[Segment]) -> Option<(&dyn Node, usize)> {
                Some((self, 0))
            }

            fn edit(&mut self, edits: &[Edit<'_>], _depth: usize, act: &mut Act<'_>) {
                for edit in edits {
                    act(edit.number, self);
                }
            }

            fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
                act(self);
            }

            fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
                <dyn Node>::encode_in(self, encoder, hashes)
            }

            fn sketch(&self) -> Json {
                stands_for(self.id().lineage_id())
            }
        }
    };
}

entity_leaf!(ENTITY);
entity_leaf!(CONFIG);

impl<T: Value> Branch<Leaf<VALUE>> for T {
    const HOLDS: bool = false;

    fn compare(old: Option<&Self>, new: &Self, _place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        let Some(old) = old else { return Ok(false) };
        let encode = |value: &Self| {
            Encoder::with(|encoder| encoder.value(value).map(|()| encoder.written().to_vec()))
                .map_err(|failure| failure.into_error(std::any::type_name::<Self>()))
        };
        let is_same = encode(old)? == encode(new)?;
        if !is_same {
            sink.rearranged();
        }
        Ok(is_same)
    }

    fn visit(&self, _place: Place<'_>, _visit: &mut Visit<'_>) -> Result<()> {
        Ok(())
    }

    fn locate(&self, _path: &[Segment]) -> Option<(&dyn Node, usize)> {
        None
    }

    fn edit(&mut self, _edits: &[Edit<'_>], _depth: usize, _act: &mut Act<'_>) {}

    fn each_mut(&mut self, _act: &mut dyn FnMut(&mut dyn Node)) {}

    fn encode(&self, encoder: &mut Encoder, _hashes: &mut Hashes<'_>) -> Result<(), Failure> {
        encoder.value(self)
    }

    fn may_refer() -> bool {
        !is_scalar::<T>()
    }

    fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
        Encoder::with(|encoder| {
            encoder.value(self)?;
            found.extend_from_slice(encoder.referred());
            Ok(())
        })
    }

    fn sketch(&self) -> Json {
        extract(self, &[]).unwrap_or_else(|miss| Json::String(format!("({miss})")))
    }
}

/// Whether a type is one of those that are most often beside entities, and point at nothing.
fn is_scalar<T: 'static>() -> bool {
    macro_rules! is_any_of {
        ($($type:ty),*) => {
            [$(TypeId::of::<$type>(), TypeId::of::<Option<$type>>()),*].contains(&TypeId::of::<T>())
        };
    }
    is_any_of!(bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, String)
}

/// What stands in for a type that is no serde value; the compile error is reported elsewhere.
impl<T: 'static> Branch<Leaf<UNSUPPORTED>> for T {
    const HOLDS: bool = false;

    fn compare(_old: Option<&Self>, _new: &Self, _place: Place<'_>, _sink: &mut dyn Compare) -> Result<bool> {
        Ok(false)
    }

    fn visit(&self, _place: Place<'_>, _visit: &mut Visit<'_>) -> Result<()> {
        Ok(())
    }

    fn locate(&self, _path: &[Segment]) -> Option<(&dyn Node, usize)> {
        None
    }

    fn edit(&mut self, _edits: &[Edit<'_>], _depth: usize, _act: &mut Act<'_>) {}

    fn each_mut(&mut self, _act: &mut dyn FnMut(&mut dyn Node)) {}

    fn encode(&self, _encoder: &mut Encoder, _hashes: &mut Hashes<'_>) -> Result<(), Failure> {
        Ok(())
    }

    fn sketch(&self) -> Json {
        Json::Null
    }
}
