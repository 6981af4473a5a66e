//! Markers: types that mirror how another type holds entities.
//!
//! `Vec<(Student, f64)>` has the marker `Each<Tuple<(Leaf<ENTITY>, (Leaf<VALUE>, ()))>>`. The macro
//! writes it from the type it sees and the kinds of the leaves.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::marker::PhantomData;
use std::sync::Arc;

use crate::entity::kind::{
    BY_KEY, CONFIG, CONTEXT, ENTITIES, ENTITY, FALLIBLE, NO_CONTAINER, OF_ELEMENTS, UNSUPPORTED, VALUE,
};

/// A type that is not seen through, of that kind.
pub struct Leaf<const KIND: u8>;
/// A plain value.
pub type Plain = Leaf<VALUE>;
/// A container all of whose elements are described by `M`.
pub struct Each<M>(PhantomData<M>);
/// A tuple, as the nested list of its elements' markers.
pub struct Tuple<M>(PhantomData<M>);

/// Chooses the marker of a generic type by the container class its probe answered.
pub struct Class<const CONTAINER: u8>;

/// The marker of a generic type with these markers of its arguments and this kind of its own.
pub trait Choose<Arguments, Own> {
    type Marker;
}

impl<Arguments, Own> Choose<Arguments, Own> for Class<NO_CONTAINER> {
    type Marker = Own;
}

impl<M, Rest, Own> Choose<(M, Rest), Own> for Class<OF_ELEMENTS> {
    type Marker = Each<M>;
}

impl<K, M, Rest, Own> Choose<(K, (M, Rest)), Own> for Class<BY_KEY> {
    type Marker = Each<M>;
}

/// An alias that is spelled with the key only.
impl<K, Own> Choose<(K, ()), Own> for Class<BY_KEY> {
    type Marker = Own;
}

/// A `Result` inside another type is no container of entities; `Parts` says so.
impl<M, Rest, Own> Choose<(M, Rest), Own> for Class<FALLIBLE> {
    type Marker = Each<M>;
}

/// Turns the kind of a whole type and its detailed marker into the marker to use: a type that
/// holds no entities is one plain value, whatever it is made of.
pub struct Fold<const KIND: u8>;

/// See [`Fold`].
pub trait FoldTo<M> {
    type Marker;
}

impl<M> FoldTo<M> for Fold<ENTITIES> {
    type Marker = M;
}

/// The marker of a type that is not seen through: an alias of a container is asked by trait.
pub trait LeafOf<T: ?Sized> {
    type Marker;
}

impl<T: Holds> LeafOf<T> for Fold<ENTITIES> {
    type Marker = T::Marker;
}

macro_rules! leaves {
    ($($kind:ident),*) => {$(
        impl<M> FoldTo<M> for Fold<$kind> {
            type Marker = Leaf<$kind>;
        }

        impl<T: ?Sized> LeafOf<T> for Fold<$kind> {
            type Marker = Leaf<$kind>;
        }
    )*};
}

leaves!(UNSUPPORTED, VALUE, ENTITY, CONFIG, CONTEXT);

/// What a type holds, for types spelled by an alias, whose parts the macro cannot see.
pub trait Holds {
    /// Whether entities are among it.
    const ENTITIES: bool;
    /// Whether a plain type that carries them is among it.
    const PARTS: bool = false;
    /// The marker that mirrors it.
    type Marker;
}

macro_rules! values {
    ($($type:ty),*) => {$(
        impl Holds for $type {
            const ENTITIES: bool = false;
            type Marker = Leaf<VALUE>;
        }
    )*};
}

values!(bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, String);

macro_rules! holders {
    ($([$($generics:tt)*] $type:ty),*) => {$(
        impl<T: Holds, $($generics)*> Holds for $type {
            const ENTITIES: bool = T::ENTITIES;
            const PARTS: bool = T::PARTS;
            type Marker = Each<T::Marker>;
        }
    )*};
}

holders! {
    [] Vec<T>, [] VecDeque<T>, [] Option<T>, [] Box<T>, [] Arc<T>, [const N: usize] [T; N],
    [K, S] HashMap<K, T, S>, [K] BTreeMap<K, T>, [S] HashSet<T, S>, [] BTreeSet<T>
}

#[cfg(feature = "indexmap")]
holders!([K, S] indexmap::IndexMap<K, T, S>);

#[cfg(feature = "im")]
holders!([] crate::im::Vector<T>, [K] crate::im::Map<K, T>);
