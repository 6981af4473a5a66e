//! Numbers in encodings: few bytes for a small one.

/// Writes a number, seven bits a byte and the lowest first; all bytes but the last have the highest bit set.
#[inline(never)] // Most numbers are small, and are written without it.
pub(super) fn write(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(low(value) | 0x80);
        value >>= 7;
    }
    bytes.push(low(value));
}

fn low(value: u64) -> u8 {
    (value & 0x7f) as u8
}

/// Reads a number off the front of these bytes; none if they do not begin with one as [`write()`] writes it.
pub(super) fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        value |= bits << shift;
        if bits << shift >> shift != bits {
            return None;
        }
        if byte < 0x80 {
            // No number has two forms.
            return (byte > 0 || shift == 0).then_some(value);
        }
    }
    None
}

/// A signed number as one that is small if its absolute value is.
#[expect(clippy::cast_sign_loss, reason = "the sign is the lowest bit")]
pub(super) fn folded(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The signed number of a [`folded`] one.
#[expect(clippy::cast_possible_wrap, reason = "the lowest bit is the sign")]
pub(super) fn unfolded(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(value, &mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in any::<u64>(), shift in 0..64_u32, rest in any::<Vec<u8>>()) {
            let value = value >> shift;
            let bytes = [written(value), rest.clone()].concat();
            let mut bytes = bytes.as_slice();
            prop_assert_eq!(read(&mut bytes), Some(value));
            prop_assert_eq!(bytes, rest);
        }

        #[test]
        fn what_is_read_is_what_is_written(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            let mut rest = bytes.as_slice();
            if let Some(value) = read(&mut rest) {
                prop_assert_eq!([written(value).as_slice(), rest].concat(), bytes);
            }
        }

        #[test]
        fn a_sign_folds_and_unfolds(value in any::<i64>(), shift in 0..64_u32) {
            prop_assert_eq!(unfolded(folded(value >> shift)), value >> shift);
        }
    }

    #[test]
    fn small_numbers_take_one_byte_and_none_takes_more_than_ten() {
        assert_eq!(written(0), [0]);
        assert_eq!(written(127), [127]);
        assert_eq!(written(128), [0x80, 1]);
        assert_eq!(written(u64::MAX).len(), 10);
        assert_eq!([0, -1, 1, -64].map(folded), [0, 1, 2, 127]);
        assert_eq!([i64::MIN, i64::MAX].map(folded), [u64::MAX, u64::MAX - 1]);
    }
}
