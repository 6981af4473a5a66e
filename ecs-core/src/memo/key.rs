//! What makes two calls equal.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::LazyLock;

use foldhash::fast::RandomState;
use smallvec::SmallVec;

/// How much content stands in a key itself: an entity or two, and a few values.
const SHORT: usize = 96;

/// Stands before a hash, and begins no encoding.
const HASHED: u8 = 0xff;

/// The hash of a callable's name and of the code that counts; and the canonical encoding of everything that a
/// call was given, in which entities and configs are their content hashes.
///
/// A short encoding is there as it is, so that no hash is made of it at each call; of a longer one there is its
/// blake3 hash.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MemoKey {
    /// What maps find it by, another one in each process.
    bits: u64,
    code: [u8; 32],
    content: SmallVec<[u8; SHORT]>,
}

impl MemoKey {
    pub(crate) fn of(code: &[u8; 32], content: &[u8]) -> Self {
        static RANDOM: LazyLock<RandomState> = LazyLock::new(RandomState::default);
        // Part of a hash is one.
        let bits = RANDOM.hash_one((&code[..8], content));
        let content = if content.len() <= SHORT {
            SmallVec::from_slice(content)
        } else {
            let hash = blake3::hash(content);
            std::iter::once(HASHED).chain(*hash.as_bytes()).collect()
        };
        Self { bits, code: *code, content }
    }

    /// Bits to spread over shards, which a map looks at least.
    pub(super) fn middle_bits(&self) -> usize {
        (self.bits >> 24) as usize
    }
}

impl Hash for MemoKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.bits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_equal_exactly_where_code_and_content_are_long_or_short() {
        let of = |code: u8, content: &[u8]| MemoKey::of(&[code; 32], content);
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 10 * SHORT] {
            let content = vec![7; length];
            assert!(of(1, &content) == of(1, &content));
            assert!(of(1, &content) != of(2, &content));
            assert!(of(1, &content) != of(1, &[&*content, &[7]].concat()), "of another length");
            let mut other = content.clone();
            if let Some(last) = other.last_mut() {
                *last = 8;
                assert!(of(1, &content) != of(1, &other));
            }
        }
    }
}
