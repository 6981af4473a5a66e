//! The containers that entities are found in, one kind a file.

mod maps;
mod pointers;
mod sequences;
mod sets;
mod tuples;

pub(in crate::entity) use self::maps::compare_entries;
pub(super) use self::maps::trie_of;
pub(in crate::entity) use self::sequences::{Elements, compare_elements, compare_new};
