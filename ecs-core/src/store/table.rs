//! Things found by an id that they carry in themselves.

use std::sync::Arc;

use hashbrown::HashTable;
use smallvec::SmallVec;

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
    /// All of them, mostly.
    first: Chunk<T>,
    others: Vec<Chunk<T>>,
    /// The time that each chunk ends with; it begins after the end of the one before.
    ends: SmallVec<[u64; 1]>,
    strays: HashTable<Place>,
}

/// Some of the things, side by side.
struct Chunk<T> {
    things: Vec<T>,
    /// Some bits of the key of each.
    bits: Vec<u32>,
}

impl<T> Chunk<T> {
    fn with_room(things: usize) -> Self {
        Self { things: Vec::with_capacity(things), bits: Vec::with_capacity(things) }
    }
}

/// How many things are side by side.
const CHUNK: usize = 64;

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
        Self { first: Chunk::with_room(0), others: Vec::new(), ends: SmallVec::new(), strays: HashTable::new() }
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
        let time = key.time_bits();
        let number = self.ends.partition_point(|end| *end < time);
        if let Some(chunk) = self.chunk(number)
            && let Some(index) = find_alike(&chunk.bits, bits, |index| chunk.things[index].key() == key)
        {
            return Some(number * CHUNK + index);
        }
        let is_at = |position: usize| self.get_at(position).is_some_and(|thing| thing.key() == key);
        let is_it = |place: &Place| place.bits == bits && is_at(place.position as usize);
        self.strays.find(Place::hash(bits), is_it).map(|place| place.position as usize)
    }

    pub(super) fn get(&self, key: T::Key) -> Option<&T> {
        self.get_at(self.position(key)?)
    }

    pub(super) fn get_mut(&mut self, key: T::Key) -> Option<&mut T> {
        self.get_at_mut(self.position(key)?)
    }

    pub(super) fn get_at(&self, position: usize) -> Option<&T> {
        self.chunk(position / CHUNK)?.things.get(position % CHUNK)
    }

    pub(super) fn get_at_mut(&mut self, position: usize) -> Option<&mut T> {
        let chunk = match (position / CHUNK).checked_sub(1) {
            None => &mut self.first,
            Some(other) => self.others.get_mut(other)?,
        };
        chunk.things.get_mut(position % CHUNK)
    }

    fn chunk(&self, number: usize) -> Option<&Chunk<T>> {
        match number.checked_sub(1) {
            None => Some(&self.first),
            Some(other) => self.others.get(other),
        }
    }

    /// Adds a thing whose key is not there yet.
    ///
    /// # Panics
    ///
    /// If it comes out of order and there are 2³² things already.
    #[inline]
    pub(super) fn add(&mut self, thing: T) {
        self.add_as(thing.key(), thing);
    }

    /// Adds a thing whose key is known.
    pub(super) fn add_as(&mut self, key: T::Key, thing: T) {
        debug_assert!(self.get(key).is_none(), "a key is added once");
        let last = self.others.last().unwrap_or(&self.first).things.len();
        if last == CHUNK || self.ends.is_empty() {
            self.begin_chunk();
        }
        let number = self.others.len();
        let (time, bits) = (key.time_bits(), Self::bits(key));
        let is_in_time = number == 0 || time > self.ends[number - 1];
        if is_in_time {
            self.ends[number] = self.ends[number].max(time);
        } else {
            self.add_stray(bits);
        }
        let chunk = self.others.last_mut().unwrap_or(&mut self.first);
        chunk.things.push(thing);
        chunk.bits.push(bits);
    }

    /// Makes room for things after those that are there.
    #[cold]
    fn begin_chunk(&mut self) {
        match self.ends.last() {
            None => {
                self.first = Chunk::with_room(FIRST);
                self.ends.push(0);
            }
            Some(&end) => {
                self.others.push(Chunk::with_room(CHUNK));
                self.ends.push(end);
            }
        }
    }

    /// Notes where the next thing will be, which is not found by time.
    #[cold]
    fn add_stray(&mut self, bits: u32) {
        let last = self.others.last().unwrap_or(&self.first);
        let position = self.others.len() * CHUNK + last.things.len();
        let Ok(position) = u32::try_from(position) else { panic!("a table holds at most 2³² strays") };
        self.strays.insert_unique(Place::hash(bits), Place { bits, position }, |place| Place::hash(place.bits));
    }

    /// The things in the order in which they were added, without the first so many.
    pub(super) fn since(&self, count: usize) -> impl Iterator<Item = &T> {
        let chunks = std::iter::once(&self.first).chain(&self.others).skip(count / CHUNK);
        chunks.flat_map(|chunk| &chunk.things).skip(count % CHUNK)
    }
}

/// Where in `all` something equals `one` and is it. Several are compared at once.
fn find_alike(all: &[u32], one: u32, is_it: impl Fn(usize) -> bool) -> Option<usize> {
    for (number, group) in all.chunks(GROUP).enumerate() {
        if group.iter().fold(false, |found, other| found | (*other == one)) {
            let mut alike = (number * GROUP..).zip(group).filter(|(_, other)| **other == one);
            if let Some((index, _)) = alike.find(|(index, _)| is_it(*index)) {
                return Some(index);
            }
        }
    }
    None
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
    fn a_table_shows_what_was_added_from_any_position_on() {
        for count in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let mut table = Table::default();
            (0..count).for_each(|number| table.add((EcsId::at(Moment::now()), number)));
            let since = |position| table.since(position).map(|(_, number): &(EcsId, usize)| *number);
            for position in 0..count {
                assert!(since(position).eq(position..count), "{count} items since {position}");
            }
            assert_eq!(since(count).next(), None);
        }
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
