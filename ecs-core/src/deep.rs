//! Room on the stack for trees that are deep.
//!
//! Our own walks over a tree are recursive and ask for room at every level. What is the user's,
//! a derived `Clone`, `Serialize` or drop, cannot ask, so it runs where there is room for all of it.

use std::future::{Future, poll_fn};
use std::pin::pin;

/// What a level of our own walks may take, with a margin for what runs below it.
const LEVEL: usize = 128 * 1024;

/// How much is added at once.
const SEGMENT: usize = 4 * 1024 * 1024;

/// What the user's code may take for one level of a tree, beside the room for the nodes themselves.
const USER_LEVEL: usize = 1024;

/// Up to this many bytes are there on any stack.
const ALWAYS_THERE: usize = 64 * 1024;

/// How many levels of a tree are told of, as JSON or entity by entity. What reads JSON has a limit too,
/// and a text so deep that its reader overflows helps nobody; and the paths to the entities of a deep
/// tree would take more room than the tree.
pub(crate) const TOLD_LEVELS: usize = 512;

/// Does one level of a recursive walk.
pub(crate) fn level<R>(work: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(LEVEL, SEGMENT, work)
}

/// Polls a future as [`level`] does its work.
pub(crate) async fn each_level<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|task| level(|| future.as_mut().poll(task))).await
}

/// What one level of a tree takes, for a node of this size, when the user's code walks it.
pub(crate) const fn room_of_level(size: usize) -> usize {
    USER_LEVEL + 8 * size
}

/// Runs code of the user's that walks a tree which takes this much room.
pub(crate) fn with_room<R>(room: usize, work: impl FnOnce() -> R) -> R {
    if room <= ALWAYS_THERE {
        return work();
    }
    stacker::maybe_grow(room + LEVEL, room + SEGMENT, work)
}
