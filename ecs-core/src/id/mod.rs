//! Identity: which thing a value is, and which version of it was read.

mod any;
mod gone;

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{NonNilUuid, Uuid};

pub use self::any::{AnyId, IdPart};
pub use self::gone::NoLongerKept;

/// One reading of the clock, from which every id of a call is made.
///
/// Ids are UUID version 7 with the sub-millisecond part in the twelve bits behind the version
/// (RFC 9562, section 6.2, method 3), so ids made in one process sort by time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    nanoseconds: u64,
}

impl Moment {
    #[inline]
    pub(crate) fn now() -> Self {
        // A clock set before 1970 gives ids that sort first, not a failed call.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { nanoseconds: u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX) }
    }

    /// How many nanoseconds after 1970 it was.
    pub(crate) fn nanoseconds(self) -> u64 {
        self.nanoseconds
    }

    /// How many nanoseconds have passed since; none if the clock was set back.
    pub(crate) fn elapsed(self) -> u64 {
        Self::now().nanoseconds.saturating_sub(self.nanoseconds)
    }

    /// A new id, all of it random that is not the time.
    fn uuid(self) -> NonNilUuid {
        self.uuid_with(fastrand::u64(..))
    }

    /// A new id that shares some bits with all others of this thread.
    #[inline]
    fn uuid_of_thread(self) -> NonNilUuid {
        self.uuid_with((fastrand::u64(..) & !(THREAD_BITS << 2)) | (thread_bits() << 2))
    }

    #[inline]
    fn uuid_with(self, random: u64) -> NonNilUuid {
        let (millis, rest) = (self.nanoseconds / 1_000_000, self.nanoseconds % 1_000_000);
        let fraction = (rest << 12) / 1_000_000;
        let high = (millis << 16) | 0x7000 | fraction;
        let low = (random >> 2) | 0x8000_0000_0000_0000;
        // The version and variant bits are set, so this is never the nil uuid.
        NonNilUuid::new(Uuid::from_u64_pair(high, low)).unwrap_or_else(|| unreachable!("version 7 ids are not nil"))
    }
}

/// The bits that ids of one thread share. Where they decide which part of a store is written, threads write
/// different parts, and each finds in the caches of its processor what it wrote last.
const THREAD_BITS: u64 = 0b1111 << 27;

fn thread_bits() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    thread_local! {
        static OWN: u64 = (NEXT.fetch_add(1, Ordering::Relaxed) << 27) & THREAD_BITS;
    }
    // A thread that ends has no bits any more; any are right.
    OWN.try_with(|own| *own).unwrap_or(0)
}

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        // A uuid alone is aligned to 16 bytes, which would leave gaps in everything that holds ids.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(Rust, packed(4))]
        pub struct $name(NonNilUuid);

        impl $name {
            /// A new id, made by a call.
            pub(crate) fn at(moment: Moment) -> Self {
                Self(moment.uuid_of_thread())
            }

            /// This id as a plain UUID.
            #[must_use]
            pub fn as_uuid(self) -> Uuid {
                let Self(uuid) = self;
                uuid.get()
            }

            /// When this id was made, by the clock of the machine that made it.
            #[must_use]
            pub fn time(self) -> SystemTime {
                let (high, _) = self.as_uuid().as_u64_pair();
                let fraction = ((high & 0xfff) * 1_000_000) >> 12;
                UNIX_EPOCH + Duration::from_millis(high >> 16) + Duration::from_nanos(fraction)
            }

            /// The bits that ids are sorted by: the time at which they were made.
            pub(crate) fn time_bits(self) -> u64 {
                self.as_uuid().as_u64_pair().0
            }

            /// The bits that differ most between ids: what the maps of a store spread over.
            pub(crate) fn random_bits(self) -> u64 {
                self.as_uuid().as_u64_pair().1
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.as_uuid().hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl TryFrom<Uuid> for $name {
            type Error = NilId;

            fn try_from(uuid: Uuid) -> Result<Self, NilId> {
                NonNilUuid::new(uuid).map(Self).ok_or(NilId)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                let uuid = Uuid::try_parse(text)?;
                // The nil uuid names nothing; uuid's own parser words the refusal.
                NonNilUuid::new(uuid).map(Self).ok_or_else(|| {
                    Uuid::try_parse("").err().unwrap_or_else(|| unreachable!("an empty text is no uuid"))
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.as_uuid().serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let uuid = Uuid::deserialize(deserializer)?;
                Self::try_from(uuid).map_err(serde::de::Error::custom)
            }
        }
    };
}

uuid_newtype! {
    /// Names one committed version of one entity.
    EcsId
}
uuid_newtype! {
    /// Names one thing through all its versions.
    LineageId
}
uuid_newtype! {
    /// Names one recorded run of a callable.
    ExecutionId
}

impl LineageId {
    /// A new lineage, which any thread may continue.
    fn anywhere() -> Self {
        Self(Moment::now().uuid())
    }
}

/// A uuid that is never made.
const UNSET: NonNilUuid = match NonNilUuid::new(Uuid::max()) {
    Some(uuid) => uuid,
    None => panic!("the max uuid is not nil"),
};

/// The all-zero UUID was given where an id is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the nil uuid names nothing")]
#[non_exhaustive]
pub struct NilId;

/// The name under which an [`Id`] passes through serde, so that the canonical encoding can tell an
/// entity from plain data wherever it is hidden.
pub(crate) const ID_MARKER: &str = "$ecs::Id";

/// Identity carried in an entity's value.
///
/// `lineage_id` says which thing this is and is fixed by [`Id::new`]; `ecs_id` says which version
/// the value was read from, and is `None` until the first commit. It is `Copy` and compared by
/// value, so a clone of an entity equals the original.
///
/// ```
/// use ecs_core::Id;
///
/// let id = Id::new();
/// assert_eq!(id, id.clone());
/// assert_eq!(id.ecs_id(), None);
/// assert_ne!(id.lineage_id(), Id::new().lineage_id());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id {
    lineage_id: LineageId,
    ecs_id: Option<EcsId>,
}

impl Id {
    /// A new lineage without versions.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "two defaults would differ")]
    pub fn new() -> Self {
        Self { lineage_id: LineageId::anywhere(), ecs_id: None }
    }

    /// Stands in a generated entity until it gets its identity.
    #[doc(hidden)]
    pub const UNSET: Self = Self { lineage_id: LineageId(UNSET), ecs_id: None };

    pub(crate) fn is_unset(self) -> bool {
        self.lineage_id == Self::UNSET.lineage_id
    }

    /// A new lineage of a thing that a call makes and only the store will hold.
    pub(crate) fn at(moment: Moment) -> Self {
        Self { lineage_id: LineageId::at(moment), ecs_id: None }
    }

    pub(crate) fn of_version(lineage_id: LineageId, ecs_id: EcsId) -> Self {
        Self { lineage_id, ecs_id: Some(ecs_id) }
    }

    /// Which thing this is.
    #[must_use]
    pub fn lineage_id(self) -> LineageId {
        self.lineage_id
    }

    /// The version this value was read from; `None` before the first commit.
    #[must_use]
    pub fn ecs_id(self) -> Option<EcsId> {
        self.ecs_id
    }

    /// A new lineage that remembers the version it was forked from.
    ///
    /// ```
    /// use ecs_core::Id;
    ///
    /// let id = Id::new();
    /// let twin = id.fork();
    /// assert_ne!(twin.lineage_id(), id.lineage_id());
    /// assert_eq!(twin.ecs_id(), id.ecs_id());
    /// ```
    #[must_use]
    pub fn fork(self) -> Self {
        Self { lineage_id: LineageId::anywhere(), ecs_id: self.ecs_id }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ecs_id {
            Some(ecs_id) => write!(f, "Id({} @{ecs_id})", self.lineage_id),
            None => write!(f, "Id({} new)", self.lineage_id),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IdFields {
    lineage_id: LineageId,
    ecs_id: Option<EcsId>,
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = IdFields { lineage_id: self.lineage_id, ecs_id: self.ecs_id };
        serializer.serialize_newtype_struct(ID_MARKER, &fields)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = IdFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an entity id: {\"lineage_id\": …, \"ecs_id\": …}")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<IdFields, D::Error> {
                IdFields::deserialize(deserializer)
            }
        }

        let IdFields { lineage_id, ecs_id } = deserializer.deserialize_newtype_struct(ID_MARKER, Visitor)?;
        Ok(Self { lineage_id, ecs_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_sort_by_time() {
        let first = EcsId::at(Moment::now());
        std::thread::sleep(Duration::from_millis(2));
        let second = EcsId::at(Moment::now());
        assert_eq!(first.as_uuid().get_version_num(), 7);
        assert_eq!(first.as_uuid().get_variant(), uuid::Variant::RFC4122);
        assert!(first < second, "{first} was made before {second}");
    }

    #[test]
    fn ids_of_one_moment_differ() {
        let moment = Moment::now();
        let ids: std::collections::HashSet<_> = (0..100_000).map(|_| moment.uuid()).collect();
        assert_eq!(ids.len(), 100_000);
    }

    #[test]
    fn an_id_survives_json() {
        let id = Id::of_version(LineageId::at(Moment::now()), EcsId::at(Moment::now()));
        let json = serde_json::to_value(id).expect("an id is plain data");
        assert_eq!(json["lineage_id"], id.lineage_id().to_string());
        assert_eq!(serde_json::from_value::<Id>(json).expect("it was written by us"), id);
    }

    #[test]
    fn the_nil_uuid_is_no_id() {
        assert_eq!(EcsId::try_from(Uuid::nil()), Err(NilId));
        assert!("00000000-0000-0000-0000-000000000000".parse::<EcsId>().is_err());
        assert_eq!(size_of::<Option<EcsId>>(), 16, "absence costs no room");
        assert_eq!(align_of::<Option<EcsId>>(), 4, "nor does what stands beside it");
    }
}
