//! Things found by an id that they carry in themselves.

use std::sync::Arc;

use hashbrown::HashTable;
use smallvec::SmallVec;

use super::chunked::{CHUNK, Chunked};
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId};
use crate::execution::Execution;

/// What things are found by.
pub(super) trait Key: Copy + Eq {
    /// Bits that differ between keys.
    fn random_bits(self) -> u64;

    /// What is mostly the larger the later a key is added.
    fn time_bits(self) -> u64;
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl Key for $id {
            fn random_bits(self) -> u64 {
                $id::random_bits(self)
            }

            fn time_bits(self) -> u64 {
                $id::time_bits(self)
            }
        }
    )*};
}

ids!(EcsId, LineageId, ExecutionId);

/// A thing that has its key in itself, so that the key is not kept twice.
pub(super) trait Keyed {
    type Key: Key;

    fn key(&self) -> Self::Key;
}

impl Keyed for AnyStored {
    type Key = EcsId;

    fn key(&self) -> EcsId {
        self.ecs_id()
    }
}

impl Keyed for Arc<Execution> {
    type Key = ExecutionId;

    fn key(&self) -> ExecutionId {
        self.id
    }
}

/// Things by their keys, in the order in which they were added.
///
/// Ids are sorted by time, and what is added later was mostly made later. So each chunk of the list has its span
/// of time, and a thing is searched in the chunk of its time. Adding one touches the end of the list alone,
/// however long it is: nothing grows, and what is old can leave the caches of the processor. A key that comes
/// out of order is found by hash.
pub(super) struct Table<T> {
    things: Chunked<T>,
    /// Some bits of the key of each.
    bits: Chunked<u32>,
    /// The time that each chunk ends with; it begins after the end of the one before.
    ends: SmallVec<[u64; 1]>,
    strays: HashTable<Place>,
}

/// How many things there is room for once there is one.
const FIRST: usize = 16;

/// How many bits are compared at once.
const GROUP: usize = 16;

/// Where a thing is that is not found by time, and the bits that it is found by.
#[derive(Clone, Copy)]
struct Place {
    bits: u32,
    position: u32,
}

impl Place {
    /// The hash table looks at the lowest bits and the highest.
    fn hash(bits: u32) -> u64 {
        u64::from(bits) << 32 | u64::from(bits)
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { things: Chunked::default(), bits: Chunked::default(), ends: SmallVec::new(), strays: HashTable::new() }
    }
}

impl<T: Keyed> Table<T> {
    #[expect(clippy::cast_possible_truncation, reason = "the upper half is mixed into the lower")]
    fn bits(key: T::Key) -> u32 {
        let bits = key.random_bits();
        (bits ^ bits >> 32) as u32
    }

    /// Where the thing with this key is, and stays.
    pub(super) fn position(&self, key: T::Key) -> Option<usize> {
        let bits = Self::bits(key);
        let is_at = |position: usize| self.things.get(position).is_some_and(|thing| thing.key() == key);
        let time = key.time_bits();
        let chunk = self.ends.partition_point(|end| *end < time);
        for index in alike(self.bits.chunk(chunk), bits) {
            let at = chunk * CHUNK + index;
            if is_at(at) {
                return Some(at);
            }
        }
        let is_it = |place: &Place| place.bits == bits && is_at(place.position as usize);
        self.strays.find(Place::hash(bits), is_it).map(|place| place.position as usize)
    }

    pub(super) fn get(&self, key: T::Key) -> Option<&T> {
        self.things.get(self.position(key)?)
    }

    pub(super) fn get_mut(&mut self, key: T::Key) -> Option<&mut T> {
        self.things.get_mut(self.position(key)?)
    }

    pub(super) fn get_at(&self, position: usize) -> Option<&T> {
        self.things.get(position)
    }

    pub(super) fn get_at_mut(&mut self, position: usize) -> Option<&mut T> {
        self.things.get_mut(position)
    }

    /// Adds a thing whose key is not there yet.
    ///
    /// # Panics
    ///
    /// If it comes out of order and there are 2³² things already.
    pub(super) fn add(&mut self, thing: T) {
        let key = thing.key();
        debug_assert!(self.get(key).is_none(), "a key is added once");
        let (position, bits) = (self.things.len(), Self::bits(key));
        if position == 0 {
            (self.things, self.bits) = (Chunked::with_room(FIRST), Chunked::with_room(FIRST));
        }
        if !self.is_in_time(key) {
            let Ok(position) = u32::try_from(position) else { panic!("a table holds at most 2³² strays") };
            self.strays.insert_unique(Place::hash(bits), Place { bits, position }, |place| Place::hash(place.bits));
        }
        self.things.push(thing);
        self.bits.push(bits);
    }

    /// Whether the next thing can have this key and be found by time; its chunk then ends no earlier.
    fn is_in_time(&mut self, key: T::Key) -> bool {
        let chunk = self.things.len() / CHUNK;
        let before = chunk.checked_sub(1).map(|before| self.ends[before]);
        if chunk == self.ends.len() {
            self.ends.push(before.unwrap_or_default());
        }
        let time = key.time_bits();
        let is_in_time = before.is_none_or(|before| time > before);
        if is_in_time {
            self.ends[chunk] = self.ends[chunk].max(time);
        }
        is_in_time
    }

    /// The things in the order in which they were added, without the first so many.
    pub(super) fn since(&self, count: usize) -> impl Iterator<Item = &T> {
        self.things.since(count)
    }
}

/// Where in `all` something equals `one`. Several are compared at once.
fn alike(all: &[u32], one: u32) -> impl Iterator<Item = usize> {
    let groups = all.chunks(GROUP).enumerate();
    let like = groups.filter(move |(_, group)| group.iter().fold(false, |found, other| found | (*other == one)));
    like.flat_map(move |(number, group)| {
        (number * GROUP..).zip(group).filter(move |(_, other)| **other == one).map(|(index, _)| index)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::entity::Moment;

    impl Keyed for (EcsId, usize) {
        type Key = EcsId;

        fn key(&self) -> EcsId {
            self.0
        }
    }

    fn assert_all_found(ids: &[EcsId]) -> Table<(EcsId, usize)> {
        let mut table = Table::default();
        ids.iter().enumerate().for_each(|(number, id)| table.add((*id, number)));
        for (number, id) in ids.iter().enumerate() {
            assert_eq!(table.get(*id), Some(&(*id, number)), "among {}", ids.len());
        }
        assert!(table.since(0).map(|(id, _)| id).eq(ids), "they are in the order in which they were added");
        table
    }

    #[test]
    fn ids_in_the_order_of_their_making_need_no_place() {
        let ids: Vec<EcsId> = (0..10_000).map(|_| EcsId::at(Moment::now())).collect();
        let table = assert_all_found(&ids);
        // Ids of one moment may be in two chunks.
        assert!(table.strays.len() < 1_000, "{} strays", table.strays.len());
        assert_eq!(table.get(EcsId::at(Moment::now())), None);
        assert_eq!(
            table.since(9_000).map(|(_, number)| *number).collect::<Vec<_>>(),
            (9_000..10_000).collect::<Vec<_>>()
        );
    }

    #[test]
    fn many_ids_of_one_moment_are_found() {
        let moment = Moment::now();
        let table = assert_all_found(&(0..10_000).map(|_| EcsId::at(moment)).collect::<Vec<_>>());
        assert_eq!(table.get(EcsId::at(moment)), None);
    }

    #[test]
    fn ids_that_were_counted_up_by_hand_are_spread_too() {
        let ids = (1..=10_000_u128).map(|number| EcsId::try_from(Uuid::from_u128(number)).expect("not nil"));
        let ids: Vec<EcsId> = ids.collect();
        assert_all_found(&ids);
        assert_eq!(ids.into_iter().map(Table::<(EcsId, usize)>::bits).collect::<HashSet<u32>>().len(), 10_000);
    }

    proptest! {
        #[test]
        fn ids_are_found_in_whatever_order_they_come(
            ids in proptest::collection::hash_set((0..40_u64, 1..200_u64), 1..600),
            absent in (0..40_u64, 200..300_u64),
        ) {
            let id = |(time, number)| EcsId::try_from(Uuid::from_u64_pair(time, number)).expect("not nil");
            let table = assert_all_found(&ids.into_iter().map(id).collect::<Vec<_>>());
            prop_assert_eq!(table.get(id(absent)), None);
        }
    }
}
