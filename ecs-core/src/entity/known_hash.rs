//! Hashes of contents that come again and again, as those of configs do.

use std::cell::RefCell;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::ContentHash;

/// How long an encoding is at most that is kept: a few values.
const LONGEST: usize = 96;

/// How many are kept in a thread; a power of two.
const PLACES: usize = 32;

/// The hash of what is encoded so; there is none yet if it is longer than any.
#[derive(Clone)]
struct Known {
    length: usize,
    encoding: [u8; LONGEST],
    hash: ContentHash,
}

thread_local! {
    /// Each is where its encoding leads, in place of what was there before.
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// The hash of an encoded content. Finding it where it was made before takes a fifth of the time of making it.
pub(crate) fn known_hash(encoding: &[u8]) -> ContentHash {
    if encoding.len() > LONGEST {
        return ContentHash::of(encoding);
    }
    KNOWN.with_borrow_mut(|known| {
        if known.is_empty() {
            known.resize(PLACES, Known { length: usize::MAX, encoding: [0; LONGEST], hash: ContentHash([0; 32]) });
        }
        #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
        let place = FixedState::default().hash_one(encoding) as usize % PLACES;
        let Known { length, encoding: kept, hash } = &mut known[place];
        if *length != encoding.len() || kept[..encoding.len()] != *encoding {
            *length = encoding.len();
            kept[..encoding.len()].copy_from_slice(encoding);
            *hash = ContentHash::of(encoding);
        }
        *hash
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_that_of_its_encoding_however_many_were_asked_for() {
        let encodings: Vec<Vec<u8>> = (0..5 * PLACES).map(|length| vec![7; length]).collect();
        let values = (0_u32..1_000).map(|value| [&b"\x01T"[..], &value.to_le_bytes()].concat());
        let all: Vec<Vec<u8>> = encodings.into_iter().chain(values).collect();
        for encoding in all.iter().chain(&all).flat_map(|encoding| [encoding, encoding]) {
            assert_eq!(known_hash(encoding), ContentHash::of(encoding), "{encoding:?}");
        }
    }
}
