//! The content hash of an entity, computed from what is stored of it.

use super::value::{FormValue, Opaque};
use crate::deep;
use crate::entity::ContentHash;
use crate::entity::encode::Encoder;
use crate::entity::tree::Digest;
use crate::entity::tree::digest::{FEW, Trie, hash_run, runs};

/// Tells the content hash of an entity that is held.
type HashOf<'h, E> = dyn FnMut(&Opaque) -> Result<ContentHash, E> + 'h;

/// The content hash of an entity of this version of this type, and these fields, in which `hash_of` tells those of the entities
/// that it holds.
///
/// # Errors
///
/// Whatever `hash_of` says.
pub(crate) fn hash_fields<E>(
    type_name: &str,
    type_version: u32,
    fields: &[(String, FormValue)],
    hash_of: &mut HashOf<'_, E>,
) -> Result<ContentHash, E> {
    Encoder::with(|encoder| {
        encoder.type_of_entity(type_name, type_version);
        encode_fields(fields, encoder, hash_of)?;
        Ok(ContentHash::of(encoder.written()))
    })
}

/// Whether two values that hold no entities are the same content.
pub(super) fn has_same_encoding(one: &FormValue, other: &FormValue) -> bool {
    let encoding = |value| encoding(value, &mut |_: &Opaque| Err(()));
    encoding(one).is_ok_and(|one| encoding(other).is_ok_and(|other| one == other))
}

fn encoding<E>(value: &FormValue, hash_of: &mut HashOf<'_, E>) -> Result<Vec<u8>, E> {
    Encoder::with(|encoder| {
        encode(value, encoder, hash_of)?;
        Ok(encoder.written().to_vec())
    })
}

fn encode_fields<E>(
    fields: &[(String, FormValue)],
    encoder: &mut Encoder,
    hash_of: &mut HashOf<'_, E>,
) -> Result<(), E> {
    let fields = fields.iter().map(|(name, value)| {
        Encoder::with(|encoder| {
            encoder.name(name);
            encode(value, encoder, hash_of)?;
            Ok(encoder.written().to_vec())
        })
    });
    let fields = fields.collect::<Result<_, E>>()?;
    encoder.structure(fields);
    Ok(())
}

fn encode<E>(value: &FormValue, encoder: &mut Encoder, hash_of: &mut HashOf<'_, E>) -> Result<(), E> {
    deep::level(|| {
        match value {
            FormValue::Unit => encoder.unit(),
            FormValue::Some(value) => {
                encoder.some();
                encode(value, encoder, hash_of)?;
            }
            FormValue::Sequence(items, true) if items.len() > FEW => {
                let runs = runs(items.len(), None, 0, &|_, _| true, &mut |from, to| {
                    let mut bytes = Vec::new();
                    for item in &items[from..to] {
                        bytes.extend(encoding(item, hash_of)?);
                    }
                    Ok::<_, E>(hash_run(&bytes))
                })?;
                encoder.digest(&Digest::Sequence { count: items.len(), runs });
            }
            FormValue::Sequence(items, _) => {
                encoder.sequence(items.len());
                items.iter().try_for_each(|item| encode(item, encoder, hash_of))?;
            }
            FormValue::Set(items) => {
                let items = items.iter().map(|item| encoding(item, hash_of)).collect::<Result<_, _>>()?;
                encoder.set(items);
            }
            FormValue::Map(entries, true) if entries.len() > FEW => {
                let hash = |bytes: &[u8]| *blake3::hash(bytes).as_bytes();
                let entries = entries
                    .iter()
                    .map(|(key, value)| Ok::<_, E>((hash(&encoding(key, hash_of)?), hash(&encoding(value, hash_of)?))));
                encoder.digest(&Digest::Map(Trie::new(entries.collect::<Result<_, _>>()?)));
            }
            FormValue::Map(entries, _) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| Ok::<_, E>([encoding(key, hash_of)?, encoding(value, hash_of)?].concat()));
                let entries = entries.collect::<Result<_, _>>()?;
                encoder.held_map::<()>(entries);
            }
            FormValue::Struct(fields) => encode_fields(fields, encoder, hash_of)?,
            FormValue::Variant(name, value) => {
                encoder.variant(name);
                encode(value, encoder, hash_of)?;
            }
            FormValue::Entity(entity) => encoder.hashed_entity(hash_of(entity)?),
            FormValue::Bool(value) => encoder.certain(value),
            FormValue::Integer(value) => encoder.certain(value),
            FormValue::Wide(value) => encoder.certain(value),
            FormValue::WideUnsigned(value) => encoder.certain(value),
            FormValue::Float(value) => encoder.certain(value),
            FormValue::Text(value) => encoder.text(value),
            FormValue::Bytes(value) => encoder.bytes(value),
        }
        Ok(())
    })
}
