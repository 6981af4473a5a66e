//! The end of a file's chain of seals, as text that is kept elsewhere.

use std::fmt;
use std::str::FromStr;

/// The last commit of a file, and its seal: whoever keeps it elsewhere can tell later whether everything up to it
/// is still there.
///
/// It is written `12:5f0c…`, the number of the commit and the seal in hexadecimal, and read back from that.
///
/// ```
/// use ecs_sqlite::ChainHead;
///
/// let nothing = ChainHead::default();
/// assert_eq!(nothing.to_string().parse(), Ok(nothing));
/// assert!("12".parse::<ChainHead>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ChainHead {
    commit: u64,
    seal: [u8; 32],
}

impl ChainHead {
    pub(crate) fn new(commit: u64, seal: [u8; 32]) -> Self {
        Self { commit, seal }
    }

    /// How many commits there are up to it.
    #[must_use]
    pub fn commit(&self) -> u64 {
        self.commit
    }

    /// Its seal, which covers everything up to it.
    #[must_use]
    pub fn seal(&self) -> &[u8; 32] {
        &self.seal
    }
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.commit, blake3::Hash::from_bytes(self.seal))
    }
}

/// A text that is no [`ChainHead`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is no head of a chain; one is the number of a commit, a colon and 64 hexadecimal digits, as \
     `SqliteStore::chain_head` gives it"
)]
pub struct NoChainHead {
    given: Box<str>,
}

impl FromStr for ChainHead {
    type Err = NoChainHead;

    fn from_str(text: &str) -> Result<Self, NoChainHead> {
        let parsed = text.split_once(':').and_then(|(commit, seal)| {
            Some(Self { commit: commit.parse().ok()?, seal: *blake3::Hash::from_hex(seal).ok()?.as_bytes() })
        });
        parsed.ok_or_else(|| NoChainHead { given: text.into() })
    }
}
