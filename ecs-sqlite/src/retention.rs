//! What is kept when a file is pruned.

use std::fmt;
use std::num::NonZeroU32;
use std::time::SystemTime;

use humantime::format_rfc3339;

/// What is kept when a file is [pruned](crate::prune_file).
///
/// The newest version of each thing is always kept. A version is kept as well if any of the policies here keeps it;
/// a call, if it made a version that is kept so, or began since the moment of [`since`](Self::since). And whatever
/// these need is kept with them: everything that a kept call took and put out, the calls that it was made in and
/// whose result it took, every part of a version, and what it refers to by `Ref`. What a kept version continues is
/// no part of it.
///
/// Configs, and the entities that are generated for a call, are no things of their own: they go with the last of
/// the calls that took them or put them out.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use ecs_sqlite::Retention;
///
/// let month = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
/// let retention = Retention::new().last(3).since(month);
/// assert_eq!(retention.to_string(), "the last 3 versions of each thing, and everything since 2026-01-01T00:00:00Z");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    last: Option<NonZeroU32>,
    since: Option<SystemTime>,
}

impl Retention {
    /// Keeps the newest version of each thing, and what made it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the last versions of each thing, so many; of one with branches, of all of them together. The newest is
    /// kept even if there are to be none.
    #[must_use]
    pub fn last(self, versions: u32) -> Self {
        Self { last: NonZeroU32::new(versions), ..self }
    }

    /// Keeps every version that was made, and every call that began, at this moment or later.
    #[must_use]
    pub fn since(self, moment: SystemTime) -> Self {
        Self { since: Some(moment), ..self }
    }

    /// How many versions of each thing are kept, its heads apart.
    pub(crate) fn versions(&self) -> u32 {
        self.last.map_or(0, NonZeroU32::get)
    }

    /// From when on everything is kept.
    pub(crate) fn moment(&self) -> Option<SystemTime> {
        self.since
    }
}

/// In words, as it is sealed into the file.
impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.versions() {
            0 | 1 => f.write_str("the newest version of each thing")?,
            versions => write!(f, "the last {versions} versions of each thing")?,
        }
        match self.since {
            Some(moment) => write!(f, ", and everything since {}", format_rfc3339(moment)),
            None => Ok(()),
        }
    }
}
