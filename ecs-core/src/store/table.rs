//! Things found by an id that they carry in themselves.

use hashbrown::HashTable;

use super::chunked::Chunked;
use crate::entity::{AnyStored, ContentHash, EcsId, ExecutionId, LineageId};

/// An id or a hash: most of its bits are random.
pub(crate) trait Key: Copy + Eq {
    fn random_bits(self) -> u64;
}

macro_rules! keys {
    ($($key:ident),*) => {$(
        impl Key for $key {
            fn random_bits(self) -> u64 {
                $key::random_bits(self)
            }
        }
    )*};
}

keys!(EcsId, LineageId, ExecutionId, ContentHash);

/// A thing that has its key in itself, so that the key is not kept twice.
pub(crate) trait Keyed {
    type Key: Key;

    fn key(&self) -> Self::Key;
}

impl Keyed for AnyStored {
    type Key = EcsId;

    fn key(&self) -> EcsId {
        self.ecs_id()
    }
}

/// Things by their keys, in the order in which they were added.
///
/// Beside each thing it takes eight bytes, and those alone move when it grows: the bits of the key that
/// say where are kept with the position, so that the things need not be looked at.
pub(crate) struct Table<T> {
    things: Chunked<T>,
    places: HashTable<Place>,
}

/// Where a thing is, and the bits of its key that it is found by.
#[derive(Clone, Copy)]
struct Place {
    bits: u32,
    position: u32,
}

impl Place {
    /// The table looks at the lowest bits and the highest.
    fn hash(bits: u32) -> u64 {
        u64::from(bits) << 32 | u64::from(bits)
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { things: Chunked::default(), places: HashTable::new() }
    }
}

impl<T: Keyed> Table<T> {
    #[expect(clippy::cast_possible_truncation, reason = "the upper half is mixed into the lower")]
    fn bits(key: T::Key) -> u32 {
        let bits = key.random_bits();
        (bits ^ bits >> 32) as u32
    }

    fn position(&self, key: T::Key) -> Option<usize> {
        let bits = Self::bits(key);
        let is_it = |place: &Place| {
            place.bits == bits && self.things.get(place.position as usize).is_some_and(|thing| thing.key() == key)
        };
        self.places.find(Place::hash(bits), is_it).map(|place| place.position as usize)
    }

    pub(crate) fn get(&self, key: T::Key) -> Option<&T> {
        self.things.get(self.position(key)?)
    }

    pub(crate) fn get_mut(&mut self, key: T::Key) -> Option<&mut T> {
        self.things.get_mut(self.position(key)?)
    }

    /// Adds a thing whose key is not there yet.
    ///
    /// # Panics
    ///
    /// If there are 2³² things already.
    pub(crate) fn add(&mut self, thing: T) {
        debug_assert!(self.get(thing.key()).is_none(), "a key is added once");
        let Ok(position) = u32::try_from(self.things.len()) else { panic!("a table holds at most 2³² things") };
        let bits = Self::bits(thing.key());
        self.places.insert_unique(Place::hash(bits), Place { bits, position }, |place| Place::hash(place.bits));
        self.things.push(thing);
    }

    /// The things in the order in which they were added, without the first so many.
    pub(crate) fn since(&self, count: usize) -> impl Iterator<Item = &T> {
        self.things.since(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::Moment;

    impl Keyed for (EcsId, usize) {
        type Key = EcsId;

        fn key(&self) -> EcsId {
            self.0
        }
    }

    #[test]
    fn a_thing_is_found_by_its_key_and_nothing_else_is() {
        let moment = Moment::now();
        let ids: Vec<EcsId> = (0..10_000).map(|_| EcsId::at(moment)).collect();
        let mut table = Table::default();
        ids.iter().enumerate().for_each(|(number, id)| table.add((*id, number)));
        for (number, id) in ids.iter().enumerate() {
            assert_eq!(table.get(*id), Some(&(*id, number)));
        }
        assert_eq!(table.get(EcsId::at(moment)), None);
        assert!(table.since(9_000).map(|(_, number)| *number).eq(9_000..10_000), "in the order of their adding");
    }

    #[test]
    fn ids_that_were_counted_up_by_hand_are_spread_too() {
        let ids = (1..=10_000_u128).map(|number| EcsId::try_from(uuid::Uuid::from_u128(number)).expect("not nil"));
        let bits: std::collections::HashSet<u32> = ids.map(Table::<(EcsId, usize)>::bits).collect();
        assert_eq!(bits.len(), 10_000);
    }
}
