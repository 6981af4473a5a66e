//! The fields of a version in one value: each inline, or as the id of a blob where it is large.

use crate::failure::{Failure, Result};

/// Up to this many bytes a field stands in the row of its version.
pub(crate) const INLINE: usize = 512;

/// A field as it stands in a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'p> {
    Inline(&'p [u8]),
    Blob(i64),
}

fn put_number(payload: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        payload.push(number as u8 | 0x80);
        number >>= 7;
    }
    payload.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0_u64, 0_u32);
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        let shifted = part.checked_shl(shift)?;
        // A number is written in one way, so that no payload can be changed and mean the same.
        if shifted >> shift != part || (byte == 0 && shift > 0) {
            return None;
        }
        number |= shifted;
        if byte & 0x80 == 0 {
            return Some(number);
        }
        shift += 7;
    }
}

/// Adds a field.
pub(crate) fn put(payload: &mut Vec<u8>, part: &Part<'_>) {
    match *part {
        Part::Inline(bytes) => {
            put_number(payload, (bytes.len() as u64) << 1);
            payload.extend_from_slice(bytes);
        }
        Part::Blob(id) => put_number(payload, (id.unsigned_abs() << 1) | 1),
    }
}

/// The fields of a row, in order.
pub(crate) fn parts(mut payload: &[u8]) -> Result<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    while !payload.is_empty() {
        let damaged = || Failure::Damaged("the payload of a version ends too early".to_owned());
        let number = take_number(&mut payload).ok_or_else(damaged)?;
        if number & 1 == 1 {
            parts.push(Part::Blob(i64::try_from(number >> 1).map_err(|_| damaged())?));
            continue;
        }
        let length = usize::try_from(number >> 1).map_err(|_| damaged())?;
        let (bytes, rest) = payload.split_at_checked(length).ok_or_else(damaged)?;
        parts.push(Part::Inline(bytes));
        payload = rest;
    }
    Ok(parts)
}

/// The ids of the chunks of a blob.
pub(crate) fn chunk_ids(chunks: &[u8]) -> Result<Vec<i64>> {
    let (ids, rest) = chunks.as_chunks::<8>();
    if rest.is_empty() {
        Ok(ids.iter().map(|id| i64::from_le_bytes(*id)).collect())
    } else {
        Err(Failure::Damaged("the list of the chunks of a blob is cut off".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_back_in_order() {
        let mut payload = Vec::new();
        let long = vec![7; 300];
        put(&mut payload, &Part::Inline(b""));
        put(&mut payload, &Part::Blob(123_456));
        put(&mut payload, &Part::Inline(&long));
        let parts = parts(&payload).expect("it is whole");
        assert!(matches!(parts[..], [Part::Inline(b""), Part::Blob(123_456), Part::Inline(bytes)] if bytes == long));
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let mut payload = Vec::new();
        put(&mut payload, &Part::Inline(b"some text"));
        for length in 1..payload.len() {
            assert!(parts(&payload[..length]).is_err());
        }
        assert!(parts(&[0x80; 12]).is_err());
    }

    #[test]
    fn a_number_is_written_in_one_way() {
        assert_eq!(take_number(&mut &[0x85, 0x01][..]), Some(133));
        assert_eq!(take_number(&mut &[0x85, 0x81, 0x00][..]), None);
        assert_eq!(take_number(&mut &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01][..]), Some(u64::MAX));
        assert_eq!(take_number(&mut &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x03][..]), None);
    }
}
