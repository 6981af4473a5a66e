//! The form in which an entity is stored outside of memory: written, read back, hashed and understood
//! without its Rust type.
//!
//! It is the canonical encoding of `docs/content-hash.md` with four differences, so that a value comes back
//! as it was. The order of entries is kept, but for what has none. A float keeps its bits. An entity that is
//! held stands there by its lineage and version, 32 bytes. What can hold entities and is hashed in parts when
//! it is large has tags of its own, `12` for a sequence and `13` for a map, so that the content hash can be
//! computed from what is stored.

mod hash;
mod opaque;
mod read;
mod shown;
mod value;

pub(crate) use self::hash::hash_fields;
pub(crate) use self::opaque::opaque_type;
pub(crate) use self::read::{EntityForm, Mismatch, read_entity, read_field};
pub(crate) use self::shown::{shown, shown_fields};
pub(crate) use self::value::{Entry, FormValue, Malformed, Opaque, each_field, held_in, levels_in, room_of_levels};
