//! The kind of a parameter or result, asked of its type while the user's crate compiles.
//!
//! An inherent constant shadows a trait constant of the same name. So `Probe::<T>::ENTITY` is the
//! inherent `true` where `T: Entity`, and the trait's `false` elsewhere. The answers are folded
//! into a number, and a const-generic selector turns the number into a type. This works for every
//! concrete type, aliases included; in generic code it would answer `false` silently, so the
//! macros refuse type parameters first. The technique is PyO3's (`impl_/pyclass/probes.rs`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::text::FromText;
pub use crate::entity::kind::*;
use crate::entity::tree::marker::Holds;
use crate::entity::tree::same::{Same, Sameness};
use crate::entity::{ConfigEntity, ConfigSource, Entity, EntityType, SchemaOf, Stored, Value};
use crate::error::Result;

/// What a parameter is to the framework. It follows from the parameter's type alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// An entity.
    Entity,
    /// A container that holds entities.
    Entities,
    /// A config.
    Config,
    /// A plain serde value.
    Value,
    /// The [`Context`](crate::Context) of the execution; not an input.
    Context,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entity => "entity",
            Self::Entities => "entities",
            Self::Config => "config",
            Self::Value => "value",
            Self::Context => "context",
        })
    }
}

/// Where questions about `T` are asked.
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// The answers for a type of which nothing is known.
pub trait Unknown {
    /// Whether the type is an entity.
    const ENTITY: bool = false;
    /// Whether the type is a config.
    const CONFIG: bool = false;
    /// Whether the type is the context.
    const CONTEXT: bool = false;
    /// Whether the type is the world.
    const WORLD: bool = false;
    /// Whether the type is a handle.
    const HANDLE: bool = false;
    /// Whether the type is an owned serde value.
    const VALUE: bool = false;
    /// Whether the type is `Clone`.
    const CLONE: bool = false;
    /// Whether the type is `Serialize`.
    const SERIALIZE: bool = false;
    /// Whether the type is `Deserialize`, and borrows nothing.
    const DESERIALIZE: bool = false;
    /// Whether the type is, or holds, a plain one that carries entities.
    const PARTS: bool = false;
    /// Whether the type is `()`.
    const UNIT: bool = false;
    /// Whether the type is a container that holds entities, spelled by a name of its own.
    const HOLDS_ENTITIES: bool = false;
    /// How the type holds others.
    const CONTAINER: u8 = NO_CONTAINER;
    /// Whether the type can go from thread to thread and holds nothing borrowed.
    const SENDABLE: bool = false;
    /// Whether the type is a `Result` whose error has a message.
    const FAILS_WITH_MESSAGE: bool = false;
    /// Whether the type is a `Result` whose success is known without its spelling.
    const IS_SEEN_THROUGH: bool = false;
    /// The entity's description.
    const ENTITY_TYPE: Option<&'static EntityType> = None;
    /// The config's description.
    const CONFIG_TYPE: Option<&'static EntityType> = None;
    /// The type's JSON Schema: it has none.
    const SCHEMA: SchemaOf = None;

    /// A text literal as a value of the type; itself for a type that has no texts, which is then
    /// a mismatch at the literal.
    fn text(text: &'static str) -> &'static str {
        text
    }
}

impl<T: ?Sized> Unknown for Probe<T> {}

impl<T: Same> Probe<T> {
    pub fn same(a: &T, b: &T) -> Sameness {
        a.is_same(b).into()
    }
}

impl<T: ?Sized> crate::entity::tree::same::UnknownSame<T> for Probe<T> {}

impl<T: Serialize + DeserializeOwned> Probe<T> {
    /// What a config's field is given.
    ///
    /// # Errors
    ///
    /// As of [`ConfigSource::field`].
    pub fn argument(source: &mut impl ConfigSource, name: &'static str, default: Option<fn() -> T>) -> Result<T>
    where
        T: Value,
    {
        source.field(name, default)
    }
}

/// The field of a config that does not go through serde, of which all is said elsewhere.
pub trait UnknownArgument<T> {
    /// Nothing is given for it.
    ///
    /// # Errors
    ///
    /// Never: it is not run.
    fn argument(_: &mut impl ConfigSource, _: &'static str, _: Option<fn() -> T>) -> Result<T> {
        unreachable!("a config with such a field does not compile")
    }
}

impl<T> UnknownArgument<T> for Probe<T> {}

impl<T: FromText> Probe<T> {
    pub fn text(text: &'static str) -> T {
        T::from_text(text)
    }
}

impl<T: Entity> Probe<T> {
    pub const ENTITY: bool = true;
    pub const ENTITY_TYPE: Option<&'static EntityType> = Some(T::TYPE);
}

impl<T: ConfigEntity> Probe<T> {
    pub const CONFIG: bool = true;
    pub const CONFIG_TYPE: Option<&'static EntityType> = Some(T::TYPE);
}

impl<T> Probe<Stored<T>> {
    pub const HANDLE: bool = true;
}

impl Probe<()> {
    pub const UNIT: bool = true;
}

impl<T: Send + Sync + 'static> Probe<T> {
    pub const SENDABLE: bool = true;
}

impl<T: Clone> Probe<T> {
    pub const CLONE: bool = true;
}

impl<T: Serialize> Probe<T> {
    pub const SERIALIZE: bool = true;
}

impl<T: DeserializeOwned> Probe<T> {
    pub const DESERIALIZE: bool = true;
}

impl<T: Value> Probe<T> {
    pub const VALUE: bool = true;
}

impl<T: JsonSchema> Probe<T> {
    pub const SCHEMA: SchemaOf = Some(|generator| generator.subschema_for::<T>());
}

impl<T: Container> Probe<T> {
    pub const CONTAINER: u8 = T::CONTAINER;
}

impl<T: Holds> Probe<T> {
    pub const HOLDS_ENTITIES: bool = T::ENTITIES;
    pub const PARTS: bool = T::PARTS;
}

/// The containers that entities are found in.
pub trait Container {
    const CONTAINER: u8;
}

macro_rules! containers {
    ($($class:ident: $([$($generics:tt)*] $type:ty),*;)*) => {$($(
        impl<$($generics)*> Container for $type {
            const CONTAINER: u8 = $class;
        }
    )*)*};
}

containers! {
    OF_ELEMENTS: [T] Vec<T>, [T] VecDeque<T>, [T] Option<T>, [T] Box<T>, [T] Arc<T>, [T: Ord] BTreeSet<T>, [T, S] HashSet<T, S>;
    BY_KEY: [K, V, S] HashMap<K, V, S>, [K: Ord, V] BTreeMap<K, V>;
    FALLIBLE: [T, E] Result<T, E>;
}

#[cfg(feature = "indexmap")]
containers!(BY_KEY: [K, V, S] indexmap::IndexMap<K, V, S>;);

#[cfg(feature = "im")]
containers! {
    OF_ELEMENTS: [T] crate::im::Vector<T>;
    BY_KEY: [K: Ord, V] crate::im::Map<K, V>;
}

/// The kind of a type that is not seen through.
#[must_use]
pub const fn leaf(is_entity: bool, is_config: bool, is_context: bool, holds_entities: bool, is_value: bool) -> u8 {
    if is_context {
        CONTEXT
    } else if is_config {
        CONFIG
    } else if is_entity {
        ENTITY
    } else if holds_entities {
        ENTITIES
    } else if is_value {
        VALUE
    } else {
        UNSUPPORTED
    }
}

/// The kind of a type in a callable's signature.
#[must_use]
pub const fn in_call(kind: u8, carries_entities: bool) -> u8 {
    if carries_entities { UNSUPPORTED } else { kind }
}

/// The kind of a generic type: its own, or that of the elements it holds.
#[must_use]
pub const fn within(container: u8, own: u8, arguments: &[u8]) -> u8 {
    let element = match by_spelling(container, own) {
        OF_ELEMENTS | FALLIBLE => 0,
        BY_KEY => 1,
        _ => return own,
    };
    // An alias may be spelled with fewer arguments than the container has.
    if element < arguments.len() { all(own, &[arguments[element]]) } else { own }
}

/// The container class of a generic type as far as its spelling decides: not where the type itself is
/// known to hold entities, as it may be an alias whose arguments mean something else.
#[must_use]
pub const fn by_spelling(container: u8, own: u8) -> u8 {
    if own == ENTITIES { NO_CONTAINER } else { container }
}

/// The kind of a type with these parts, all of which are seen: a tuple, an array.
#[must_use]
pub const fn all(own: u8, parts: &[u8]) -> u8 {
    let mut holds_entities = false;
    let mut i = 0;
    while i < parts.len() {
        match parts[i] {
            UNSUPPORTED | CONTEXT => return UNSUPPORTED,
            VALUE => {}
            _ => holds_entities = true,
        }
        i += 1;
    }
    if holds_entities { ENTITIES } else { own }
}

/// The kind under which a parameter behind `&mut` gets its slot: only an entity has one.
#[must_use]
pub const fn mutable(kind: u8) -> u8 {
    if kind == ENTITY { MUTABLE } else { UNSUPPORTED }
}

/// The kind of a parameter behind `&mut` as far as it is to be an entity: of the context all is said
/// elsewhere.
#[must_use]
pub const fn unless_context(kind: u8) -> u8 {
    if kind == CONTEXT { ENTITY } else { kind }
}

/// The kind of a type as far as it is to be supported: of what is another type than was meant all is said elsewhere.
#[must_use]
pub const fn unless(kind: u8, is_another_than_meant: bool) -> u8 {
    if is_another_than_meant { ENTITY } else { kind }
}

/// Whether a field of this container class and kind holds entities where they are not found.
#[must_use]
pub const fn is_unseen(container: u8, kind: u8) -> bool {
    container == FALLIBLE && kind == ENTITIES
}

/// The kind under which a parameter taken by value gets its slot: the context is only lent.
#[must_use]
pub const fn owned(kind: u8) -> u8 {
    if kind == CONTEXT { UNSUPPORTED } else { kind }
}

/// The kind of a part as far as it concerns its container: the element of a sequence does, the
/// hasher of a map does not.
#[must_use]
pub const fn relevant(container: u8, position: usize, kind: u8) -> u8 {
    let concerns = match container {
        OF_ELEMENTS | FALLIBLE => position == 0,
        BY_KEY => position <= 1,
        _ => false,
    };
    if concerns { kind } else { VALUE }
}

/// The kind of a result spelled by one name: what an alias of a `Result` holds is asked elsewhere.
#[must_use]
pub const fn success(container: u8, own: u8) -> u8 {
    if container == FALLIBLE { VALUE } else { own }
}

/// The kind of a generic type as far as it is asked as a whole: not if its parts are.
#[must_use]
pub const fn opaque(container: u8, own: u8) -> u8 {
    if container == NO_CONTAINER { own } else { VALUE }
}

/// The container class of a result: a `Result` whose error has no message is one of its own.
#[must_use]
pub const fn result(container: u8, fails_with_message: bool) -> u8 {
    if container == FALLIBLE && !fails_with_message { FALLIBLE_SILENTLY } else { container }
}

/// Whether a result spelled by one name is a `Result` whose success only its spelling would tell.
#[must_use]
pub const fn is_opaque_result(container: u8, is_seen_through: bool) -> bool {
    container == FALLIBLE && !is_seen_through
}

/// The container class of a result spelled by one name.
#[must_use]
pub const fn named_result(container: u8, fails_with_message: bool, is_seen_through: bool) -> u8 {
    if is_opaque_result(container, is_seen_through) { NO_CONTAINER } else { result(container, fails_with_message) }
}
