//! Persistent collections: a clone costs nothing, and a change copies only the path to it.
//!
//! Two versions of such a collection share everything that is the same in both. So a version costs
//! what changed in it, and what changed is found by passing over what is shared.
//!
//! Each element is in an [`Arc`](std::sync::Arc) of its own. Copying a path therefore copies
//! pointers and never elements, and one element can be in several collections.

mod map;
mod shared;

#[doc(hidden)]
pub use self::map::Difference;
pub use self::map::{Map, MapIter};
