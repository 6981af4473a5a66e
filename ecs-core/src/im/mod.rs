//! Persistent collections: a clone costs nothing, and a change copies only the path to it.
//!
//! Two versions of such a collection share everything that is the same in both. So a version costs
//! what changed in it, and what changed is found by passing over what is shared.
//!
//! Each element is in an [`Arc`](std::sync::Arc) of its own. Copying a path therefore copies
//! pointers and never elements, and one element can be in several collections.
//!
//! ```
//! use ecs::im::{Map, Vector};
//!
//! let grades: Map<&str, f64> = [("Latin", 1.3), ("Greek", 2.0)].into_iter().collect();
//! let mut corrected = grades.clone();
//! corrected.insert("Greek", 1.7);
//! assert_eq!((grades["Greek"], corrected["Greek"]), (2.0, 1.7));
//!
//! let mut terms: Vector<Map<&str, f64>> = Vector::new();
//! terms.push(grades);
//! terms.push(corrected);
//! assert_eq!(terms.last().map(Map::len), Some(2));
//! ```

mod map;
mod shared;
mod vector;

pub(crate) use self::map::Difference;
pub use self::map::{Map, MapIter};
pub use self::vector::{Vector, VectorIter};
