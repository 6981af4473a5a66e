//! Everything that a store has, listed without reading it; and ids found by some of their digits.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::ControlFlow;

use uuid::Uuid;

use super::Store;
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId};
use crate::error::Result;

/// What a store tells of a version without reading its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionEntry<'t> {
    /// The version.
    pub ecs_id: EcsId,
    /// The thing it is a version of.
    pub lineage_id: LineageId,
    /// The stable name of its type.
    pub type_name: &'t str,
    /// Whether the type is a config.
    pub is_config: bool,
    /// Whether it was committed as a root, rather than inside another entity.
    pub is_root: bool,
    /// Whether no other version of its lineage continues it.
    pub is_head: bool,
    /// The execution that made it; none if it was inserted or committed directly.
    pub execution_id: Option<ExecutionId>,
}

impl<'t> VersionEntry<'t> {
    /// The entry of a root that no execution made, is no config and no head; what else is known is filled in.
    #[must_use]
    pub fn new(ecs_id: EcsId, lineage_id: LineageId, type_name: &'t str) -> Self {
        Self { ecs_id, lineage_id, type_name, is_config: false, is_root: true, is_head: false, execution_id: None }
    }

    /// The entry of a version in memory.
    pub(crate) fn of(version: &AnyStored, is_head: bool) -> VersionEntry<'static> {
        VersionEntry {
            is_config: version.entity_type().is_config(),
            is_root: version.is_root(),
            is_head,
            execution_id: version.execution_id(),
            ..VersionEntry::new(version.ecs_id(), version.lineage_id(), version.entity_type().name())
        }
    }
}

/// An id of one of the things that have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnyId {
    /// Of a version.
    Version(EcsId),
    /// Of a thing through all its versions.
    Lineage(LineageId),
    /// Of an execution.
    Execution(ExecutionId),
}

impl AnyId {
    /// This id as a plain UUID.
    #[must_use]
    pub fn as_uuid(self) -> Uuid {
        match self {
            Self::Version(id) => id.as_uuid(),
            Self::Lineage(id) => id.as_uuid(),
            Self::Execution(id) => id.as_uuid(),
        }
    }
}

impl From<EcsId> for AnyId {
    fn from(id: EcsId) -> Self {
        Self::Version(id)
    }
}

impl From<LineageId> for AnyId {
    fn from(id: LineageId) -> Self {
        Self::Lineage(id)
    }
}

impl From<ExecutionId> for AnyId {
    fn from(id: ExecutionId) -> Self {
        Self::Execution(id)
    }
}

impl fmt::Display for AnyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_uuid().hyphenated().fmt(f)
    }
}

/// Some digits of an id, as a person types them: from its beginning, or up to its end.
///
/// Ids begin with the time at which they were made, so those of one call begin alike. They end differently.
///
/// ```
/// use ecs_core::IdPart;
///
/// let part = IdPart::new("0192-F0C1").expect("digits of an id");
/// assert_eq!(part.digits(), "0192f0c1");
/// assert_eq!(IdPart::new("Alice"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdPart(Box<str>);

impl IdPart {
    /// The digits in `text`, between which hyphens are passed over; none if it is not up to 32 hexadecimal digits.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let digits = text.replace('-', "").to_ascii_lowercase();
        let are_digits = (1..=32).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        are_digits.then(|| Self(digits.into()))
    }

    /// The digits, in lower case and without hyphens.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The first and the last id that begin with these digits.
    #[must_use]
    pub fn range(&self) -> (Uuid, Uuid) {
        let bound = |filler: char| {
            let digits: String = self.0.chars().chain(std::iter::repeat(filler)).take(32).collect();
            Uuid::try_parse(&digits).unwrap_or_else(|_| unreachable!("32 digits are a uuid"))
        };
        (bound('0'), bound('f'))
    }
}

/// Looks for ids in everything that a store lists: those that begin with the digits, or, if none does, those that
/// end with them.
pub(super) fn find_ids<S: Store + ?Sized>(store: &S, part: &IdPart, limit: usize) -> Result<Vec<AnyId>> {
    let (first, last) = part.range();
    let [mut beginning, mut ending] = [BTreeSet::new(), BTreeSet::new()];
    let mut offer = |id: AnyId| {
        if (first..=last).contains(&id.as_uuid()) {
            beginning.insert(id);
        } else if id.as_uuid().simple().to_string().ends_with(part.digits()) {
            ending.insert(id);
        }
    };
    store.each_version(&mut |entry| {
        offer(AnyId::Version(entry.ecs_id));
        offer(AnyId::Lineage(entry.lineage_id));
        ControlFlow::Continue(())
    })?;
    store.each_execution(&mut |execution| {
        offer(AnyId::Execution(execution.id));
        ControlFlow::Continue(())
    })?;
    let found = if beginning.is_empty() { ending } else { beginning };
    let mut left = [limit; 3];
    let is_within = |id: &AnyId| {
        let left = match id {
            AnyId::Version(_) => &mut left[0],
            AnyId::Lineage(_) => &mut left[1],
            AnyId::Execution(_) => &mut left[2],
        };
        *left > 0 && {
            *left -= 1;
            true
        }
    };
    Ok(found.into_iter().filter(is_within).collect())
}
