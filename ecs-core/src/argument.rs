//! What callers pass: values, handles and addresses, in any mix.

use std::any::Any;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::address::{Address, At};
use crate::config::KeptConfig;
use crate::entity::extract::argument_json;
use crate::entity::tree::keys::key_text;
use crate::entity::{AnyStored, Entity, Stored};
use crate::tuples::each_tuple;

/// One argument of a typed call.
///
/// Written by `Into`: a value, a [`Stored`] handle (or a reference to one), an address from
/// [`Stored::at`], or [`Arg::Default`] where the parameter has a default. A container of entities
/// takes a container of handles, or of `Arg`s for a mix.
#[non_exhaustive]
pub enum Arg<T> {
    /// A value.
    Value(T),
    /// A committed version.
    Stored(Stored<T>),
    /// The value at an address.
    At(At<T>),
    /// The parameter's own default.
    Default,
    /// An argument whose parts are arguments themselves.
    #[doc(hidden)]
    Dynamic(ArgValue),
    /// A config that `with` binds.
    #[doc(hidden)]
    Kept(Arc<KeptConfig<T>>),
}

impl<T: fmt::Debug + 'static> fmt::Debug for Arg<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => f.debug_tuple("Value").field(value).finish(),
            Self::Stored(stored) => f.debug_tuple("Stored").field(stored).finish(),
            Self::At(at) => f.debug_tuple("At").field(at).finish(),
            Self::Default => f.write_str("Default"),
            Self::Dynamic(value) => f.debug_tuple("Dynamic").field(value).finish(),
            Self::Kept(kept) => f.debug_tuple("Kept").field(&kept.value).finish(),
        }
    }
}

/// What a typed call takes for a parameter of the type `T`: everything that turns into an [`Arg`].
#[diagnostic::on_unimplemented(
    message = "this parameter takes `{T}`, found `{Self}`",
    label = "expected `{T}`, found `{Self}`",
    note = "an argument is a value, a handle (`Stored<{T}>` or a reference to one), or an address of one (`At<{T}>`)"
)]
pub trait IntoArg<T> {
    #[doc(hidden)]
    fn into_arg(self) -> Arg<T>;
}

#[diagnostic::do_not_recommend]
impl<T, A: Into<Arg<T>>> IntoArg<T> for A {
    fn into_arg(self) -> Arg<T> {
        self.into()
    }
}

/// What a typed call takes for all of its parameters, as a nested list: `(A0, (A1, ()))`.
pub trait IntoArgs<Given> {
    fn into_args(self) -> Given;
}

impl IntoArgs<()> for () {
    #[inline(always)]
    fn into_args(self) {}
}

impl<T, A: IntoArg<T>, Given, Rest: IntoArgs<Given>> IntoArgs<(Arg<T>, Given)> for (A, Rest) {
    #[inline(always)]
    fn into_args(self) -> (Arg<T>, Given) {
        (self.0.into_arg(), self.1.into_args())
    }
}

/// What a typed call takes for a parameter that is a float, of which there is more to say.
#[diagnostic::on_unimplemented(
    message = "this parameter takes `{T}`, found `{Self}`",
    label = "expected `{T}`, found `{Self}`",
    note = "write a whole number with a point, such as `10.0`; a number of another type becomes an `{T}` by `as {T}`",
    note = "an argument is a value, a handle (`Stored<{T}>` or a reference to one), or an address of one (`At<{T}>`)"
)]
pub trait IntoFloat<T>: IntoArg<T> {}

#[diagnostic::do_not_recommend]
impl<T, A: IntoArg<T>> IntoFloat<T> for A {}

impl<T> From<T> for Arg<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> From<Stored<T>> for Arg<T> {
    fn from(stored: Stored<T>) -> Self {
        Self::Stored(stored)
    }
}

impl<T> From<&Stored<T>> for Arg<T> {
    fn from(stored: &Stored<T>) -> Self {
        Self::Stored(stored.clone())
    }
}

impl<T> From<At<T>> for Arg<T> {
    fn from(at: At<T>) -> Self {
        Self::At(at)
    }
}

impl From<&str> for Arg<String> {
    fn from(text: &str) -> Self {
        Self::Value(text.to_owned())
    }
}

impl<T: Clone> From<&[T]> for Arg<Vec<T>> {
    fn from(values: &[T]) -> Self {
        Self::Value(values.to_vec())
    }
}

impl<T, const N: usize> From<[T; N]> for Arg<Vec<T>> {
    fn from(values: [T; N]) -> Self {
        Self::Value(values.into())
    }
}

fn listed<A: Into<ArgValue>>(items: impl IntoIterator<Item = A>) -> ArgValue {
    ArgValue::List(items.into_iter().map(A::into).collect())
}

fn keyed<K: Serialize, A: Into<ArgValue>>(entries: impl IntoIterator<Item = (K, A)>) -> ArgValue {
    ArgValue::Map(entries.into_iter().map(|(key, item)| (key_text(&key), item.into())).collect())
}

fn present<A: Into<ArgValue>>(item: Option<A>) -> ArgValue {
    item.map_or(ArgValue::Json(Value::Null), A::into)
}

/// A container of what stands for an `$item` is an argument for a container of `$item`s.
macro_rules! containers_of {
    ($([$($generics:tt)*] $part:ty => $item:ty;)*) => {$(
        impl<$($generics)*> From<Vec<$part>> for Arg<Vec<$item>> {
            fn from(parts: Vec<$part>) -> Self {
                Self::Dynamic(listed(parts))
            }
        }

        impl<$($generics)*> From<VecDeque<$part>> for Arg<VecDeque<$item>> {
            fn from(parts: VecDeque<$part>) -> Self {
                Self::Dynamic(listed(parts))
            }
        }

        impl<$($generics)*, const N: usize> From<[$part; N]> for Arg<[$item; N]> {
            fn from(parts: [$part; N]) -> Self {
                Self::Dynamic(listed(parts))
            }
        }

        impl<$($generics)*, const N: usize> From<[$part; N]> for Arg<Vec<$item>> {
            fn from(parts: [$part; N]) -> Self {
                Self::Dynamic(listed(parts))
            }
        }

        impl<$($generics)*> From<Option<$part>> for Arg<Option<$item>> {
            fn from(part: Option<$part>) -> Self {
                Self::Dynamic(present(part))
            }
        }

        impl<$($generics)*, K: Serialize, S, Z> From<HashMap<K, $part, S>> for Arg<HashMap<K, $item, Z>> {
            fn from(parts: HashMap<K, $part, S>) -> Self {
                Self::Dynamic(keyed(parts))
            }
        }

        impl<$($generics)*, K: Serialize> From<BTreeMap<K, $part>> for Arg<BTreeMap<K, $item>> {
            fn from(parts: BTreeMap<K, $part>) -> Self {
                Self::Dynamic(keyed(parts))
            }
        }

        #[cfg(feature = "indexmap")]
        impl<$($generics)*, K: Serialize, S, Z> From<indexmap::IndexMap<K, $part, S>>
            for Arg<indexmap::IndexMap<K, $item, Z>>
        {
            fn from(parts: indexmap::IndexMap<K, $part, S>) -> Self {
                Self::Dynamic(keyed(parts))
            }
        }
    )*};
}

containers_of! {
    [E: Entity] Stored<E> => E;
    ['s, E: Entity] &'s Stored<E> => E;
    // Only of entities: were it of anything, the type of a plain `None` or `vec![]` would not be known.
    [E: Entity] Arg<E> => E;
}

impl<T: Send + Sync + 'static> Arg<Vec<T>> {
    /// A sequence of arguments, where the elements are containers themselves.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into() })?;
    /// #[callable]
    /// fn largest(groups: Vec<Vec<Student>>) -> usize { groups.iter().map(Vec::len).max().unwrap_or(0) }
    ///
    /// assert_eq!(largest::call(&world, Arg::<Vec<_>>::of([vec![&alice], vec![]])).wait()?, 1);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = impl IntoArg<T>>) -> Self {
        Self::Dynamic(listed(parts.into_iter().map(IntoArg::into_arg)))
    }
}

impl<K: Serialize, T: Send + Sync + 'static> Arg<BTreeMap<K, T>> {
    /// A map of arguments, where the values are containers themselves.
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = (K, impl IntoArg<T>)>) -> Self {
        Self::Dynamic(keyed(parts.into_iter().map(|(key, part)| (key, part.into_arg()))))
    }
}

impl<K: Serialize, T: Send + Sync + 'static, S> Arg<HashMap<K, T, S>> {
    /// A map of arguments, where the values are containers themselves.
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = (K, impl IntoArg<T>)>) -> Self {
        Self::Dynamic(keyed(parts.into_iter().map(|(key, part)| (key, part.into_arg()))))
    }
}

impl<E: Entity> From<&[Stored<E>]> for Arg<Vec<E>> {
    fn from(handles: &[Stored<E>]) -> Self {
        Self::Dynamic(listed(handles))
    }
}

impl<E: Entity> From<&Vec<Stored<E>>> for Arg<Vec<E>> {
    fn from(handles: &Vec<Stored<E>>) -> Self {
        Self::Dynamic(listed(handles))
    }
}

/// A handle is an argument for a pointer to its entity.
macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        impl<E: Entity> From<Stored<E>> for Arg<$pointer<E>> {
            fn from(stored: Stored<E>) -> Self {
                Self::Dynamic(stored.into())
            }
        }

        impl<E: Entity> From<&Stored<E>> for Arg<$pointer<E>> {
            fn from(stored: &Stored<E>) -> Self {
                Self::Dynamic(stored.into())
            }
        }
    )*};
}

pointers!(Box, Arc);

macro_rules! tuples {
    ($($length:literal: $($type:ident $marker:ident $index:tt),+;)*) => {$(
        impl<$($type: Entity),+> From<($(Stored<$type>,)+)> for Arg<($($type,)+)> {
            fn from(handles: ($(Stored<$type>,)+)) -> Self {
                Self::Dynamic(ArgValue::List(vec![$(handles.$index.into()),+]))
            }
        }

        impl<'s, $($type: Entity),+> From<($(&'s Stored<$type>,)+)> for Arg<($($type,)+)> {
            fn from(handles: ($(&'s Stored<$type>,)+)) -> Self {
                Self::Dynamic(ArgValue::List(vec![$(handles.$index.into()),+]))
            }
        }

        impl<$($type: Send + Sync + 'static),+> From<($(Arg<$type>,)+)> for Arg<($($type,)+)> {
            fn from(parts: ($(Arg<$type>,)+)) -> Self {
                Self::Dynamic(ArgValue::List(vec![$(parts.$index.into()),+]))
            }
        }
    )*};
}

each_tuple!(tuples);

/// One argument of a call by name.
#[non_exhaustive]
pub enum ArgValue {
    /// A JSON value. A text that starts with `@` is an address, wherever it stands in the value;
    /// a literal text that starts with `@` is written `@@…`. [`args!`](crate::args) does so for the
    /// texts inside a Rust struct or enum, which are always literal.
    Json(Value),
    /// The value at an address.
    Address(Address),
    /// A committed version.
    Stored(AnyStored),
    /// Arguments by position: for a sequence or tuple of entities.
    List(Vec<ArgValue>),
    /// Arguments by key: for a map of entities.
    Map(Vec<(String, ArgValue)>),
    /// A value of the parameter's own type.
    #[doc(hidden)]
    Typed(Box<dyn Any + Send + Sync>),
    /// A value without a JSON form; why.
    #[doc(hidden)]
    Unrepresentable(String),
}

impl fmt::Debug for ArgValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(value) => write!(f, "{value}"),
            Self::Address(address) => write!(f, "{address}"),
            Self::Stored(stored) => write!(f, "{stored:?}"),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Map(entries) => f.debug_map().entries(entries.iter().map(|(key, value)| (key, value))).finish(),
            Self::Typed(_) => f.write_str("a value"),
            Self::Unrepresentable(reason) => write!(f, "a value without a JSON form ({reason})"),
        }
    }
}

impl ArgValue {
    /// Whether everything in this argument that could be an entity is given by address.
    pub(crate) fn is_address(&self) -> bool {
        match self {
            Self::Address(_) => true,
            Self::Json(Value::String(text)) => is_address_text(text),
            Self::Json(Value::Array(items)) => {
                !items.is_empty() && items.iter().all(|item| item.as_str().is_some_and(is_address_text))
            }
            Self::Json(Value::Object(entries)) => {
                !entries.is_empty() && entries.values().all(|value| value.as_str().is_some_and(is_address_text))
            }
            Self::List(items) => !items.is_empty() && items.iter().all(Self::is_address),
            Self::Map(entries) => !entries.is_empty() && entries.iter().all(|(_, value)| value.is_address()),
            Self::Json(_) | Self::Stored(_) | Self::Typed(_) | Self::Unrepresentable(_) => false,
        }
    }

    fn of_json<T: Serialize + ?Sized>(value: &T) -> Self {
        // Not `serde_json::to_value`, which writes NaN and the infinities as `null`.
        match argument_json(value) {
            Ok(value) => Self::Json(value),
            Err(miss) => Self::Unrepresentable(miss.to_string()),
        }
    }
}

pub(crate) fn is_address_text(text: &str) -> bool {
    text.starts_with('@') && !text.starts_with("@@")
}

impl<T: Entity> From<Stored<T>> for ArgValue {
    fn from(stored: Stored<T>) -> Self {
        Self::Stored(stored.erase())
    }
}

impl<T: Entity> From<&Stored<T>> for ArgValue {
    fn from(stored: &Stored<T>) -> Self {
        stored.clone().into()
    }
}

impl<T: Send + Sync + 'static> From<Arg<T>> for ArgValue {
    fn from(argument: Arg<T>) -> Self {
        match argument {
            Arg::Value(value) => Self::Typed(Box::new(value)),
            Arg::Stored(stored) => Self::Stored(stored.into_any()),
            Arg::At(at) => Self::Address(at.into_address()),
            Arg::Dynamic(value) => value,
            Arg::Default => Self::Unrepresentable("a part of an argument has no default of its own".to_owned()),
            Arg::Kept(_) => unreachable!("a config that `with` binds is given to typed calls"),
        }
    }
}

/// How [`args!`](crate::args) takes what stands behind a name: `How` tells the ways apart and
/// follows from the type.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be passed by name",
    label = "neither a handle, nor an address, nor a serde value",
    note = "derive `serde::Serialize` for `{Self}`, or pass the entity's handle or address"
)]
pub trait IntoArgValue<How> {
    fn into_arg_value(self) -> ArgValue;
}

#[doc(hidden)]
pub struct AsItIs;
#[doc(hidden)]
pub struct ByHandle;
#[doc(hidden)]
pub struct BySerde;
#[doc(hidden)]
pub struct ByHandles;

impl IntoArgValue<AsItIs> for ArgValue {
    fn into_arg_value(self) -> ArgValue {
        self
    }
}

impl IntoArgValue<ByHandle> for AnyStored {
    fn into_arg_value(self) -> ArgValue {
        ArgValue::Stored(self)
    }
}

impl IntoArgValue<ByHandle> for &AnyStored {
    fn into_arg_value(self) -> ArgValue {
        ArgValue::Stored(self.clone())
    }
}

impl<T: Entity> IntoArgValue<ByHandle> for Stored<T> {
    fn into_arg_value(self) -> ArgValue {
        self.into()
    }
}

impl<T: Entity> IntoArgValue<ByHandle> for &Stored<T> {
    fn into_arg_value(self) -> ArgValue {
        self.into()
    }
}

impl<T> IntoArgValue<ByHandle> for At<T> {
    fn into_arg_value(self) -> ArgValue {
        ArgValue::Address(self.into_address())
    }
}

macro_rules! containers_by_name {
    ($([$($generics:tt)*] $part:ty;)*) => {$(
        impl<$($generics)*> IntoArgValue<ByHandles> for Vec<$part> {
            fn into_arg_value(self) -> ArgValue {
                listed(self)
            }
        }

        impl<$($generics)*, const N: usize> IntoArgValue<ByHandles> for [$part; N] {
            fn into_arg_value(self) -> ArgValue {
                listed(self)
            }
        }

        impl<$($generics)*> IntoArgValue<ByHandles> for Option<$part> {
            fn into_arg_value(self) -> ArgValue {
                present(self)
            }
        }

        impl<$($generics)*, K: Serialize, S> IntoArgValue<ByHandles> for HashMap<K, $part, S> {
            fn into_arg_value(self) -> ArgValue {
                keyed(self)
            }
        }

        impl<$($generics)*, K: Serialize> IntoArgValue<ByHandles> for BTreeMap<K, $part> {
            fn into_arg_value(self) -> ArgValue {
                keyed(self)
            }
        }
    )*};
}

containers_by_name! {
    [T: Entity] Stored<T>;
    ['s, T: Entity] &'s Stored<T>;
}

impl<T: Entity> IntoArgValue<ByHandles> for &[Stored<T>] {
    fn into_arg_value(self) -> ArgValue {
        listed(self)
    }
}

impl<T: Entity> IntoArgValue<ByHandles> for &Vec<Stored<T>> {
    fn into_arg_value(self) -> ArgValue {
        listed(self)
    }
}

impl IntoArgValue<ByHandles> for Vec<ArgValue> {
    fn into_arg_value(self) -> ArgValue {
        ArgValue::List(self)
    }
}

impl<T: Serialize> IntoArgValue<BySerde> for T {
    fn into_arg_value(self) -> ArgValue {
        ArgValue::of_json(&self)
    }
}

/// The arguments of a call by name, from [`args!`](crate::args) or a JSON object.
#[derive(Debug)]
pub struct Args(pub(crate) Entries);

#[derive(Debug)]
pub(crate) enum Entries {
    Named(Vec<(Box<str>, ArgValue)>),
    /// Something else than an object was given.
    NotAnObject(Value),
}

impl Args {
    /// No arguments.
    #[must_use]
    pub fn new() -> Self {
        Self(Entries::Named(Vec::new()))
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: ArgValue) -> Self {
        if let Entries::Named(entries) = &mut self.0 {
            entries.push((name.into(), value));
        }
        self
    }
}

impl Default for Args {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Value> for Args {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(entries) => Self(Entries::Named(
                entries.into_iter().map(|(name, value)| (name.into(), ArgValue::Json(value))).collect(),
            )),
            other => Self(Entries::NotAnObject(other)),
        }
    }
}
