//! The content hash: what makes two values the same whatever their identity.

use super::EcsId;
use super::encode::{Encoder, Failure, encode_entity};
use crate::error::Error;
use crate::hash::hash_newtype;

pub(crate) const DOMAIN: &str = "ecs content 1";

hash_newtype! {
    /// The blake3 hash of an entity's content: its stable type name and its fields, without its `Id`.
    ContentHash
}

impl ContentHash {
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

/// Hashes the content of one entity of this version of this type, which `write` writes. `held` are the encodings of the fields that hold entities.
///
/// # Errors
///
/// If an entity is hidden inside a plain value, or the value's `Serialize` refuses.
pub(crate) fn encode_content(
    type_name: &'static str,
    type_version: u32,
    held: Vec<(&'static str, Vec<u8>)>,
    write: &mut dyn FnMut(&mut Encoder) -> Result<(), Failure>,
) -> Result<Encoding, Error> {
    encode_entity(DOMAIN, type_name, type_version, held, write, |written| Encoding {
        hash: ContentHash(*blake3::hash(written.bytes).as_bytes()),
        references: written.references.into(),
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
        encode_content(type_name, 1, Vec::new(), &mut |encoder| entity.serialize(encoder)).map(|encoding| encoding.hash)
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
        let mut bytes = Vec::new();
        let text = |bytes: &mut Vec<u8>, text: &str| {
            bytes.push(0x07);
            bytes.extend((text.len() as u64).to_le_bytes());
            bytes.extend(text.as_bytes());
        };
        text(&mut bytes, "ecs content 1");
        text(&mut bytes, "T");
        bytes.push(0x0d);
        bytes.extend(2_u64.to_le_bytes());
        text(&mut bytes, "beta");
        bytes.push(0x03);
        bytes.extend(3_i64.to_le_bytes());
        text(&mut bytes, "alpha");
        bytes.push(0x06);
        bytes.extend(0.5_f64.to_le_bytes());
        let expected = blake3::hash(&bytes);
        let hash = hash_entity("T", &Forwards { id: Id::new(), beta: 3, alpha: 0.5 }).expect("hashes");
        assert_eq!(hash.to_string(), expected.to_hex().to_string());
        assert_eq!(hash.to_string(), "66b07761a242905825bb67655b949b36ca8a6b1db83b19b17ff3e6591ac36b43");
    }
}
