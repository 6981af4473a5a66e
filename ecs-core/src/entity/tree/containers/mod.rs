//! The containers that entities are found in, one kind a file.

mod maps;
mod pointers;
mod sequences;
mod sets;
mod tuples;

pub(super) use self::maps::trie_of;
