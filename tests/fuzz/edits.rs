//! Edits of sequences: of bytes, of characters, of words.

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

/// One edit.
#[derive(Clone, Debug)]
pub enum Edit<T> {
    Insert(Index, Vec<T>),
    /// Writes over what is there.
    Replace(Index, Vec<T>),
    Remove(Index, usize),
    /// Ends the sequence there.
    Cut(Index),
    /// Takes some from one place to another, where it is inserted.
    Copy {
        from: Index,
        count: usize,
        to: Index,
    },
}

/// Up to so many edits, with pieces to put in.
pub fn edits<T: Clone + Debug + 'static>(
    piece: impl Strategy<Value = Vec<T>> + 'static,
    most: usize,
) -> impl Strategy<Value = Vec<Edit<T>>> + Clone {
    let piece = piece.boxed();
    let index = any::<Index>;
    let edit = prop_oneof![
        4 => (index(), piece.clone()).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        4 => (index(), piece).prop_map(|(at, piece)| Edit::Replace(at, piece)),
        2 => (index(), 1_usize..9).prop_map(|(at, count)| Edit::Remove(at, count)),
        1 => index().prop_map(Edit::Cut),
        2 => (index(), 1_usize..65, index()).prop_map(|(from, count, to)| Edit::Copy { from, count, to }),
    ];
    vec(edit, 0..=most).boxed()
}

/// The sequence after the edits.
pub fn edited<T: Clone>(mut items: Vec<T>, edits: &[Edit<T>]) -> Vec<T> {
    for edit in edits {
        let (at, end) = (|at: &Index| at.index(items.len() + 1), items.len());
        match edit {
            Edit::Insert(place, piece) => {
                let place = at(place);
                items.splice(place..place, piece.iter().cloned()).for_each(drop);
            }
            Edit::Replace(place, piece) => {
                let place = at(place);
                items.splice(place..end.min(place + piece.len()), piece.iter().cloned()).for_each(drop);
            }
            Edit::Remove(place, count) => {
                let place = at(place);
                items.drain(place..end.min(place + count)).for_each(drop);
            }
            Edit::Cut(place) => items.truncate(at(place)),
            Edit::Copy { from, count, to } => {
                let (from, to) = (at(from), at(to));
                let copied = items[from..end.min(from + count)].to_vec();
                items.splice(to..to, copied).for_each(drop);
            }
        }
    }
    items
}

/// Bytes that mean something to what reads them: lengths that are too large, tags, ends of ranges.
pub fn bytes() -> impl Strategy<Value = Vec<u8>> + Clone {
    let number = prop_oneof![
        select(vec![0, 1, 2, 255, 1 << 16, 1 << 31, 1 << 32, 1 << 40, 1 << 60, 1 << 63, u64::MAX - 1, u64::MAX]),
        any::<u64>(),
        0..300_u64,
    ];
    prop_oneof![
        3 => any::<u8>().prop_map(|byte| vec![byte]),
        3 => (0_u8..0x16).prop_map(|tag| vec![tag]),
        3 => number.clone().prop_map(|number| number.to_le_bytes().to_vec()),
        2 => (0_u8..0x16, number).prop_map(|(tag, number)| [&[tag][..], &number.to_le_bytes()].concat()),
        1 => vec(any::<u8>(), 1..20),
    ]
    .boxed()
}

/// Characters that mean something to what reads them.
pub fn characters() -> impl Strategy<Value = Vec<char>> + Clone {
    const WORDS: &[&str] = &[
        "@",
        "@@",
        "@head:",
        "head:",
        ".",
        "..",
        "[\"",
        "\"]",
        "[",
        "]",
        "\"",
        "\\",
        "\\\"",
        ".0",
        ".007",
        "-1",
        "0",
        "18446744073709551615",
        "18446744073709551616",
        "id",
        "ecs_id",
        "$entity",
        "null",
        "{}",
        "\0",
        "\n",
        " ",
        "ß",
        "\u{1d54f}",
        "\u{202e}",
        "e\u{301}",
        "00000000-0000-0000-0000-000000000000",
        "--",
        "-",
        "=",
        ",",
        "1e308",
        "NaN",
    ];
    prop_oneof![
        4 => select(WORDS).prop_map(|word| word.chars().collect()),
        2 => any::<char>().prop_map(|character| vec![character]),
        1 => vec(any::<char>(), 1..6),
    ]
    .boxed()
}

/// Texts near these.
pub fn texts_near(seeds: Vec<String>) -> impl Strategy<Value = String> + Clone {
    (select(seeds), edits(characters(), 4))
        .prop_map(|(seed, edits)| edited(seed.chars().collect(), &edits).into_iter().collect())
        .boxed()
}
