//! The content hash: what makes two values the same whatever their identity.

use super::EcsId;
use super::encode::{Encoder, Failure, encode_entity};
use crate::error::Error;
use crate::hash::hash_newtype;

/// The key under which contents are hashed, so that nothing else has the same hash.
const KEY: &[u8; 32] = b"ecs content 1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

hash_newtype! {
    /// The blake3 hash of an entity's content: its stable type name and its fields, without its `Id`.
    ContentHash
}

impl ContentHash {
    /// The hash of an encoded content: the name of a type, and the struct of the fields.
    pub(crate) fn of(encoding: &[u8]) -> Self {
        Self(*blake3::keyed_hash(KEY, encoding).as_bytes())
    }

    /// Bits to spread over a map: the hash is already uniform.
    pub(crate) fn random_bits(self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|i| self.0[i]))
    }
}

/// What encoding an entity told of it.
pub struct Encoding {
    pub(crate) hash: ContentHash,
    /// The versions that its `Ref`s point at.
    pub(crate) references: Box<[EcsId]>,
}

/// Hashes the content of one entity of this version of this type, which `write` writes, by `hash`. `held` are the
/// encodings of the fields that hold entities.
///
/// # Errors
///
/// If an entity is hidden inside a plain value, or the value's `Serialize` refuses.
pub(crate) fn encode_content(
    type_name: &'static str,
    type_version: u32,
    held: Vec<(&'static str, Vec<u8>)>,
    write: &mut dyn FnMut(&mut Encoder) -> Result<(), Failure>,
    hash: fn(&[u8]) -> ContentHash,
) -> Result<Encoding, Error> {
    encode_entity(type_name, type_version, held, write, |written| Encoding {
        hash: hash(written.bytes),
        references: if written.references.is_empty() { Box::default() } else { written.references.into() },
    })
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;
    use crate::entity::Id;

    #[derive(Serialize)]
    struct Forwards {
        id: Id,
        beta: u8,
        alpha: f64,
    }

    #[derive(Serialize)]
    struct Backwards {
        alpha: f32,
        beta: u64,
        id: Id,
    }

    fn hash_entity<T: Serialize>(type_name: &'static str, entity: &T) -> Result<ContentHash, Error> {
        let write = &mut |encoder: &mut Encoder| entity.serialize(encoder);
        encode_content(type_name, 1, Vec::new(), write, ContentHash::of).map(|encoding| encoding.hash)
    }

    #[test]
    fn the_content_hash_ignores_identity_field_order_and_width() {
        let forwards = hash_entity("T", &Forwards { id: Id::new(), beta: 3, alpha: 0.5 }).expect("hashes");
        let backwards = hash_entity("T", &Backwards { id: Id::new(), beta: 3, alpha: 0.5 }).expect("hashes");
        assert_eq!(forwards, backwards);
        let other = hash_entity("U", &Backwards { id: Id::new(), beta: 3, alpha: 0.5 }).expect("hashes");
        assert_ne!(forwards, other, "the stable type name counts");
    }

    #[test]
    fn the_content_hash_has_a_fixed_value() {
        // Another program can compute this from the page on the content hash.
        let mut bytes = b"\x01T\x0d\x02\x04beta\x03\x06\x05alpha\x06".to_vec();
        bytes.extend(0.5_f64.to_le_bytes());
        let mut key = [0; 32];
        key[..13].copy_from_slice(b"ecs content 1");
        let expected = blake3::keyed_hash(&key, &bytes);
        let hash = hash_entity("T", &Forwards { id: Id::new(), beta: 3, alpha: 0.5 }).expect("hashes");
        assert_eq!(hash.to_string(), expected.to_hex().to_string());
        assert_eq!(hash.to_string(), "2c896a4bda67e61797e23ee8540ae2829959c6779adac3a7efb06c360a5240cd");
    }
}
