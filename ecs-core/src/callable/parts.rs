//! Containers of entities: taken apart into versions, and put together again.
//!
//! Which implementation serves a type is said by its marker, so they never overlap.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::Binder;
use super::restorer::{NotRestored, Restorer};
use crate::argument::ArgValue;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::keys::{key_text, map_key};
use crate::entity::tree::marker::{Each, Holds, Leaf, Tuple};
pub use crate::entity::tree::trail::Step;
use crate::entity::{Entity, Ref, Stored, Value};
use crate::error::Result;
use crate::signature::kind::{CONFIG, ENTITY, UNSUPPORTED, VALUE};
use crate::tuples::{each_tuple, nested};

/// What becomes of the entities in a container: stored as inputs, or settled as outputs.
pub trait Keep {
    /// Makes sure that `entity` is a committed version, and says which.
    ///
    /// # Errors
    ///
    /// If its identity is not in order.
    fn keep<E: Entity>(&mut self, entity: E) -> Result<Stored<E>>;

    /// Says where in the container the next entity is.
    fn enter(&mut self, step: Step<'_>);

    /// Goes back out.
    fn leave(&mut self);
}

/// A type that may hold entities, as described by the marker `M`.
#[diagnostic::on_unimplemented(
    message = "entities are not found inside a `{Self}`",
    label = "holds entities in a container that is not seen through",
    note = "hold them in `Vec`, `VecDeque`, `Option`, `Box`, an array, a tuple of up to 8, or a map's values"
)]
pub trait Parts<M>: Sized + Send + Sync + 'static {
    /// The same shape with a handle for each entity.
    type Handles: Clone + Send + Sync + 'static;
    /// The same shape with a reference for each entity: what is recorded.
    type Recorded: Value;

    /// Whether values stand beside the entities.
    const HOLDS_VALUES: bool;
    /// How many containers deep the entities are; none for a plain value.
    const DEPTH: Option<u8>;

    /// Turns each entity into a version.
    ///
    /// # Errors
    ///
    /// Whatever `keeper` says.
    fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles>;

    /// The container again, with an isolated copy of each version.
    fn isolate(handles: &Self::Handles) -> Self;

    /// What is recorded of it.
    fn record(handles: &Self::Handles) -> Self::Recorded;

    /// Writes the content: each entity by its own hash.
    ///
    /// # Errors
    ///
    /// If a value has no encoding.
    fn content(handles: &Self::Handles, encoder: &mut Encoder) -> Result<(), Failure>;

    /// Binds each entity again, to the newest version of a contested lineage.
    ///
    /// # Errors
    ///
    /// If that is another type.
    fn rebind(handles: &mut Self::Handles, binder: &mut Binder<'_>) -> Result<()>;

    /// Reads an argument given by name, or in parts.
    ///
    /// # Errors
    ///
    /// If the argument has another shape, or a part cannot be bound.
    fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<Self::Handles>;

    /// Finds each version again that was recorded.
    ///
    /// # Errors
    ///
    /// If one is no longer stored.
    fn restore(recorded: &Self::Recorded, restorer: &Restorer<'_>) -> Result<Self::Handles, NotRestored>;
}

impl<T: Value> Parts<Leaf<VALUE>> for T {
    type Handles = T;
    type Recorded = T;

    const HOLDS_VALUES: bool = true;
    const DEPTH: Option<u8> = None;

    fn keep(self, _keeper: &mut impl Keep) -> Result<T> {
        Ok(self)
    }

    fn isolate(handles: &T) -> T {
        handles.clone()
    }

    fn record(handles: &T) -> T {
        handles.clone()
    }

    fn content(handles: &T, encoder: &mut Encoder) -> Result<(), Failure> {
        encoder.value(handles)
    }

    fn rebind(_handles: &mut T, _binder: &mut Binder<'_>) -> Result<()> {
        Ok(())
    }

    fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<T> {
        binder.value(argument)
    }

    fn restore(recorded: &T, _restorer: &Restorer<'_>) -> Result<T, NotRestored> {
        Ok(recorded.clone())
    }
}

macro_rules! entity_leaf {
    ($kind:ident) => {
        impl<E: Entity> Parts<Leaf<$kind>> for E {
            type Handles = Stored<E>;
            type Recorded = Ref<E>;

            const HOLDS_VALUES: bool = false;
            const DEPTH: Option<u8> = Some(0);

            fn keep(self, keeper: &mut impl Keep) -> Result<Stored<E>> {
                keeper.keep(self)
            }

            fn isolate(handles: &Stored<E>) -> E {
                E::clone(handles)
            }

            fn record(handles: &Stored<E>) -> Ref<E> {
                handles.to_ref()
            }

            fn content(handles: &Stored<E>, encoder: &mut Encoder) -> Result<(), Failure> {
                encoder.hashed_entity(handles.content_hash());
                Ok(())
            }

            fn rebind(handles: &mut Stored<E>, binder: &mut Binder<'_>) -> Result<()> {
                *handles = binder.rebound_part(handles)?;
                Ok(())
            }

            fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<Stored<E>> {
                binder.entity_part(argument)
            }

            fn restore(recorded: &Ref<E>, restorer: &Restorer<'_>) -> Result<Stored<E>, NotRestored> {
                restorer.find(recorded)
            }
        }
    };
}

entity_leaf!(ENTITY);
// Below the top level a config is an entity like any other.
entity_leaf!(CONFIG);

/// What stands in for a type that cannot be recorded; the compile error is reported elsewhere.
impl<T: Send + Sync + 'static> Parts<Leaf<UNSUPPORTED>> for T {
    type Handles = Arc<T>;
    type Recorded = ();

    const HOLDS_VALUES: bool = false;
    const DEPTH: Option<u8> = None;

    fn keep(self, _keeper: &mut impl Keep) -> Result<Arc<T>> {
        Ok(Arc::new(self))
    }

    fn isolate(_handles: &Arc<T>) -> T {
        unreachable!("a callable with an unsupported type does not compile")
    }

    fn record(_handles: &Arc<T>) {}

    fn content(_handles: &Arc<T>, _encoder: &mut Encoder) -> Result<(), Failure> {
        unreachable!("a callable with an unsupported type does not compile")
    }

    fn rebind(_handles: &mut Arc<T>, _binder: &mut Binder<'_>) -> Result<()> {
        unreachable!("a callable with an unsupported type does not compile")
    }

    fn bind(_argument: ArgValue, _binder: &mut Binder<'_>) -> Result<Arc<T>> {
        unreachable!("a callable with an unsupported type does not compile")
    }

    fn restore((): &(), _restorer: &Restorer<'_>) -> Result<Arc<T>, NotRestored> {
        unreachable!("a callable with an unsupported type does not compile")
    }
}

const fn deeper(depth: Option<u8>) -> Option<u8> {
    match depth {
        Some(depth) => Some(depth.saturating_add(1)),
        None => None,
    }
}

/// An argument that is the whole container as a value.
fn whole<T: 'static>(argument: ArgValue) -> Result<T, ArgValue> {
    match argument {
        ArgValue::Typed(value) => value.downcast().map(|value| *value).map_err(ArgValue::Typed),
        other => Err(other),
    }
}

/// Returns what is kept of a whole container, or goes on with the argument.
macro_rules! unless_whole {
    ($argument:ident, $binder:ident, $marker:ty) => {
        match whole::<Self>($argument) {
            Ok(container) => return <Self as Parts<$marker>>::keep(container, $binder),
            Err(argument) => argument,
        }
    };
}

/// The parts of an argument for a sequence.
fn sequence(argument: ArgValue, binder: &mut Binder<'_>, accepted: &'static str) -> Result<Vec<ArgValue>> {
    match binder.opened(argument, accepted)? {
        ArgValue::List(items) => Ok(items),
        ArgValue::Json(Json::Array(items)) => Ok(items.into_iter().map(ArgValue::Json).collect()),
        other => Err(binder.wrong_type(&other, accepted, "a sequence is given as an array")),
    }
}

fn bind_each<T: Parts<M>, M>(items: Vec<ArgValue>, binder: &mut Binder<'_>) -> Result<Vec<T::Handles>> {
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            binder.enter(Step::Index(index));
            let bound = T::bind(item, binder);
            binder.leave();
            bound
        })
        .collect()
}

fn keep_each<T: Parts<M>, M, C: FromIterator<T::Handles>>(
    items: impl IntoIterator<Item = T>,
    keeper: &mut impl Keep,
) -> Result<C> {
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            keeper.enter(Step::Index(index));
            let kept = item.keep(keeper);
            keeper.leave();
            kept
        })
        .collect()
}

macro_rules! sequences {
    ($($container:ident),*) => {$(
        impl<T: Parts<M>, M: 'static> Parts<Each<M>> for $container<T> {
            type Handles = $container<T::Handles>;
            type Recorded = Vec<T::Recorded>;

            const HOLDS_VALUES: bool = T::HOLDS_VALUES;
            const DEPTH: Option<u8> = deeper(T::DEPTH);

            fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles> {
                keep_each(self, keeper)
            }

            fn isolate(handles: &Self::Handles) -> Self {
                handles.iter().map(T::isolate).collect()
            }

            fn record(handles: &Self::Handles) -> Self::Recorded {
                handles.iter().map(T::record).collect()
            }

            fn content(handles: &Self::Handles, encoder: &mut Encoder) -> Result<(), Failure> {
                encoder.sequence(handles.len());
                handles.iter().try_for_each(|item| T::content(item, encoder))
            }

            fn rebind(handles: &mut Self::Handles, binder: &mut Binder<'_>) -> Result<()> {
                handles.iter_mut().try_for_each(|item| T::rebind(item, binder))
            }

            fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<Self::Handles> {
                let argument = unless_whole!(argument, binder, Each<M>);
                let items = sequence(argument, binder, std::any::type_name::<Self>())?;
                Ok(bind_each::<T, M>(items, binder)?.into_iter().collect())
            }

            fn restore(recorded: &Self::Recorded, restorer: &Restorer<'_>) -> Result<Self::Handles, NotRestored> {
                recorded.iter().map(|item| T::restore(item, restorer)).collect()
            }
        }
    )*};
}

sequences!(Vec, VecDeque);

impl<T: Parts<M>, M: 'static, const N: usize> Parts<Each<M>> for [T; N] {
    type Handles = [T::Handles; N];
    type Recorded = Vec<T::Recorded>;

    const HOLDS_VALUES: bool = T::HOLDS_VALUES;
    const DEPTH: Option<u8> = deeper(T::DEPTH);

    fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles> {
        let kept: Vec<T::Handles> = keep_each(self, keeper)?;
        Ok(kept.try_into().unwrap_or_else(|_| unreachable!("an array keeps its length")))
    }

    fn isolate(handles: &Self::Handles) -> Self {
        std::array::from_fn(|i| T::isolate(&handles[i]))
    }

    fn record(handles: &Self::Handles) -> Self::Recorded {
        handles.iter().map(T::record).collect()
    }

    fn content(handles: &Self::Handles, encoder: &mut Encoder) -> Result<(), Failure> {
        encoder.sequence(N);
        handles.iter().try_for_each(|item| T::content(item, encoder))
    }

    fn rebind(handles: &mut Self::Handles, binder: &mut Binder<'_>) -> Result<()> {
        handles.iter_mut().try_for_each(|item| T::rebind(item, binder))
    }

    fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<Self::Handles> {
        let argument = unless_whole!(argument, binder, Each<M>);
        let accepted = std::any::type_name::<Self>();
        let items = sequence(argument, binder, accepted)?;
        let given = items.len();
        bind_each::<T, M>(items, binder)?
            .try_into()
            .map_err(|_| binder.wrong_type_text(format!("{given} elements"), accepted, &format!("it has {N} elements")))
    }

    fn restore(recorded: &Self::Recorded, restorer: &Restorer<'_>) -> Result<Self::Handles, NotRestored> {
        let handles: Vec<T::Handles> =
            recorded.iter().map(|item| T::restore(item, restorer)).collect::<Result<_, _>>()?;
        handles.try_into().map_err(|_| restorer.gone(None))
    }
}

impl<T: Parts<M>, M: 'static> Parts<Each<M>> for Option<T> {
    type Handles = Option<T::Handles>;
    type Recorded = Option<T::Recorded>;

    const HOLDS_VALUES: bool = T::HOLDS_VALUES;
    const DEPTH: Option<u8> = T::DEPTH;

    fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles> {
        self.map(|item| item.keep(keeper)).transpose()
    }

    fn isolate(handles: &Self::Handles) -> Self {
        handles.as_ref().map(T::isolate)
    }

    fn record(handles: &Self::Handles) -> Self::Recorded {
        handles.as_ref().map(T::record)
    }

    fn content(handles: &Self::Handles, encoder: &mut Encoder) -> Result<(), Failure> {
        match handles {
            Some(item) => {
                encoder.some();
                T::content(item, encoder)
            }
            None => {
                encoder.unit();
                Ok(())
            }
        }
    }

    fn rebind(handles: &mut Self::Handles, binder: &mut Binder<'_>) -> Result<()> {
        handles.iter_mut().try_for_each(|item| T::rebind(item, binder))
    }

    fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<Self::Handles> {
        match unless_whole!(argument, binder, Each<M>) {
            ArgValue::Json(Json::Null) => Ok(None),
            argument if binder.is_nothing(&argument)? => Ok(None),
            argument => T::bind(argument, binder).map(Some),
        }
    }

    fn restore(recorded: &Self::Recorded, restorer: &Restorer<'_>) -> Result<Self::Handles, NotRestored> {
        recorded.as_ref().map(|item| T::restore(item, restorer)).transpose()
    }
}

macro_rules! pointers {
    ($($pointer:ident: $take:expr;)*) => {$(
        impl<T: Parts<M> + Clone, M: 'static> Parts<Each<M>> for $pointer<T> {
            type Handles = T::Handles;
            type Recorded = T::Recorded;

            const HOLDS_VALUES: bool = T::HOLDS_VALUES;
            const DEPTH: Option<u8> = T::DEPTH;

            fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles> {
                let take: fn(Self) -> T = $take;
                take(self).keep(keeper)
            }

            fn isolate(handles: &Self::Handles) -> Self {
                Self::new(T::isolate(handles))
            }

            fn record(handles: &Self::Handles) -> Self::Recorded {
                T::record(handles)
            }

            fn content(handles: &Self::Handles, encoder: &mut Encoder) -> Result<(), Failure> {
                T::content(handles, encoder)
            }

            fn rebind(handles: &mut Self::Handles, binder: &mut Binder<'_>) -> Result<()> {
                T::rebind(handles, binder)
            }

            fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<Self::Handles> {
                T::bind(unless_whole!(argument, binder, Each<M>), binder)
            }

            fn restore(recorded: &Self::Recorded, restorer: &Restorer<'_>) -> Result<Self::Handles, NotRestored> {
                T::restore(recorded, restorer)
            }
        }
    )*};
}

pointers! {
    Box: |pointer| *pointer;
    Arc: Arc::unwrap_or_clone;
}

/// The parts of an argument for a map, with the keys as the map has them.
fn entries<K: DeserializeOwned>(
    argument: ArgValue,
    binder: &mut Binder<'_>,
    accepted: &'static str,
) -> Result<Vec<(K, ArgValue)>> {
    let entries: Vec<(String, ArgValue)> = match binder.opened(argument, accepted)? {
        ArgValue::Map(entries) => entries,
        ArgValue::Json(Json::Object(entries)) => {
            entries.into_iter().map(|(key, value)| (key, ArgValue::Json(value))).collect()
        }
        other => return Err(binder.wrong_type(&other, accepted, "a map is given as an object")),
    };
    entries
        .into_iter()
        .map(|(key, value)| match map_key::<K>(&key) {
            Ok(key) => Ok((key, value)),
            Err(reason) => Err(binder.wrong_type_text(format!("the key {key:?}"), accepted, &reason.to_string())),
        })
        .collect()
}

fn keep_entries<K: Value, T: Parts<M>, M, C: FromIterator<(K, T::Handles)>>(
    entries: impl IntoIterator<Item = (K, T)>,
    keeper: &mut impl Keep,
) -> Result<C> {
    entries
        .into_iter()
        .map(|(key, item)| {
            keeper.enter(Step::Key(&|| key_text(&key)));
            let kept = item.keep(keeper);
            keeper.leave();
            Ok((key, kept?))
        })
        .collect()
}

fn bind_entries<K: Value, T: Parts<M>, M, C: FromIterator<(K, T::Handles)>>(
    argument: ArgValue,
    binder: &mut Binder<'_>,
    accepted: &'static str,
) -> Result<C> {
    let entries = entries::<K>(argument, binder, accepted)?;
    entries
        .into_iter()
        .map(|(key, item)| {
            binder.enter(Step::Key(&|| key_text(&key)));
            let bound = T::bind(item, binder);
            binder.leave();
            Ok((key, bound?))
        })
        .collect()
}

/// Writes a map, in which the order of the entries does not count.
fn content_of_entries<'h, C, K: Value, T: Parts<M>, M>(
    entries: impl Iterator<Item = (&'h K, &'h T::Handles)>,
    encoder: &mut Encoder,
) -> Result<(), Failure> {
    let encoded = entries.map(|(key, item)| {
        Encoder::with(|encoder| {
            encoder.value(key)?;
            T::content(item, encoder)?;
            Ok(encoder.written().to_vec())
        })
    });
    let encoded = encoded.collect::<Result<_, Failure>>()?;
    encoder.held_map::<C>(encoded);
    Ok(())
}

/// The part of [`Parts`] that is the same for every map.
macro_rules! by_key {
    () => {
        const HOLDS_VALUES: bool = T::HOLDS_VALUES;
        const DEPTH: Option<u8> = deeper(T::DEPTH);

        fn isolate(handles: &Self::Handles) -> Self {
            handles.iter().map(|(key, item)| (key.clone(), T::isolate(item))).collect()
        }

        fn record(handles: &Self::Handles) -> Self::Recorded {
            handles.iter().map(|(key, item)| (key.clone(), T::record(item))).collect()
        }

        fn content(handles: &Self::Handles, encoder: &mut Encoder) -> Result<(), Failure> {
            content_of_entries::<Self, K, T, M>(handles.iter(), encoder)
        }

        fn rebind(handles: &mut Self::Handles, binder: &mut Binder<'_>) -> Result<()> {
            handles.values_mut().try_for_each(|item| T::rebind(item, binder))
        }

        fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<Self::Handles> {
            bind_entries::<K, T, M, _>(unless_whole!(argument, binder, Each<M>), binder, std::any::type_name::<Self>())
        }

        fn restore(recorded: &Self::Recorded, restorer: &Restorer<'_>) -> Result<Self::Handles, NotRestored> {
            recorded.iter().map(|(key, item)| Ok((key.clone(), T::restore(item, restorer)?))).collect()
        }
    };
}

impl<K, T, M, S> Parts<Each<M>> for HashMap<K, T, S>
where
    K: Value + Eq + Hash,
    T: Parts<M>,
    M: 'static,
    S: BuildHasher + Default + Clone + Send + Sync + 'static,
{
    type Handles = HashMap<K, T::Handles, S>;
    type Recorded = HashMap<K, T::Recorded, S>;

    by_key!();

    fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles> {
        // In the order of the keys, so that the same result has the same `output_index` every time.
        let mut entries: Vec<(K, T)> = self.into_iter().collect();
        entries.sort_by_cached_key(|(key, _)| key_text(key));
        keep_entries(entries, keeper)
    }
}

impl<K, T, M> Parts<Each<M>> for BTreeMap<K, T>
where
    K: Value + Ord,
    T: Parts<M>,
    M: 'static,
{
    type Handles = BTreeMap<K, T::Handles>;
    type Recorded = BTreeMap<K, T::Recorded>;

    by_key!();

    fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles> {
        keep_entries(self, keeper)
    }
}

#[cfg(feature = "indexmap")]
impl<K, T, M, S> Parts<Each<M>> for indexmap::IndexMap<K, T, S>
where
    K: Value + Eq + Hash,
    T: Parts<M>,
    M: 'static,
    S: BuildHasher + Default + Clone + Send + Sync + 'static,
{
    type Handles = indexmap::IndexMap<K, T::Handles, S>;
    type Recorded = indexmap::IndexMap<K, T::Recorded, S>;

    by_key!();

    fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles> {
        keep_entries(self, keeper)
    }
}

const fn deepest(depths: &[Option<u8>]) -> Option<u8> {
    let mut deepest = None;
    let mut i = 0;
    while i < depths.len() {
        deepest = match (deepest, depths[i]) {
            (Some(a), Some(b)) if a < b => Some(b),
            (Some(a), _) => Some(a),
            (None, other) => other,
        };
        i += 1;
    }
    deepest
}

macro_rules! tuples {
    ($($length:literal: $($type:ident $marker:ident $index:tt),+;)*) => {$(
        impl<$($type: Holds),+> Holds for ($($type,)+) {
            const ENTITIES: bool = $($type::ENTITIES)||+;
            const PARTS: bool = $($type::PARTS)||+;
            type Marker = Tuple<nested!($(<$type::Marker>)+)>;
        }

        impl<$($type: Parts<$marker>, $marker: 'static),+> Parts<Tuple<nested!($($marker)+)>> for ($($type,)+) {
            type Handles = ($($type::Handles,)+);
            type Recorded = ($($type::Recorded,)+);

            const HOLDS_VALUES: bool = $($type::HOLDS_VALUES)||+;
            const DEPTH: Option<u8> = deeper(deepest(&[$($type::DEPTH),+]));

            fn keep(self, keeper: &mut impl Keep) -> Result<Self::Handles> {
                Ok(($({
                    keeper.enter(Step::Index($index));
                    let kept = self.$index.keep(keeper);
                    keeper.leave();
                    kept?
                },)+))
            }

            fn isolate(handles: &Self::Handles) -> Self {
                ($($type::isolate(&handles.$index),)+)
            }

            fn record(handles: &Self::Handles) -> Self::Recorded {
                ($($type::record(&handles.$index),)+)
            }

            fn content(handles: &Self::Handles, encoder: &mut Encoder) -> Result<(), Failure> {
                encoder.sequence($length);
                $($type::content(&handles.$index, encoder)?;)+
                Ok(())
            }

            fn rebind(handles: &mut Self::Handles, binder: &mut Binder<'_>) -> Result<()> {
                $($type::rebind(&mut handles.$index, binder)?;)+
                Ok(())
            }

            fn bind(argument: ArgValue, binder: &mut Binder<'_>) -> Result<Self::Handles> {
                let argument = unless_whole!(argument, binder, Tuple<nested!($($marker)+)>);
                let accepted = std::any::type_name::<Self>();
                let items = sequence(argument, binder, accepted)?;
                if items.len() != $length {
                    let given = format!("{} elements", items.len());
                    return Err(binder.wrong_type_text(given, accepted, concat!("it has ", $length, " elements")));
                }
                let mut items = items.into_iter();
                let mut next = || items.next().unwrap_or(ArgValue::Json(Json::Null));
                Ok(($({
                    binder.enter(Step::Index($index));
                    let bound = $type::bind(next(), binder);
                    binder.leave();
                    bound?
                },)+))
            }

            fn restore(recorded: &Self::Recorded, restorer: &Restorer<'_>) -> Result<Self::Handles, NotRestored> {
                Ok(($($type::restore(&recorded.$index, restorer)?,)+))
            }
        }
    )*};
}

each_tuple!(tuples);
