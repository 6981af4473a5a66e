//! Maps by ids.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Ids are random already: their last eight bytes serve as their hash. The first eight are the time,
/// which is the same for all ids of one call.
#[derive(Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk() {
            self.0 = u64::from_be_bytes(*last);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the upper half is the time")]
    fn write_u128(&mut self, id: u128) {
        self.0 = id as u64;
    }

    fn write_usize(&mut self, _length: usize) {
        // The length prefix of a byte array says nothing.
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map whose keys are ids.
pub(crate) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use super::*;
    use crate::entity::{EcsId, Moment};

    #[test]
    fn ids_of_one_moment_have_hashes_that_differ() {
        let moment = Moment::now();
        let hash = |_| BuildHasherDefault::<IdHasher>::default().hash_one(EcsId::at(moment));
        assert_eq!((0..1_000).map(hash).collect::<HashSet<u64>>().len(), 1_000);
    }
}
