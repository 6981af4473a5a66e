//! What an entity is: identity, description, content, committed versions.

pub(crate) mod content;
#[allow(missing_docs, reason = "for generated code; the module says what its parts are")]
pub mod derived;
mod describe;
pub(crate) mod encode;
pub(crate) mod erased;
pub(crate) mod extract;
pub(crate) mod form;
#[allow(missing_docs, reason = "for generated code; the module says what its parts are")]
pub mod held_handle;
mod id_map;
pub mod kind;
mod known_hash;
mod number;
mod reference;
mod stored;
pub mod tree;
pub(crate) mod upgrade;
mod version;

use std::any::Any;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::tree::parts::{EachPair, EachPart, EachPartMut};
use self::tree::same::Sameness;
use crate::deep;
use crate::error::Result;

pub use self::content::ContentHash;
pub use self::describe::{EntityType, Field, SchemaOf};
pub(crate) use self::describe::{ReadEntity, schema_of};
pub(crate) use self::id_map::IdMap;
pub use self::reference::Ref;
pub use self::stored::{AnyStored, Stored};
pub(crate) use self::stored::{Inside, nodes_of, push_with_tree, version_in, with_tree};
pub use self::tree::EntityParts;
pub use self::upgrade::Old;
pub use self::version::StoreTag;
pub(crate) use self::version::{Header, NodeRecord, Origin, Tree};
pub(crate) use crate::id::Moment;
pub use crate::id::{EcsId, ExecutionId, Id, LineageId, NilId};

/// A struct with identity and versions; derived, never written by hand.
///
/// `#[derive(Entity)]` goes on a struct with named fields, exactly one of which is an [`Id`], and
/// stands beside `Clone`, `serde::Serialize` and `serde::Deserialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "an entity is needed here",
    note = "an entity is a struct with `#[derive(Entity, Clone, Serialize, Deserialize)]` and a field `id: Id`; give one that is borrowed by its value, or a clone of it"
)]
pub trait Entity: Value {
    /// The description of this type that the runtime works from.
    #[doc(hidden)]
    const TYPE: &'static EntityType;

    /// The identity this value carries.
    fn id(&self) -> Id;

    /// The identity, to be set to that of a committed version.
    #[doc(hidden)]
    fn id_mut(&mut self) -> &mut Id;

    /// The field of that name, so that reading one through an address copies nothing else.
    #[doc(hidden)]
    fn field(&self, name: &str) -> Option<&dyn Any>;

    /// The value of this type that a node is, or is read as.
    #[doc(hidden)]
    fn in_node(node: &dyn tree::Node) -> Option<&Self> {
        let any: &dyn Any = node;
        any.downcast_ref()
    }

    /// Whether any field can hold entities.
    #[doc(hidden)]
    const HOLDS_ENTITIES: bool = false;

    /// The fields that can hold entities.
    #[doc(hidden)]
    fn parts<'a, V: EachPart<'a>>(&'a self, _each: &mut V) {}

    #[doc(hidden)]
    fn parts_mut<V: EachPartMut>(&mut self, _each: &mut V) {}

    #[doc(hidden)]
    fn pairs<'a, V: EachPair<'a>>(_old: &'a Self, _new: &'a Self, _each: &mut V) {}

    /// Whether the other fields have equal content.
    #[doc(hidden)]
    fn same_values(&self, _other: &Self) -> Sameness {
        Sameness::Unknown
    }

    /// A copy that is another thing: a new lineage, which remembers the version it was forked from.
    /// Everything that it holds is forked with it.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let twin = world.insert(alice.fork())?;
    /// assert_ne!(twin.lineage_id(), alice.lineage_id());
    /// assert_eq!(twin.forked_from(), Some(alice.ecs_id()));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    #[must_use]
    fn fork(&self) -> Self {
        let room = if Self::HOLDS_ENTITIES { tree::room_below(self) } else { 0 };
        let mut twin = deep::with_room(room, || self.clone());
        *twin.id_mut() = self.id().fork();
        tree::fork_below(&mut twin);
        twin
    }
}

/// An entity that holds parameters; derived, never written by hand.
///
/// At the top level of a callable's signature a config is bound first, recorded by its id, and
/// stored once however many calls use it. Anywhere else it is an entity like any other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a config",
    label = "a config entity is needed here",
    note = "put `#[derive(ConfigEntity, Clone, Serialize, Deserialize)]` on `{Self}` and give it a field `id: Id`"
)]
pub trait ConfigEntity: Entity {
    /// Builds the config from arguments named like its fields, and defaults for the rest.
    #[doc(hidden)]
    fn from_arguments(arguments: &mut impl ConfigSource) -> Result<Self>;
}

/// Where the fields of a config come from when it is built.
#[doc(hidden)]
pub trait ConfigSource {
    /// The value given for a field, or its default.
    ///
    /// # Errors
    ///
    /// If it is of the wrong type, or missing without a default.
    fn field<T: Value>(&mut self, name: &'static str, default: Option<fn() -> T>) -> Result<T>;
}

/// What can be a plain value of a callable: any owned serde value.
///
/// Implemented for every type that qualifies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded",
    label = "an entity, and every value of a callable, is `Clone` and goes through serde",
    note = "put `#[derive(Clone, Serialize, Deserialize)]` on `{Self}`, and keep it `Send + Sync + 'static`"
)]
pub trait Value: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Value for T {}
