//! The persistent sequence.

use std::fmt;
use std::iter::{self, FusedIterator};
use std::marker::PhantomData;
use std::ops::Index;
use std::ptr;
use std::sync::Arc;

use imbl::shared_ptr::DefaultSharedPtr;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shared::Shared;

/// A persistent sequence: a `Vec` whose clones share what they have in common.
///
/// Reading and changing take a time that grows with the logarithm of the length. A change copies
/// about 64 pointers for each level of the tree, and about 64 times as many where it inserts or
/// removes in the middle. An element is copied only where it is changed in place while another
/// collection holds it.
///
/// Two sequences are equal if their elements are. An element that both share is taken to be equal
/// to itself without a look at it, even where it holds a NaN.
///
/// ```
/// use ecs::im::Vector;
///
/// let before: Vector<u32> = (0..5).collect();
/// let mut after = before.clone();
/// after.push(5);
/// assert_eq!(after.set(0, 10), 0);
/// assert_eq!((before[0], after[0]), (0, 10));
/// assert_eq!((before.len(), after.len()), (5, 6));
/// ```
pub struct Vector<V>(imbl::Vector<Shared<V>>);

impl<V> Vector<V> {
    /// The empty sequence.
    #[must_use]
    pub fn new() -> Self {
        Self(imbl::Vector::new())
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes every element.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// The element at this index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&V> {
        self.get_shared(index).map(|value| &**value)
    }

    /// The pointer to the element at this index, to put the element into another collection as well.
    #[must_use]
    pub fn get_shared(&self, index: usize) -> Option<&Arc<V>> {
        self.0.get(index).map(|value| &value.0)
    }

    /// The first element.
    #[must_use]
    pub fn first(&self) -> Option<&V> {
        self.get(0)
    }

    /// The last element.
    #[must_use]
    pub fn last(&self) -> Option<&V> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The elements in their order.
    #[must_use]
    pub fn iter(&self) -> VectorIter<'_, V> {
        VectorIter(self.0.iter())
    }

    /// The element at this index, to be changed in place. It is cloned first if another collection
    /// holds it.
    #[must_use]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut V>
    where
        V: Clone,
    {
        self.0.get_mut(index).map(|value| Arc::make_mut(&mut value.0))
    }

    /// Puts an element at the end.
    pub fn push(&mut self, value: V) {
        self.push_shared(Arc::new(value));
    }

    /// Puts an element that may be in another collection too at the end.
    pub fn push_shared(&mut self, value: Arc<V>) {
        self.0.push_back(Shared(value));
    }

    /// Removes the last element, and returns it.
    pub fn pop(&mut self) -> Option<V>
    where
        V: Clone,
    {
        self.0.pop_back().map(|value| Arc::unwrap_or_clone(value.0))
    }

    /// Puts an element at this index, before the one that is there. Many insertions at one place in
    /// the middle leave the tree in small pieces, and slow: collect the sequence anew instead.
    ///
    /// # Panics
    ///
    /// If the index is beyond the end.
    pub fn insert(&mut self, index: usize, value: V) {
        self.insert_shared(index, Arc::new(value));
    }

    /// Puts an element that may be in another collection too at this index, as
    /// [`insert`](Self::insert) does.
    ///
    /// # Panics
    ///
    /// If the index is beyond the end.
    pub fn insert_shared(&mut self, index: usize, value: Arc<V>) {
        assert!(index <= self.len(), "no place {index} in a sequence of {}", self.len());
        self.0.insert(index, Shared(value));
    }

    /// Removes the element at this index, and returns it.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn remove(&mut self, index: usize) -> V
    where
        V: Clone,
    {
        Arc::unwrap_or_clone(self.remove_shared(index))
    }

    /// Removes the element at this index, and returns the pointer to it.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn remove_shared(&mut self, index: usize) -> Arc<V> {
        assert!(index < self.len(), "no element {index} in a sequence of {}", self.len());
        self.0.remove(index).0
    }

    /// Replaces the element at this index, and returns the one that was there.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn set(&mut self, index: usize, value: V) -> V
    where
        V: Clone,
    {
        Arc::unwrap_or_clone(self.set_shared(index, Arc::new(value)))
    }

    /// Replaces the element at this index by one that may be in another collection too, and returns
    /// the one that was there.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn set_shared(&mut self, index: usize, value: Arc<V>) -> Arc<V> {
        assert!(index < self.len(), "no element {index} in a sequence of {}", self.len());
        self.0.set(index, Shared(value)).0
    }

    /// Removes the elements from this index on; nothing if there are none.
    pub fn truncate(&mut self, len: usize) {
        if len == 0 { self.clear() } else { self.0.truncate(len) }
    }

    /// How many elements at the start, and how many of the others at the end, are the same ones in
    /// memory. Whole chunks are compared by pointer: about one look for 64 elements.
    pub(crate) fn untouched(old: &Self, new: &Self) -> (usize, usize) {
        if old.0.ptr_eq(&new.0) {
            return (old.len(), 0);
        }
        let prefix = shared_length(pieces_from_start(old, new), |(old, new)| {
            iter::zip(old, new).take_while(|(old, new)| old == new).count()
        });
        let rest = old.len().min(new.len()) - prefix;
        if rest == 0 {
            return (prefix, 0);
        }
        let suffix = shared_length(pieces_from_end(old, new), |(old, new)| {
            iter::zip(old.iter().rev(), new.iter().rev()).take_while(|(old, new)| old == new).count()
        });
        (prefix, suffix.min(rest))
    }

    /// The indices at which two sequences of one length hold elements that are not the same ones in
    /// memory. If one is longer, its surplus is left out. Chunks that both share are passed over.
    pub(crate) fn changed_indices(old: &Self, new: &Self) -> Vec<usize> {
        let mut changed = Vec::new();
        if old.0.ptr_eq(&new.0) {
            return changed;
        }
        let mut start = 0;
        for (old, new) in pieces_from_start(old, new) {
            if !ptr::eq(old, new) {
                changed.extend((0..old.len()).filter(|&at| old[at] != new[at]).map(|at| start + at));
            }
            start += old.len();
        }
        changed
    }
}

/// The elements at the same place in two sequences: as many in the one slice as in the other. Equal
/// addresses mean that all of them are shared.
type Piece<'a, V> = (&'a [Shared<V>], &'a [Shared<V>]);

/// Cuts two sequences of chunks into pieces, up to the end of the shorter one. `cut` takes so many
/// elements off a chunk, and returns them and what is left.
fn pieces<'a, V>(
    mut old: impl Iterator<Item = &'a [Shared<V>]>,
    mut new: impl Iterator<Item = &'a [Shared<V>]>,
    cut: fn(&'a [Shared<V>], usize) -> Piece<'a, V>,
) -> impl Iterator<Item = Piece<'a, V>> {
    let mut rest: Piece<'a, V> = (&[], &[]);
    iter::from_fn(move || {
        while rest.0.is_empty() {
            rest.0 = old.next()?;
        }
        while rest.1.is_empty() {
            rest.1 = new.next()?;
        }
        let length = rest.0.len().min(rest.1.len());
        let ((old, old_rest), (new, new_rest)) = (cut(rest.0, length), cut(rest.1, length));
        rest = (old_rest, new_rest);
        Some((old, new))
    })
}

fn pieces_from_start<'a, V>(old: &'a Vector<V>, new: &'a Vector<V>) -> impl Iterator<Item = Piece<'a, V>> {
    pieces(old.0.leaves(), new.0.leaves(), |chunk, length| chunk.split_at(length))
}

fn pieces_from_end<'a, V>(old: &'a Vector<V>, new: &'a Vector<V>) -> impl Iterator<Item = Piece<'a, V>> {
    pieces(old.0.leaves().rev(), new.0.leaves().rev(), |chunk, length| {
        let (rest, taken) = chunk.split_at(chunk.len() - length);
        (taken, rest)
    })
}

/// How many elements the pieces share before they first part; `within` counts them where a piece is
/// not shared as a whole.
fn shared_length<'a, V: 'a>(
    pieces: impl Iterator<Item = Piece<'a, V>>,
    within: impl Fn(Piece<'a, V>) -> usize,
) -> usize {
    let mut length = 0;
    for piece in pieces {
        let whole = piece.0.len();
        let shared = if ptr::eq(piece.0, piece.1) { whole } else { within(piece) };
        length += shared;
        if shared < whole {
            break;
        }
    }
    length
}

impl<V> Clone for Vector<V> {
    /// Takes the same time whatever the length.
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<V> Default for Vector<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: fmt::Debug> fmt::Debug for Vector<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<V: PartialEq> PartialEq for Vector<V> {
    fn eq(&self, other: &Self) -> bool {
        let alike = |(ours, theirs): Piece<'_, V>| {
            ptr::eq(ours, theirs)
                || iter::zip(ours, theirs).all(|(ours, theirs)| ours == theirs || *ours.0 == *theirs.0)
        };
        self.len() == other.len() && (self.0.ptr_eq(&other.0) || pieces_from_start(self, other).all(alike))
    }
}

impl<V: Eq> Eq for Vector<V> {}

impl<V> Index<usize> for Vector<V> {
    type Output = V;

    /// # Panics
    ///
    /// If there is no element at this index.
    fn index(&self, index: usize) -> &V {
        self.get(index).unwrap_or_else(|| panic!("no element {index} in a sequence of {}", self.len()))
    }
}

impl<V> Extend<V> for Vector<V> {
    fn extend<I: IntoIterator<Item = V>>(&mut self, values: I) {
        self.0.extend(values.into_iter().map(Shared::new));
    }
}

impl<V> FromIterator<V> for Vector<V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        let mut vector = Self::new();
        vector.extend(values);
        vector
    }
}

impl<'a, V> IntoIterator for &'a Vector<V> {
    type Item = &'a V;
    type IntoIter = VectorIter<'a, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<V: Serialize> Serialize for Vector<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Vector<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Elements<V> {
            type Value = Vector<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                let mut vector = Vector::new();
                while let Some(value) = elements.next_element()? {
                    vector.push(value);
                }
                Ok(vector)
            }
        }

        deserializer.deserialize_seq(Elements(PhantomData))
    }
}

/// The elements of a [`Vector`] in their order.
///
/// ```
/// use ecs::im::{Vector, VectorIter};
///
/// let squares: Vector<u32> = (1..=3).map(|n| n * n).collect();
/// let mut elements: VectorIter<'_, u32> = squares.iter();
/// assert_eq!(elements.next(), Some(&1));
/// assert_eq!(elements.next_back(), Some(&9));
/// assert_eq!(elements.len(), 1);
/// ```
pub struct VectorIter<'a, V>(imbl::vector::Iter<'a, Shared<V>, DefaultSharedPtr>);

impl<V> Clone for VectorIter<'_, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, V> Iterator for VectorIter<'a, V> {
    type Item = &'a V;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|value| &*value.0)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<V> DoubleEndedIterator for VectorIter<'_, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|value| &*value.0)
    }
}

impl<V> ExactSizeIterator for VectorIter<'_, V> {}
impl<V> FusedIterator for VectorIter<'_, V> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One change to a sequence, or the start of another one from it. An index counts modulo the
    /// number of places there are.
    #[derive(Clone, Debug)]
    enum Step {
        Push(i32),
        Pop,
        Insert(usize, i32),
        Remove(usize),
        Set(usize, i32),
        Add(usize, i32),
        Extend(Vec<i32>),
        ShareFrom(usize, usize),
        Truncate(usize),
        Fork,
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => any::<i32>().prop_map(Step::Push),
            4 => Just(Step::Pop),
            6 => any::<(usize, i32)>().prop_map(|(index, value)| Step::Insert(index, value)),
            6 => any::<usize>().prop_map(Step::Remove),
            4 => any::<(usize, i32)>().prop_map(|(index, value)| Step::Set(index, value)),
            4 => any::<(usize, i32)>().prop_map(|(index, by)| Step::Add(index, by)),
            2 => proptest::collection::vec(any::<i32>(), 0..150).prop_map(Step::Extend),
            2 => any::<(usize, usize)>().prop_map(|(from, index)| Step::ShareFrom(from, index)),
            1 => any::<usize>().prop_map(Step::Truncate),
            5 => Just(Step::Fork),
        ]
    }

    type Forks = Vec<(Vector<i32>, Vec<i32>)>;

    /// Does one step to one of the forks and to its model, and compares what both return.
    fn take(forks: &mut Forks, which: usize, step: Step) {
        let which = which % forks.len();
        if let Step::ShareFrom(from, index) = step {
            let from = from % forks.len();
            let length = forks[from].1.len();
            if let Some(value) = forks[from].0.get_shared(index % length.max(1)).cloned() {
                let (vector, model) = &mut forks[which];
                let at = index % (model.len() + 1);
                model.insert(at, *value);
                vector.insert_shared(at, value);
            }
            return;
        }
        let (vector, model) = &mut forks[which];
        let (length, some) = (model.len(), !model.is_empty());
        match step {
            Step::Push(value) => {
                vector.push(value);
                model.push(value);
            }
            Step::Pop => assert_eq!(vector.pop(), model.pop()),
            Step::Insert(index, value) => {
                vector.insert(index % (length + 1), value);
                model.insert(index % (length + 1), value);
            }
            Step::Remove(index) if some => assert_eq!(vector.remove(index % length), model.remove(index % length)),
            Step::Set(index, value) if some => {
                let before = std::mem::replace(&mut model[index % length], value);
                assert_eq!(vector.set(index % length, value), before);
            }
            Step::Add(index, by) => {
                let index = index % (length + 1);
                let (here, there) = (vector.get_mut(index), model.get_mut(index));
                assert_eq!(here, there);
                if let (Some(here), Some(there)) = (here, there) {
                    *here = here.wrapping_add(by);
                    *there = there.wrapping_add(by);
                }
            }
            Step::Extend(values) => {
                vector.extend(values.iter().copied());
                model.extend(values);
            }
            Step::Truncate(to) => {
                vector.truncate(to % (length + 2));
                model.truncate(to % (length + 2));
            }
            Step::Fork => {
                let fork = (vector.clone(), model.clone());
                forks.push(fork);
            }
            Step::Remove(_) | Step::Set(..) | Step::ShareFrom(..) => (),
        }
    }

    /// Small ones are held in place or in one chunk; from 4,096 on the tree has more than one level.
    fn any_size() -> impl Strategy<Value = usize> {
        prop_oneof![0..10_usize, 10..400_usize, 4_000..9_000_usize]
    }

    fn some_steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
        proptest::collection::vec((any::<usize>(), any_step()), 0..50)
    }

    fn forks_after(size: usize, steps: Vec<(usize, Step)>) -> Forks {
        let start: Vec<i32> = (0_i32..).take(size).collect();
        let mut forks = vec![(start.iter().copied().collect(), start)];
        for (which, step) in steps {
            take(&mut forks, which, step);
        }
        forks
    }

    fn same<V>(pair: (&Shared<V>, &Shared<V>)) -> bool {
        pair.0 == pair.1
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_vector_does_what_a_vec_does_and_no_fork_sees_another(size in any_size(), steps in some_steps()) {
            for (vector, model) in forks_after(size, steps) {
                prop_assert_eq!(vector.len(), model.len());
                prop_assert_eq!(vector.is_empty(), model.is_empty());
                prop_assert_eq!((vector.first(), vector.last()), (model.first(), model.last()));
                prop_assert!(vector.iter().eq(model.iter()));
                prop_assert!(vector.iter().rev().eq(model.iter().rev()));
                prop_assert!((0..=model.len()).all(|index| vector.get(index) == model.get(index)));
                prop_assert_eq!(format!("{vector:?}"), format!("{model:?}"));
            }
        }

        #[test]
        fn what_is_untouched_is_what_a_look_at_each_element_finds(size in any_size(), steps in some_steps()) {
            let mut forks = forks_after(size, steps);
            forks.truncate(5);
            for (old, old_model) in &forks {
                for (new, new_model) in &forks {
                    let (prefix, suffix) = Vector::untouched(old, new);
                    let shorter = old.len().min(new.len());
                    let at_start = iter::zip(&old.0, &new.0).take_while(|pair| same(*pair)).count();
                    let at_end = iter::zip(old.0.iter().rev(), new.0.iter().rev()).take_while(|pair| same(*pair)).count();
                    prop_assert_eq!((prefix, suffix), (at_start, at_end.min(shorter - at_start)));

                    let changed: Vec<_> = (0..shorter).filter(|&at| old.0[at] != new.0[at]).collect();
                    prop_assert_eq!(Vector::changed_indices(old, new), changed);
                    prop_assert_eq!(old == new, old_model == new_model);

                    let between = new_model[prefix..new.len() - suffix].iter().copied();
                    let mut made = old_model.clone();
                    made.splice(prefix..old.len() - suffix, between);
                    prop_assert_eq!(&made, new_model, "the rest put in place of the rest makes the new one");
                }
            }
        }

        #[test]
        fn a_vector_is_written_and_read_as_a_vec_is(model in proptest::collection::vec(".{0,4}", 0..200)) {
            let vector: Vector<String> = model.iter().cloned().collect();
            let text = serde_json::to_string(&model).expect("writes");
            prop_assert_eq!(serde_json::to_string(&vector).expect("writes"), &*text);
            prop_assert_eq!(serde_json::from_str::<Vector<String>>(&text).expect("reads"), vector);
        }
    }

    #[test]
    fn one_change_in_a_hundred_thousand_is_told_without_a_look_at_the_rest() {
        let old: Vector<u32> = (0..100_000).collect();
        assert_eq!(Vector::untouched(&old, &old.clone()), (100_000, 0));
        for index in (0..100_000).step_by(1_777) {
            let mut new = old.clone();
            new.set(index, 0);
            assert_eq!(Vector::changed_indices(&old, &new), [index]);
            assert_eq!(Vector::untouched(&old, &new), (index, 100_000 - index - 1));
            assert!(pieces_from_start(&old, &new).count() < 100_000 / 64 + 5, "one look for each chunk");
            assert_eq!(pieces_from_start(&old, &new).filter(|(old, new)| !ptr::eq(*old, *new)).count(), 1);

            let mut longer = old.clone();
            longer.insert(index, 0);
            assert_eq!(Vector::untouched(&old, &longer), (index, 100_000 - index));
        }
    }

    #[test]
    fn one_element_in_many_places_is_not_counted_at_both_ends() {
        let element = Arc::new(0);
        let of = |length| {
            let mut vector: Vector<u8> = Vector::new();
            (0..length).for_each(|_| vector.push_shared(Arc::clone(&element)));
            vector
        };
        for (old, new) in [(3, 2), (2, 3), (1_000, 999), (200, 200)] {
            assert_eq!(Vector::untouched(&of(old), &of(new)), (old.min(new), 0));
        }
        let mut new = of(200);
        new.insert(150, 1);
        assert_eq!(Vector::untouched(&of(200), &new), (150, 50));
        new.insert(100, 1);
        assert_eq!(Vector::untouched(&of(200), &new), (100, 50));
    }

    #[test]
    fn an_element_changed_in_place_stays_as_it_was_in_other_vectors() {
        let mut one: Vector<Vec<u8>> = [vec![1]].into_iter().collect();
        let mut other = Vector::new();
        other.push_shared(Arc::clone(one.get_shared(0).expect("is there")));
        one.get_mut(0).expect("is there").push(2);
        assert_eq!((&*one[0], &*other[0]), (&[1, 2][..], &[1][..]));
    }

    #[test]
    fn an_element_that_nothing_else_holds_is_not_cloned() {
        struct Bomb;
        impl Clone for Bomb {
            fn clone(&self) -> Self {
                unreachable!("was cloned")
            }
        }
        let mut vector: Vector<Bomb> = (0..1_000).map(|_| Bomb).collect();
        assert!(vector.get_mut(500).is_some());
        vector.set(500, Bomb);
        vector.remove(500);
        assert!(vector.pop().is_some());

        let mut fork = vector.clone();
        fork.insert(500, Bomb);
        fork.set_shared(1, Arc::new(Bomb));
        fork.remove_shared(2);
    }

    #[test]
    fn an_element_that_both_vectors_share_is_equal_to_itself_even_a_nan() {
        let one: Vector<f64> = [f64::NAN].into_iter().collect();
        assert_eq!(one, one.clone());
        assert_ne!(one, [f64::NAN].into_iter().collect());
    }

    #[test]
    fn a_thing_may_hold_a_vector_of_its_like() {
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        struct Branch {
            name: String,
            branches: Vector<Branch>,
        }
        let mut tree = Branch::default();
        tree.branches.push(Branch { name: "twig".to_owned(), branches: Vector::new() });
        let text = serde_json::to_string(&tree).expect("writes");
        assert_eq!(text, r#"{"name":"","branches":[{"name":"twig","branches":[]}]}"#);
        assert_eq!(serde_json::from_str::<Branch>(&text).expect("reads"), tree);
    }

    #[test]
    fn a_vector_can_be_sent_and_shared_if_what_it_holds_can() {
        fn check<T: Send + Sync + Clone + Default + 'static>() {}
        check::<Vector<String>>();
    }

    #[test]
    #[should_panic = "no element 3 in a sequence of 3"]
    fn an_index_beyond_the_end_is_named() {
        let _ = (0..3).collect::<Vector<u8>>()[3];
    }
}
