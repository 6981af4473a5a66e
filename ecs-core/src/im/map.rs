//! The persistent map.

use std::borrow::Borrow;
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::ops::Index;
use std::sync::Arc;

use imbl::OrdMap;
use imbl::ordmap::{self, DiffItem};
use imbl::shared_ptr::DefaultSharedPtr;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shared::Shared;

/// A persistent map in the order of its keys: a `BTreeMap` whose clones share what they have in
/// common.
///
/// Reading and changing an entry take a time that grows with the logarithm of the length. A change
/// copies about sixteen keys and pointers to elements for each level of the tree, so keys should be
/// cheap to clone; an element is copied only where it is changed in place while another collection
/// holds it.
///
/// Two maps are equal if their keys and elements are. An element that both share is taken to be
/// equal to itself without a look at it, even where it holds a NaN.
///
/// ```
/// use ecs::im::Map;
///
/// let before: Map<String, u32> = [("ada".to_owned(), 1), ("bob".to_owned(), 2)].into_iter().collect();
/// let mut after = before.clone();
/// if let Some(count) = after.get_mut("bob") {
///     *count += 1;
/// }
/// assert_eq!((before["bob"], after["bob"]), (2, 3));
/// assert_eq!(after.remove("ada"), Some(1));
/// assert_eq!(before.keys().collect::<Vec<_>>(), ["ada", "bob"]);
/// ```
pub struct Map<K, V>(OrdMap<K, Shared<V>>);

impl<K, V> Map<K, V> {
    /// The empty map.
    #[must_use]
    pub fn new() -> Self {
        Self(OrdMap::new())
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes every entry.
    pub fn clear(&mut self) {
        *self = Self::new();
    }
}

impl<K: Ord, V> Map<K, V> {
    /// The element of this key.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_shared(key).map(|value| &**value)
    }

    /// The pointer to the element of this key, to put the element into another collection as well.
    #[must_use]
    pub fn get_shared<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&Arc<V>>
    where
        K: Borrow<Q>,
    {
        self.0.get(key).map(|value| &value.0)
    }

    /// Whether there is an entry with this key.
    #[must_use]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// The entries in the order of their keys.
    #[must_use]
    pub fn iter(&self) -> MapIter<'_, K, V> {
        MapIter(self.0.iter())
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }

    /// The elements in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.iter().map(|(_, value)| value)
    }

    /// What makes `new` of `old`, in the order of the keys. What both share by pointer is passed
    /// over unseen; an element written anew counts as changed even if it is equal to the one before.
    pub(crate) fn differences<'a>(old: &'a Self, new: &'a Self) -> impl Iterator<Item = Difference<'a, K, V>> {
        old.0.diff(&new.0).map(|difference| match difference {
            DiffItem::Add(key, value) => Difference::Added(key, &*value.0),
            DiffItem::Remove(key, value) => Difference::Removed(key, &*value.0),
            DiffItem::Update { old: (_, old), new: (key, new) } => {
                Difference::Changed { key, old: &*old.0, new: &*new.0 }
            }
        })
    }
}

impl<K: Ord + Clone, V> Map<K, V> {
    /// The element of this key, to be changed in place. It is cloned first if another collection
    /// holds it.
    #[must_use]
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        V: Clone,
    {
        // Without this, looking for a key that is not there would copy a path.
        if !self.contains_key(key) {
            return None;
        }
        self.0.get_mut(key).map(|value| Arc::make_mut(&mut value.0))
    }

    /// Puts an element at this key, and returns the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V>
    where
        V: Clone,
    {
        self.insert_shared(key, Arc::new(value)).map(Arc::unwrap_or_clone)
    }

    /// Puts an element that may be in another collection too at this key, and returns the one that
    /// was there.
    pub fn insert_shared(&mut self, key: K, value: Arc<V>) -> Option<Arc<V>> {
        self.0.insert(key, Shared(value)).map(|before| before.0)
    }

    /// Removes the entry with this key, and returns its element.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        V: Clone,
    {
        self.remove_shared(key).map(Arc::unwrap_or_clone)
    }

    /// Removes the entry with this key, and returns the pointer to its element.
    pub fn remove_shared<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
    {
        // Without this, looking for a key that is not there would copy a path.
        if !self.contains_key(key) {
            return None;
        }
        self.0.remove(key).map(|value| value.0)
    }
}

impl<K, V> Clone for Map<K, V> {
    /// Takes the same time whatever the length.
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord + fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Ord, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && Self::differences(self, other)
                .all(|difference| matches!(difference, Difference::Changed { old, new, .. } if old == new))
    }
}

impl<K: Ord, V: Eq> Eq for Map<K, V> {}

impl<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized> Index<&Q> for Map<K, V> {
    type Output = V;

    /// # Panics
    ///
    /// If there is no entry with this key.
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("no entry with this key")
    }
}

impl<K: Ord + Clone, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert_shared(key, Arc::new(value));
        }
    }
}

impl<K: Ord + Clone, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<'a, K: Ord, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = MapIter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Ord + Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, K: Ord + Clone + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Ord + Clone + Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = Map<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = entries.next_entry()? {
                    map.insert_shared(key, Arc::new(value));
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

/// The entries of a [`Map`] in the order of their keys.
///
/// ```
/// use ecs::im::{Map, MapIter};
///
/// let squares: Map<u32, u32> = (1..=3).map(|n| (n, n * n)).collect();
/// let mut entries: MapIter<'_, u32, u32> = squares.iter();
/// assert_eq!(entries.next(), Some((&1, &1)));
/// assert_eq!(entries.next_back(), Some((&3, &9)));
/// assert_eq!(entries.len(), 1);
/// ```
pub struct MapIter<'a, K, V>(ordmap::Iter<'a, K, Shared<V>, DefaultSharedPtr>);

impl<K, V> Clone for MapIter<'_, K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, K, V> Iterator for MapIter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, &*value.0))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for MapIter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, value)| (key, &*value.0))
    }
}

impl<K, V> ExactSizeIterator for MapIter<'_, K, V> {}
impl<K, V> FusedIterator for MapIter<'_, K, V> {}

/// One step from an old map to a new one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Difference<'a, K, V> {
    /// Only the new map has this entry.
    Added(&'a K, &'a V),
    /// Only the old map has this entry.
    Removed(&'a K, &'a V),
    /// Both have an entry with this key, and the element is not the same one in memory.
    Changed {
        /// The key, as the new map holds it.
        key: &'a K,
        /// The element in the old map.
        old: &'a V,
        /// The element in the new map.
        new: &'a V,
    },
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::cmp::Ordering;
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// One change to a map, or the start of another one from it.
    #[derive(Clone, Debug)]
    enum Step {
        Insert(u16, i32),
        Remove(u16),
        Add(u16, i32),
        Extend(Vec<(u16, i32)>),
        ShareFrom(usize, u16),
        Clear,
        Fork,
    }

    fn any_step() -> impl Strategy<Value = Step> {
        let key = || 0..700_u16;
        prop_oneof![
            6 => (key(), any::<i32>()).prop_map(|(key, value)| Step::Insert(key, value)),
            6 => key().prop_map(Step::Remove),
            4 => (key(), any::<i32>()).prop_map(|(key, value)| Step::Add(key, value)),
            2 => proptest::collection::vec((key(), any::<i32>()), 0..40).prop_map(Step::Extend),
            2 => (any::<usize>(), key()).prop_map(|(from, key)| Step::ShareFrom(from, key)),
            1 => Just(Step::Clear),
            3 => Just(Step::Fork),
        ]
    }

    type Forks = Vec<(Map<u16, i32>, BTreeMap<u16, i32>)>;

    /// Does one step to one of the forks and to its model, and compares what both return.
    fn take(forks: &mut Forks, which: usize, step: Step) {
        let which = which % forks.len();
        if let Step::ShareFrom(from, key) = step {
            let from = from % forks.len();
            if let Some(value) = forks[from].0.get_shared(&key).cloned() {
                let (map, model) = &mut forks[which];
                assert_eq!(map.insert_shared(key, value.clone()).as_deref(), model.insert(key, *value).as_ref());
            }
            return;
        }
        let (map, model) = &mut forks[which];
        match step {
            Step::Insert(key, value) => assert_eq!(map.insert(key, value), model.insert(key, value)),
            Step::Remove(key) => assert_eq!(map.remove(&key), model.remove(&key)),
            Step::Add(key, by) => {
                assert_eq!(map.contains_key(&key), model.contains_key(&key));
                let (here, there) = (map.get_mut(&key), model.get_mut(&key));
                assert_eq!(here, there);
                if let (Some(here), Some(there)) = (here, there) {
                    *here = here.wrapping_add(by);
                    *there = there.wrapping_add(by);
                }
            }
            Step::Extend(entries) => {
                map.extend(entries.iter().copied());
                model.extend(entries);
            }
            Step::Clear => {
                map.clear();
                model.clear();
            }
            Step::Fork => {
                let fork = (map.clone(), model.clone());
                forks.push(fork);
            }
            Step::ShareFrom(..) => unreachable!("done above"),
        }
    }

    fn forks_after(size: u16, steps: Vec<(usize, Step)>) -> Forks {
        let start: BTreeMap<u16, i32> = (0..size).map(|key| (key, 0)).collect();
        let mut forks = vec![(start.clone().into_iter().collect(), start)];
        for (which, step) in steps {
            take(&mut forks, which, step);
        }
        forks
    }

    fn some_steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
        proptest::collection::vec((any::<usize>(), any_step()), 0..80)
    }

    /// The model of `new`, made from that of `old` by the differences.
    fn applied(
        old: &BTreeMap<u16, i32>,
        differences: impl Iterator<Item = (u16, Option<i32>, Option<i32>)>,
    ) -> BTreeMap<u16, i32> {
        let mut model = old.clone();
        for (key, before, after) in differences {
            let found = match after {
                Some(after) => model.insert(key, after),
                None => model.remove(&key),
            };
            assert_eq!(found, before, "the old element is told as it was");
        }
        model
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_map_does_what_a_btree_map_does_and_no_fork_sees_another(size in 0..500_u16, steps in some_steps()) {
            for (map, model) in forks_after(size, steps) {
                prop_assert_eq!(map.len(), model.len());
                prop_assert_eq!(map.is_empty(), model.is_empty());
                prop_assert!(map.iter().eq(model.iter()));
                prop_assert!(map.iter().rev().eq(model.iter().rev()));
                prop_assert!(map.keys().eq(model.keys()));
                prop_assert!(map.values().eq(model.values()));
                prop_assert_eq!(format!("{map:?}"), format!("{model:?}"));
            }
        }

        #[test]
        fn differences_lead_from_any_map_to_any_other_and_tell_what_is_not_shared(
            size in 0..500_u16,
            steps in some_steps(),
        ) {
            let forks = forks_after(size, steps);
            for (old, old_model) in &forks {
                for (new, new_model) in &forks {
                    let told: Vec<_> = Map::differences(old, new)
                        .map(|difference| match difference {
                            Difference::Added(key, value) => (*key, None, Some(*value)),
                            Difference::Removed(key, value) => (*key, Some(*value), None),
                            Difference::Changed { key, old, new } => (*key, Some(*old), Some(*new)),
                        })
                        .collect();
                    let apart = |key: &u16| match (old.get_shared(key), new.get_shared(key)) {
                        (Some(old), Some(new)) => !Arc::ptr_eq(old, new),
                        (None, None) => false,
                        _ => true,
                    };
                    prop_assert!(told.iter().map(|(key, ..)| *key).eq((0..700).filter(apart)));
                    prop_assert_eq!(&applied(old_model, told.into_iter()), new_model);
                    prop_assert_eq!(old == new, old_model == new_model);
                }
            }
        }

        #[test]
        fn a_map_is_written_and_read_as_a_btree_map_is(
            model in proptest::collection::btree_map(any::<i64>(), ".{0,4}", 0..100),
        ) {
            let map: Map<i64, String> = model.clone().into_iter().collect();
            let text = serde_json::to_string(&model).expect("writes");
            prop_assert_eq!(serde_json::to_string(&map).expect("writes"), &*text);
            prop_assert_eq!(serde_json::from_str::<Map<i64, String>>(&text).expect("reads"), map);
        }
    }

    thread_local!(static COMPARED: Cell<usize> = const { Cell::new(0) });

    /// A key that counts how often it is looked at.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Counted(u32);

    impl Ord for Counted {
        fn cmp(&self, other: &Self) -> Ordering {
            COMPARED.set(COMPARED.get() + 1);
            self.0.cmp(&other.0)
        }
    }

    impl PartialOrd for Counted {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    #[test]
    fn one_change_in_a_hundred_thousand_is_told_without_a_look_at_the_rest() {
        let old: Map<Counted, u32> = (0..100_000).map(|n| (Counted(n), n)).collect();
        let told = |new: &Map<Counted, u32>| {
            COMPARED.set(0);
            let told = Map::differences(&old, new).count();
            (told, COMPARED.get())
        };
        assert_eq!(told(&old.clone()), (0, 0));
        for key in (0..100_000).step_by(1_777).map(Counted) {
            let mut changed = old.clone();
            *changed.get_mut(&key).expect("is there") = 0;
            let mut removed = old.clone();
            removed.remove(&key);
            for new in [changed, removed] {
                let (told, compared) = told(&new);
                assert_eq!(told, 1);
                assert!(compared < 200, "{compared} entries were looked at");
            }
        }
    }

    #[test]
    fn a_change_of_any_single_entry_is_told() {
        // Before version 7.0.2 of imbl, one in eight of these was lost.
        let old: Map<u32, u32> = (0..2_000).map(|n| (n, 0)).collect();
        for key in 0..2_000 {
            let mut new = old.clone();
            new.insert(key, 1);
            let told: Vec<_> = Map::differences(&old, &new).collect();
            assert_eq!(told, [Difference::Changed { key: &key, old: &0, new: &1 }]);
        }
    }

    #[test]
    fn an_element_changed_in_place_stays_as_it_was_in_other_maps() {
        let mut one: Map<u8, Vec<u8>> = Map::new();
        one.insert(0, vec![1]);
        let mut other = Map::new();
        other.insert_shared(7, Arc::clone(one.get_shared(&0).expect("is there")));
        one.get_mut(&0).expect("is there").push(2);
        assert_eq!((&*one[&0], &*other[&7]), (&[1, 2][..], &[1][..]));
    }

    #[test]
    fn an_element_that_nothing_else_holds_is_not_cloned() {
        struct Bomb;
        impl Clone for Bomb {
            fn clone(&self) -> Self {
                unreachable!("was cloned")
            }
        }
        let mut map: Map<u32, Bomb> = (0..1_000).map(|n| (n, Bomb)).collect();
        assert!(map.get_mut(&500).is_some());
        assert!(map.insert(500, Bomb).is_some());
        assert!(map.remove(&500).is_some());

        let mut fork = map.clone();
        fork.insert(500, Bomb);
        assert!(fork.remove_shared(&1).is_some(), "a path was copied, and no element on it");
    }

    #[test]
    fn a_key_that_is_not_there_copies_no_path() {
        let old: Map<u32, u32> = (0..1_000).map(|n| (n, n)).collect();
        let mut new = old.clone();
        assert_eq!(new.get_mut(&1_000), None);
        assert_eq!(new.remove(&1_000), None);
        assert!(old.0.ptr_eq(&new.0));
    }

    #[test]
    fn an_element_that_both_maps_share_is_equal_to_itself_even_a_nan() {
        let one: Map<u8, f64> = [(0, f64::NAN)].into_iter().collect();
        assert_eq!(one, one.clone());
        assert_ne!(one, [(0, f64::NAN)].into_iter().collect());
    }

    #[test]
    fn a_map_can_be_sent_and_shared_if_what_it_holds_can() {
        fn check<T: Send + Sync + Clone + Default + 'static>() {}
        check::<Map<String, u8>>();
    }
}
