//! An id of whatever has one, and ids found by some of their digits.

use std::fmt;

use uuid::Uuid;

use super::{EcsId, ExecutionId, LineageId};

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
