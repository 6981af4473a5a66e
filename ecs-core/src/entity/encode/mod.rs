//! The canonical encoding of a value, from which its content hash is made.
//!
//! Two values have the same content if and only if their encodings are the same bytes. The rules are on
//! the page `docs/content-hash.md`, with test vectors; `tests/content_hash.rs` follows them by hand.

mod failure;
mod serialize;
mod stand_in;

use std::cell::{Cell, RefCell};

use serde::Serialize;

use super::number;
use super::tree::Digest;
use super::{ContentHash, EcsId, LineageId};
use crate::error::Error;

pub use self::failure::Failure;
use self::serialize::Entry;
pub(crate) use self::stand_in::standing_in;

pub(super) mod tag {
    pub(in crate::entity) const UNIT: u8 = 0x00;
    pub(in crate::entity) const FALSE: u8 = 0x01;
    pub(in crate::entity) const TRUE: u8 = 0x02;
    pub(in crate::entity) const INTEGER: u8 = 0x03;
    pub(in crate::entity) const WIDE_INTEGER: u8 = 0x04;
    pub(in crate::entity) const WIDE_UNSIGNED: u8 = 0x05;
    pub(in crate::entity) const FLOAT: u8 = 0x06;
    pub(in crate::entity) const TEXT: u8 = 0x07;
    pub(in crate::entity) const BYTES: u8 = 0x08;
    pub(in crate::entity) const SOME: u8 = 0x09;
    pub(in crate::entity) const SEQUENCE: u8 = 0x0a;
    pub(in crate::entity) const SET: u8 = 0x0b;
    pub(in crate::entity) const MAP: u8 = 0x0c;
    pub(in crate::entity) const STRUCT: u8 = 0x0d;
    pub(in crate::entity) const VARIANT: u8 = 0x0e;
    pub(in crate::entity) const ENTITY: u8 = 0x0f;
    pub(in crate::entity) const RUNS: u8 = 0x10;
    pub(in crate::entity) const TRIE: u8 = 0x11;
    // In the stored form only.
    pub(in crate::entity) const HELD_SEQUENCE: u8 = 0x12;
    pub(in crate::entity) const HELD_MAP: u8 = 0x13;
}

thread_local! {
    /// Encoders that are not in use, so that hashing a small entity allocates nothing.
    #[expect(clippy::vec_box, reason = "they are handed out and back, and are larger than a pointer")]
    static SPARE: RefCell<Vec<Box<Encoder>>> = const { RefCell::new(Vec::new()) };

    /// What encoders on this thread write.
    static FORM: Cell<Form> = const { Cell::new(Form::Canonical) };
}

/// What an encoder writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// What is hashed: equal content has equal bytes.
    Canonical,
    /// What is stored: the value can be read back as it was, order and bits of floats included, and each
    /// entity that it holds stands there by its identity.
    Stored,
}

impl Form {
    /// Lets every encoder that `work` takes write this form.
    fn within<R>(self, work: impl FnOnce() -> R) -> R {
        struct Restore(Form);

        impl Drop for Restore {
            fn drop(&mut self) {
                FORM.set(self.0);
            }
        }

        let before = FORM.get();
        if before == self {
            return work();
        }
        FORM.set(self);
        let _restore = Restore(before);
        work()
    }
}

/// What was found in an entity while it was encoded.
pub(crate) struct Written<'w> {
    pub(crate) bytes: &'w [u8],
    pub(crate) references: &'w [EcsId],
}

/// Encodes an entity's content, which `write` writes, behind its type, and hands it on. `held` are the encodings of the
/// fields that hold entities.
pub(super) fn encode_entity<R>(
    type_name: &'static str,
    type_version: u32,
    held: Vec<(&'static str, Vec<u8>)>,
    write: &mut dyn FnMut(&mut Encoder) -> Result<(), Failure>,
    hand_on: impl FnOnce(Written<'_>) -> R,
) -> Result<R, Error> {
    // A `Serialize` of the user's may ask for a hash while something is being stored.
    Form::Canonical.within(|| {
        Encoder::with(|encoder| {
            encoder.type_of_entity(type_name, type_version);
            encoder.root(held, write).map_err(|failure| failure.into_error(type_name))?;
            Ok(hand_on(Written { bytes: &encoder.bytes, references: &encoder.references }))
        })
    })
}

/// What is stored of an entity.
pub struct StoredForm {
    /// The name under which its type serializes the identity.
    pub(crate) id_field: &'static str,
    /// The struct of its other fields, in the stored form.
    pub(crate) fields: Vec<u8>,
}

/// Does `work`, whose encoders write the stored form.
pub(super) fn storing<R>(work: impl FnOnce() -> R) -> R {
    Form::Stored.within(work)
}

/// Writes the stored form of an entity, which `write` writes: the name of its identity, and the struct of its other fields.
/// `held` are the stored forms of the fields that hold entities.
pub(super) fn store_entity(
    type_name: &'static str,
    held: Vec<(&'static str, Vec<u8>)>,
    write: &mut dyn FnMut(&mut Encoder) -> Result<(), Failure>,
) -> Result<StoredForm, Error> {
    storing(|| {
        Encoder::with(|encoder| {
            encoder.root(held, write).map_err(|failure| failure.into_error(type_name))?;
            Ok(StoredForm { id_field: encoder.own_id, fields: encoder.bytes.clone() })
        })
    })
}

/// Above this a buffer is given back to the allocator rather than kept.
const LARGEST_SPARE: usize = 1 << 20;

/// How many are kept; that many are seldom in use within each other.
const MOST_SPARE: usize = 4;

/// Writes canonical encodings.
pub struct Encoder {
    bytes: Vec<u8>,
    /// Where the entries of all compounds under way begin.
    starts: Vec<usize>,
    /// Room to reorder entries in.
    scratch: (Vec<Entry>, Vec<u8>),
    /// The versions that a `Ref` pointed at.
    references: Vec<EcsId>,
    /// The encodings of the root's fields that hold entities, which are not serialized.
    held: Vec<(&'static str, Vec<u8>)>,
    /// Whether the next struct is the entity itself, whose `Id` is not content.
    at_root: bool,
    /// Whether an `Id` met now is the entity's own, which is not content and is skipped.
    at_own_id: bool,
    /// Whether it was.
    met_own_id: bool,
    /// The name under which that was met.
    own_id: &'static str,
    form: Form,
    /// Asks whether the value now being written is a set without order; serde does not say.
    unordered: fn() -> bool,
}
impl Default for Encoder {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            starts: Vec::new(),
            scratch: Default::default(),
            references: Vec::new(),
            held: Vec::new(),
            at_root: false,
            at_own_id: false,
            met_own_id: false,
            own_id: "",
            form: Form::Canonical,
            unordered: no,
        }
    }
}

fn no() -> bool {
    false
}

/// Whether `T` is a collection that iterates in no particular order, seen through pointers.
fn is_unordered<T: ?Sized>() -> bool {
    let mut name = std::any::type_name::<T>();
    while let Some(inner) =
        ["&mut ", "&", "alloc::boxed::Box<", "alloc::sync::Arc<", "alloc::rc::Rc<", "alloc::borrow::Cow<"]
            .iter()
            .find_map(|pointer| name.strip_prefix(pointer))
    {
        name = inner;
    }
    let path = name.split_once('<').map_or(name, |(path, _)| path);
    ["::set::HashSet", "::map::HashMap", "::binary_heap::BinaryHeap"].iter().any(|shuffled| path.ends_with(shuffled))
}

impl Encoder {
    /// Does `work` with an encoder that has nothing written.
    pub(crate) fn with<R>(work: impl FnOnce(&mut Self) -> R) -> R {
        // Taken, not borrowed: a `Serialize` of the user's may come back here.
        let mut encoder = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
        encoder.bytes.clear();
        encoder.starts.clear();
        encoder.references.clear();
        encoder.at_root = false;
        encoder.at_own_id = false;
        encoder.met_own_id = false;
        encoder.unordered = no;
        encoder.own_id = "";
        encoder.form = FORM.get();
        let result = work(&mut encoder);
        if encoder.bytes.capacity() <= LARGEST_SPARE {
            let unwanted = SPARE.with_borrow_mut(|spare| match spare.len() {
                ..MOST_SPARE => {
                    spare.push(encoder);
                    None
                }
                _ => Some(encoder),
            });
            drop(unwanted);
        }
        result
    }

    /// Writes the entity itself. `held` are the encodings of the fields that hold entities.
    #[inline]
    fn root(
        &mut self,
        held: Vec<(&'static str, Vec<u8>)>,
        write: &mut dyn FnMut(&mut Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.at_root = true;
        if held.is_empty() {
            return write(self);
        }
        self.held = held;
        let written = write(self);
        self.held.clear();
        written
    }

    /// What is written so far.
    pub(crate) fn written(&self) -> &[u8] {
        &self.bytes
    }

    /// The versions that what is written so far points at.
    pub(crate) fn referred(&self) -> &[EcsId] {
        &self.references
    }

    /// Writes a value that holds no entities.
    pub(crate) fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.child(value)
    }

    /// Whether what is written is stored, and not hashed.
    pub(crate) fn is_storing(&self) -> bool {
        self.form == Form::Stored
    }

    /// Writes an entity in a tree by its lineage and version, as it is stored.
    pub(crate) fn stored_entity(&mut self, lineage_id: LineageId, ecs_id: EcsId) {
        self.bytes.push(tag::ENTITY);
        self.bytes.extend_from_slice(lineage_id.as_uuid().as_bytes());
        self.bytes.extend_from_slice(ecs_id.as_uuid().as_bytes());
    }

    /// Writes an entity by its content hash.
    pub(crate) fn hashed_entity(&mut self, hash: ContentHash) {
        self.bytes.push(tag::ENTITY);
        self.bytes.extend_from_slice(hash.as_bytes());
    }

    /// Writes which type an entity is of. The first version of a type is the type without a number.
    #[inline]
    pub(crate) fn type_of_entity(&mut self, name: &str, version: u32) {
        self.name(name);
        if version > 1 {
            self.certain(&version);
        }
    }

    /// Writes a number or a truth, which nothing can refuse.
    pub(crate) fn certain<T: Serialize>(&mut self, value: &T) {
        let written = value.serialize(self);
        debug_assert!(written.is_ok(), "a plain value has an encoding");
    }

    /// Writes bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.push(tag::BYTES);
        self.length(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes that something is there.
    pub(crate) fn some(&mut self) {
        self.bytes.push(tag::SOME);
    }

    /// Writes that nothing is there.
    pub(crate) fn unit(&mut self) {
        self.bytes.push(tag::UNIT);
    }

    /// Begins a sequence; its elements follow.
    pub(crate) fn sequence(&mut self, count: usize) {
        self.bytes.push(tag::SEQUENCE);
        self.length(count);
    }

    /// Begins a sequence that can hold entities, of any length.
    pub(crate) fn held_sequence(&mut self, count: usize) {
        self.bytes.push(if self.is_storing() { tag::HELD_SEQUENCE } else { tag::SEQUENCE });
        self.length(count);
    }

    /// Writes a set of encoded elements.
    pub(crate) fn set(&mut self, elements: Vec<Vec<u8>>) {
        self.sorted_entries(tag::SET, elements);
    }

    /// Writes a map `M` of encoded entries, which can hold entities.
    pub(crate) fn held_map<M>(&mut self, entries: Vec<Vec<u8>>) {
        match self.form {
            Form::Canonical => self.sorted_entries(tag::MAP, entries),
            Form::Stored if is_unordered::<M>() => self.sorted_entries(tag::HELD_MAP, entries),
            Form::Stored => self.entries(tag::HELD_MAP, &entries),
        }
    }

    /// Writes a struct of encoded fields.
    pub(crate) fn structure(&mut self, fields: Vec<Vec<u8>>) {
        match self.form {
            Form::Canonical => self.sorted_entries(tag::STRUCT, fields),
            Form::Stored => self.entries(tag::STRUCT, &fields),
        }
    }

    fn sorted_entries(&mut self, tag: u8, mut entries: Vec<Vec<u8>>) {
        entries.sort_unstable();
        self.entries(tag, &entries);
    }

    fn entries(&mut self, tag: u8, entries: &[Vec<u8>]) {
        self.bytes.push(tag);
        self.length(entries.len());
        entries.iter().for_each(|entry| self.bytes.extend_from_slice(entry));
    }

    /// Writes a large container by the hashes of its parts.
    pub(crate) fn digest(&mut self, digest: &Digest) {
        match digest {
            Digest::Sequence { count, runs } => {
                self.bytes.push(tag::RUNS);
                self.length(*count);
                runs.iter().for_each(|run| self.bytes.extend_from_slice(&run.hash));
            }
            Digest::Map(trie) => {
                self.bytes.push(tag::TRIE);
                self.length(trie.count);
                self.bytes.extend_from_slice(&trie.hash);
            }
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes.push(tag::TEXT);
        self.name(text);
    }

    /// Writes the name of a type, a field or a variant, which has no tag.
    #[inline]
    pub(crate) fn name(&mut self, name: &str) {
        self.length(name.len());
        self.bytes.extend_from_slice(name.as_bytes());
    }

    fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    fn integer(&mut self, value: i64) {
        self.bytes.push(tag::INTEGER);
        self.number(number::folded(value));
    }

    fn number(&mut self, value: u64) {
        match u8::try_from(value) {
            Ok(small @ ..0x80) => self.bytes.push(small),
            _ => number::write(value, &mut self.bytes),
        }
    }

    fn child<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.unordered = is_unordered::<T>;
        self.at_own_id = false;
        value.serialize(self)
    }

    pub(crate) fn variant(&mut self, variant: &str) {
        self.bytes.push(tag::VARIANT);
        self.name(variant);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};

    use proptest::prelude::*;
    use serde::ser::{self, Serialize};

    use super::*;
    use crate::entity::Id;

    fn check_value<T: Serialize>(type_name: &'static str, value: &T) -> Result<(), Error> {
        Encoder::with(|encoder| value.serialize(&mut *encoder).map_err(|failure| failure.into_error(type_name)))
    }

    fn root<T: Serialize>(entity: &T) -> Result<(), Error> {
        encode_entity("T", 1, Vec::new(), &mut |encoder| entity.serialize(encoder), |_| ())
    }

    fn encoding<T: Serialize>(value: &T) -> Vec<u8> {
        Encoder::with(|encoder| {
            encoder.child(value).expect("encodes");
            encoder.bytes.clone()
        })
    }

    #[derive(Serialize)]
    struct Forwards {
        id: Id,
        beta: u8,
        alpha: f64,
    }

    #[test]
    fn sets_and_maps_have_no_order() {
        let numbers: Vec<u32> = (0..200).collect();
        let set: HashSet<u32> = numbers.iter().copied().collect();
        let same: HashSet<u32> = numbers.iter().rev().copied().collect();
        assert_eq!(encoding(&set), encoding(&same));
        assert_eq!(encoding(&Some(vec![&set])), encoding(&Some(vec![&same])));
        assert_eq!(encoding(&Box::new(&set)), encoding(&Box::new(&same)));
        assert_ne!(encoding(&numbers), encoding(&numbers.iter().rev().collect::<Vec<_>>()), "a vector has an order");

        let map: HashMap<String, u32> = numbers.iter().map(|n| (n.to_string(), *n)).collect();
        let tree: BTreeMap<String, u32> = map.clone().into_iter().collect();
        assert_eq!(encoding(&map), encoding(&tree));
    }

    #[test]
    fn floats_count_by_bits_with_one_zero_and_one_nan() {
        assert_eq!(encoding(&0.0), encoding(&-0.0));
        assert_eq!(encoding(&f64::NAN), encoding(&-f64::NAN));
        assert_eq!(encoding(&f32::NAN), encoding(&f64::NAN));
        assert_ne!(encoding(&0.1), encoding(&0.100_000_000_000_000_02));
        assert_ne!(encoding(&f64::INFINITY), encoding(&f64::NEG_INFINITY));
        assert_ne!(encoding(&1.0), encoding(&1));
    }

    #[test]
    fn what_json_confuses_stays_apart() {
        assert_ne!(encoding(&Some(None::<u8>)), encoding(&None::<Option<u8>>));
        assert_ne!(encoding(&9_007_199_254_740_992_u64), encoding(&9_007_199_254_740_993_u64));
        assert_ne!(encoding(&u128::MAX), encoding(&i128::MAX));
        assert_ne!(encoding(&("ab", "c")), encoding(&("a", "bc")));
        assert_ne!(encoding(&"1"), encoding(&1));
        assert_ne!(encoding(&vec![Vec::<u8>::new(), vec![1]]), encoding(&vec![vec![1_u8], vec![]]));
    }

    /// Any JSON value; numbers are integers, as `1` and `1.0` are different content.
    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            "[a-c]{0,3}".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                proptest::collection::hash_map("[a-c]{0,2}", inner, 0..4).prop_map(serde_json::Value::from_iter),
            ]
        })
    }

    proptest! {
        #[test]
        fn encodings_are_equal_exactly_where_values_are(a in any_json(), b in any_json()) {
            prop_assert_eq!(encoding(&a) == encoding(&b), a == b);
            prop_assert_eq!(encoding(&a), encoding(&a.clone()));
        }

        #[test]
        fn the_order_of_entries_never_counts(entries in proptest::collection::hash_map("[a-z]{0,6}", any::<u16>(), 0..40)) {
            let sorted: BTreeMap<_, _> = entries.clone().into_iter().collect();
            let rehashed: HashMap<_, _> = sorted.clone().into_iter().rev().collect();
            prop_assert_eq!(encoding(&entries), encoding(&sorted));
            prop_assert_eq!(encoding(&entries), encoding(&rehashed));
        }
    }

    #[test]
    fn an_entity_hidden_in_a_plain_value_is_found_and_its_path_named() {
        #[derive(Serialize)]
        struct Plain {
            pair: (u8, Option<Forwards>),
        }
        let hidden = Plain { pair: (1, Some(Forwards { id: Id::new(), beta: 1, alpha: 1.0 })) };
        let message = check_value("Plain", &vec![hidden]).expect_err("hidden").to_string();
        assert!(message.contains("Plain") && message.contains(".0.pair.1.id"), "{message}");

        #[derive(Serialize)]
        struct Pair {
            id: Id,
            other: Option<Id>,
        }
        let message = root(&Pair { id: Id::new(), other: Some(Id::new()) }).expect_err("hidden").to_string();
        assert!(message.contains(".other"), "{message}");
        root(&Pair { id: Id::new(), other: None }).expect("only its own identity");
    }

    #[test]
    fn a_value_whose_serialize_refuses_is_named() {
        struct Refusing;
        impl Serialize for Refusing {
            fn serialize<S: ser::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(ser::Error::custom("not today"))
            }
        }
        let message = check_value("Refusing", &[Refusing]).expect_err("refuses").to_string();
        assert!(message.contains("not today") && message.contains(".0"), "{message}");
    }
}
