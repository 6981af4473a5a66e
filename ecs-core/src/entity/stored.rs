//! Committed versions and the handles to them.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::content::ContentHash;
use super::extract::{Miss, extract};
use super::{EcsId, Entity, EntityType, ExecutionId, Id, LineageId};
use crate::address::{Address, At, Path, Segment, Target};
use crate::error::{ErrorKind, Result};

/// Tells the versions of one store from those of another in the same process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreTag(u32);

impl StoreTag {
    /// A tag that no other store of this process has.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "two defaults would differ")]
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// What a version continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A thing that was not there before.
    New,
    /// The next version of the same thing.
    Next(EcsId),
    /// A new thing made from a version of another.
    Fork(EcsId),
}

/// What is known of a version beside its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) ecs_id: EcsId,
    pub(crate) lineage_id: LineageId,
    pub(crate) origin: Origin,
    pub(crate) content_hash: ContentHash,
    pub(crate) execution_id: Option<ExecutionId>,
    pub(crate) store: StoreTag,
}

struct Version<T> {
    header: Header,
    entity: T,
}

/// A version whose type is not known here.
trait AnyVersion: Any + Send + Sync {
    fn header(&self) -> &Header;
    fn entity_type(&self) -> &'static EntityType;
    fn field(&self, name: &str) -> Option<&dyn Any>;
    fn extract(&self, path: &Path) -> Result<Value, Miss>;
}

impl<T: Entity> AnyVersion for Version<T> {
    fn header(&self) -> &Header {
        &self.header
    }

    fn entity_type(&self) -> &'static EntityType {
        T::TYPE
    }

    fn field(&self, name: &str) -> Option<&dyn Any> {
        self.entity.field(name)
    }

    fn extract(&self, path: &Path) -> Result<Value, Miss> {
        extract(&self.entity, path)
    }
}

/// The questions both kinds of handle answer about their version.
macro_rules! about_the_version {
    () => {
        /// The id of this version.
        #[must_use]
        pub fn ecs_id(&self) -> EcsId {
            self.header().ecs_id
        }

        /// The id of the thing this is a version of.
        #[must_use]
        pub fn lineage_id(&self) -> LineageId {
            self.header().lineage_id
        }

        /// The version of the same thing that this one continues.
        #[must_use]
        pub fn parent(&self) -> Option<EcsId> {
            match self.header().origin {
                Origin::Next(parent) => Some(parent),
                Origin::New | Origin::Fork(_) => None,
            }
        }

        /// The version of another thing that this one was forked from.
        #[must_use]
        pub fn forked_from(&self) -> Option<EcsId> {
            match self.header().origin {
                Origin::Fork(source) => Some(source),
                Origin::New | Origin::Next(_) => None,
            }
        }

        /// The hash of the content, which equal content shares whatever its identity.
        #[must_use]
        pub fn content_hash(&self) -> ContentHash {
            self.header().content_hash
        }

        /// The execution that made this version; `None` if it was inserted or committed directly.
        #[must_use]
        pub fn execution_id(&self) -> Option<ExecutionId> {
            self.header().execution_id
        }

        /// The address of the whole entity.
        #[must_use]
        pub fn address(&self) -> Address {
            Address::of_version(self.ecs_id())
        }
    };
}

/// A cheap handle to a committed version; derefs to the entity and displays as its address.
///
/// Two handles are equal if they are to the same version.
pub struct Stored<T>(Arc<Version<T>>);

impl<T> Stored<T> {
    fn header(&self) -> &Header {
        &self.0.header
    }

    about_the_version!();

    /// The address of a value inside this version, such as `"gpa"` or `"grades.0"`.
    ///
    /// The type follows from where the address is used; whether the value there has it is checked
    /// when the address is read.
    ///
    /// # Panics
    ///
    /// If `path` is not a path. Parse a [`Path`] first if it comes from outside the program.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// // The record says that `step` was taken from Alice's `gpa`.
    /// let doubled = raise::call(&world, &alice, alice.at("gpa")).wait()?;
    /// assert_eq!(doubled.gpa, 7.0);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    #[must_use]
    pub fn at<V>(&self, path: &str) -> At<V> {
        match path.parse::<Path>() {
            Ok(path) => self.address().with_path(path).into(),
            Err(error) => panic!("{error}"),
        }
    }

    /// A pointer to this version that can be kept in a field.
    #[must_use]
    pub fn to_ref(&self) -> Ref<T> {
        Ref { ecs_id: self.ecs_id(), entity: PhantomData }
    }
}

impl<T: Entity> Stored<T> {
    pub(crate) fn store(&self) -> StoreTag {
        self.0.header.store
    }

    pub(crate) fn new(header: Header, mut entity: T) -> Self {
        *entity.id_mut() = Id::of_version(header.lineage_id, header.ecs_id);
        Self(Arc::new(Version { header, entity }))
    }

    /// This handle without its type.
    #[must_use]
    pub fn erase(self) -> AnyStored {
        AnyStored(self.0)
    }
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.entity
    }
}

impl<T> Clone for Stored<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Stored<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ecs_id() == other.ecs_id()
    }
}

impl<T> Eq for Stored<T> {}

impl<T> fmt::Display for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.ecs_id())
    }
}

impl<T: fmt::Debug> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stored").field(&**self).finish()
    }
}

impl<T> From<&Stored<T>> for LineageId {
    fn from(stored: &Stored<T>) -> Self {
        stored.lineage_id()
    }
}

/// A handle to a committed version whose type is not known here.
#[derive(Clone)]
pub struct AnyStored(Arc<dyn AnyVersion>);

impl AnyStored {
    pub(crate) fn header(&self) -> &Header {
        self.0.header()
    }

    about_the_version!();

    /// The type of the entity.
    #[must_use]
    pub fn entity_type(&self) -> &'static EntityType {
        self.0.entity_type()
    }

    /// The same handle, if the entity is a `T`.
    ///
    /// # Errors
    ///
    /// `wrong-entity-type`, naming both types.
    pub fn downcast<T: Entity>(self) -> Result<Stored<T>> {
        let (ecs_id, given) = (self.ecs_id(), self.entity_type().name());
        let version: Arc<dyn Any + Send + Sync> = self.0;
        version
            .downcast::<Version<T>>()
            .map(Stored)
            .map_err(|_| ErrorKind::WrongEntityType { ecs_id, given, accepted: T::TYPE.name() }.into())
    }

    /// The whole entity as JSON.
    ///
    /// # Errors
    ///
    /// `not-json` if it holds a value that JSON cannot, such as NaN.
    pub fn to_json(&self) -> Result<Value> {
        self.read_json(&self.address())
    }

    /// The value at `path`, borrowed, if it is a field of this entity and a `T`. Other values are
    /// read by [`read_json`](Self::read_json).
    pub(crate) fn field_at<T: 'static>(&self, path: &Path) -> Option<&T> {
        match path.segments() {
            [Segment::Name(name)] => self.0.field(name)?.downcast_ref(),
            _ => None,
        }
    }

    /// The value at the path of `address`, which is one of this version's.
    pub(crate) fn read_json(&self, address: &Address) -> Result<Value> {
        debug_assert!(
            address.target() == Target::Version(self.ecs_id()) || address.target() == Target::Head(self.lineage_id())
        );
        self.0.extract(address.path()).map_err(|miss| {
            let address = address.clone();
            match miss {
                Miss::Field { step, accepted } => ErrorKind::UnknownField { address, step, accepted },
                Miss::Index { index, length } => ErrorKind::IndexOutOfRange { address, index, length },
                Miss::IntoValue { step, value } => ErrorKind::StepIntoValue { address, step, value },
                Miss::NotJson(reason) => ErrorKind::NotJson { address, reason: reason.into() },
            }
            .into()
        })
    }
}

impl fmt::Display for AnyStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.ecs_id())
    }
}

impl fmt::Debug for AnyStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyStored({} @{})", self.entity_type().name(), self.ecs_id())
    }
}

impl From<&AnyStored> for LineageId {
    fn from(stored: &AnyStored) -> Self {
        stored.lineage_id()
    }
}

/// A pointer to a version that can be kept in a field: not owned, found with `World::get`.
pub struct Ref<T> {
    ecs_id: EcsId,
    entity: PhantomData<fn() -> T>,
}

impl<T> Ref<T> {
    /// The version pointed at.
    #[must_use]
    pub fn ecs_id(&self) -> EcsId {
        self.ecs_id
    }
}

impl<T: Entity> Ref<T> {
    /// A pointer to the version that `entity` was read from; `None` for one that was never stored.
    ///
    /// What a callable takes is always stored, so inside one this points at the argument.
    #[must_use]
    pub fn to(entity: &T) -> Option<Self> {
        Some(Self { ecs_id: entity.id().ecs_id()?, entity: PhantomData })
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ref<T> {}

impl<T> PartialEq for Ref<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ecs_id == other.ecs_id
    }
}

impl<T> Eq for Ref<T> {}

impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref(@{})", self.ecs_id)
    }
}

impl<T> From<&Stored<T>> for Ref<T> {
    fn from(stored: &Stored<T>) -> Self {
        stored.to_ref()
    }
}

impl<T> Serialize for Ref<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Address::of_version(self.ecs_id).serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Ref<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let address = Address::deserialize(deserializer)?;
        match address.target() {
            Target::Version(ecs_id) if address.path().is_empty() => Ok(Self { ecs_id, entity: PhantomData }),
            _ => Err(serde::de::Error::custom("a reference is the address of a whole version, `@<ecs_id>`")),
        }
    }
}
