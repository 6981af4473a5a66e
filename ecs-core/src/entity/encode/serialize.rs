//! How what serde says of a value is written.

use std::cmp::Ordering;
use std::ops::Range;

use serde::ser::{self, Serialize};

use super::failure::{Cause, Failure};
use super::stand_in::stand_in_for;
use super::{Encoder, Form, is_unordered, tag};
use crate::entity::number;
use crate::entity::reference::REF_MARKER;
use crate::id::ID_MARKER;

const CANONICAL_NAN: u64 = 0x7ff8_0000_0000_0000;

/// So many entries are sorted by putting each where it belongs: most are there already.
const FEW_ENTRIES: usize = 16;

impl Encoder {
    /// Writes the field of the root that has this name, if it holds entities; tells whether it did.
    #[inline(never)] // Few entities hold others.
    fn held_field(&mut self, name: &'static str) -> bool {
        let held = self.held.iter().find(|(field, _)| *field == name);
        let is_held = held.is_some();
        held.into_iter().for_each(|(_, encoding)| self.bytes.extend_from_slice(encoding));
        is_held
    }

    fn open(&mut self, tag: u8) -> Compound<'_> {
        self.open_as(tag, false)
    }

    fn open_as(&mut self, tag: u8, is_root: bool) -> Compound<'_> {
        let sorted = match self.form {
            Form::Canonical => tag >= tag::SET,
            // The order is part of the value, unless it is another one each time.
            Form::Stored => tag == tag::SET || (tag == tag::MAP && (self.unordered)()),
        };
        self.bytes.push(tag);
        let start = self.bytes.len();
        // Room for the count of most.
        self.bytes.push(0);
        let first = self.starts.len();
        Compound { encoder: self, start, first, sorted, is_root }
    }
}

/// The text that is encoded in these bytes.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let (&tag::TEXT, mut rest) = bytes.split_first()? else { return None };
    number::read(&mut rest)?;
    std::str::from_utf8(rest).ok()
}

/// An entry of a compound that is to be sorted.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    start: usize,
    end: usize,
    /// Its first bytes as a number of the same order: they mostly tell already which of two comes first.
    head: u64,
}

impl Entry {
    fn new(bytes: &[u8], Range { start, end }: Range<usize>) -> Self {
        let entry = &bytes[start..end];
        let head = match entry.first_chunk() {
            Some(head) => *head,
            None => std::array::from_fn(|index| entry.get(index).copied().unwrap_or_default()),
        };
        Self { start, end, head: u64::from_be_bytes(head) }
    }

    fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A sequence, set, map or struct under way.
pub struct Compound<'e> {
    encoder: &'e mut Encoder,
    /// Where the count is put, directly behind the tag.
    start: usize,
    /// Which of the starts is that of its first entry; those behind it are of the next ones.
    first: usize,
    sorted: bool,
    is_root: bool,
}

impl Compound<'_> {
    #[inline]
    fn begin_entry(&mut self) {
        self.encoder.starts.push(self.encoder.bytes.len());
    }

    fn count(&self) -> usize {
        self.encoder.starts.len() - self.first
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        // Before what is in it: what fails in there leaves its entries behind.
        let index = self.count();
        self.begin_entry();
        self.encoder.child(value).map_err(|failure| failure.under(format_args!(".{index}")))
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failure> {
        if self.begin_field(name) {
            return Ok(());
        }
        self.encoder.unordered = is_unordered::<T>;
        if let Err(failure) = value.serialize(&mut *self.encoder) {
            return Err(failure.under(format_args!(".{name}")));
        }
        if self.is_root && self.encoder.met_own_id {
            self.leave_out(name);
        }
        Ok(())
    }

    /// Writes the name of a field, and its value if that holds entities; tells whether it did.
    fn begin_field(&mut self, name: &'static str) -> bool {
        let Self { encoder, is_root, .. } = self;
        encoder.starts.push(encoder.bytes.len());
        encoder.name(name);
        encoder.at_own_id = *is_root;
        *is_root && !encoder.held.is_empty() && encoder.held_field(name)
    }

    /// Takes back the field that was written last, which is the identity.
    fn leave_out(&mut self, name: &'static str) {
        self.encoder.met_own_id = false;
        self.encoder.own_id = name;
        if let Some(entry) = self.encoder.starts.pop() {
            self.encoder.bytes.truncate(entry);
        }
    }

    fn close(mut self) -> Result<(), Failure> {
        let count = self.count();
        if self.sorted && count > 1 {
            self.sort();
        }
        self.encoder.starts.truncate(self.first);
        match u8::try_from(count) {
            Ok(count @ ..0x80) => self.encoder.bytes[self.start] = count,
            _ => {
                let mut written = Vec::new();
                number::write(count as u64, &mut written);
                self.encoder.bytes.splice(self.start..=self.start, written);
            }
        }
        Ok(())
    }

    fn sort(&mut self) {
        let Encoder { bytes, starts, scratch: (entries, sorted), .. } = &mut *self.encoder;
        // So that each ends where the next begins.
        starts.push(bytes.len());
        let starts = &starts[self.first..];
        entries.clear();
        entries.extend(starts.windows(2).map(|bounds| Entry::new(bytes, bounds[0]..bounds[1])));
        let order = |one: &Entry, other: &Entry| match one.head.cmp(&other.head) {
            Ordering::Equal => bytes[one.range()].cmp(&bytes[other.range()]),
            order => order,
        };
        if entries.len() <= FEW_ENTRIES {
            for next in 1..entries.len() {
                let mut place = next;
                while place > 0 && order(&entries[place], &entries[place - 1]).is_lt() {
                    entries.swap(place, place - 1);
                    place -= 1;
                }
            }
        } else {
            entries.sort_unstable_by(order);
        }
        // What is in its place already stays there.
        let Some(moved) = starts.iter().zip(&*entries).position(|(start, entry)| *start != entry.start) else { return };
        sorted.clear();
        for entry in &entries[moved..] {
            sorted.extend_from_slice(&bytes[entry.range()]);
        }
        let end = starts[moved] + sorted.len();
        bytes[starts[moved]..end].copy_from_slice(sorted);
    }
}

impl<'e> ser::Serializer for &'e mut Encoder {
    type Ok = ();
    type Error = Failure;
    type SerializeSeq = Compound<'e>;
    type SerializeTuple = Compound<'e>;
    type SerializeTupleStruct = Compound<'e>;
    type SerializeTupleVariant = Compound<'e>;
    type SerializeMap = Compound<'e>;
    type SerializeStruct = Compound<'e>;
    type SerializeStructVariant = Compound<'e>;

    fn serialize_bool(self, value: bool) -> Result<(), Failure> {
        self.bytes.push(if value { tag::TRUE } else { tag::FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Failure> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Failure> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Failure> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Failure> {
        self.integer(value);
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Failure> {
        match i64::try_from(value) {
            Ok(narrow) => self.integer(narrow),
            Err(_) => {
                self.bytes.push(tag::WIDE_INTEGER);
                self.bytes.extend_from_slice(&value.to_le_bytes());
            }
        }
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Failure> {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Failure> {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Failure> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Failure> {
        match i64::try_from(value) {
            Ok(signed) => self.serialize_i64(signed),
            Err(_) => self.serialize_i128(value.into()),
        }
    }

    fn serialize_u128(self, value: u128) -> Result<(), Failure> {
        match i128::try_from(value) {
            Ok(signed) => self.serialize_i128(signed),
            Err(_) => {
                self.bytes.push(tag::WIDE_UNSIGNED);
                self.bytes.extend_from_slice(&value.to_le_bytes());
                Ok(())
            }
        }
    }

    fn serialize_f32(self, value: f32) -> Result<(), Failure> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Failure> {
        let bits = if self.is_storing() {
            value.to_bits()
        } else if value.is_nan() {
            CANONICAL_NAN
        } else if value == 0.0 {
            0
        } else {
            value.to_bits()
        };
        self.bytes.push(tag::FLOAT);
        self.bytes.extend_from_slice(&bits.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Failure> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Failure> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failure> {
        self.bytes(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Failure> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        self.bytes.push(tag::SOME);
        self.child(value)
    }

    fn serialize_unit(self) -> Result<(), Failure> {
        self.bytes.push(tag::UNIT);
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Failure> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<(), Failure> {
        self.variant(variant);
        self.serialize_unit()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), Failure> {
        if name == ID_MARKER {
            self.met_own_id = std::mem::take(&mut self.at_own_id);
            return if self.met_own_id { Ok(()) } else { Err(Failure::new(Cause::HiddenEntity)) };
        }
        let start = self.bytes.len();
        self.child(value)?;
        if name == REF_MARKER {
            // It is written as the address of a whole version.
            let text = self.bytes.get(start..).and_then(text_of).and_then(|text| text.strip_prefix('@'));
            if let Some(ecs_id) = text.and_then(|text| text.parse().ok()) {
                self.references.push(ecs_id);
                if !self.is_storing()
                    && let Some(hash) = stand_in_for(ecs_id)
                {
                    self.bytes.truncate(start);
                    self.hashed_entity(hash);
                }
            }
        }
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        self.variant(variant);
        self.child(value).map_err(|failure| failure.under(format_args!(".{variant}")))
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Compound<'e>, Failure> {
        let tag = if (self.unordered)() { tag::SET } else { tag::SEQUENCE };
        Ok(self.open(tag))
    }

    fn serialize_tuple(self, _length: usize) -> Result<Compound<'e>, Failure> {
        Ok(self.open(tag::SEQUENCE))
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Compound<'e>, Failure> {
        Ok(self.open(tag::SEQUENCE))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Compound<'e>, Failure> {
        self.variant(variant);
        Ok(self.open(tag::SEQUENCE))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Compound<'e>, Failure> {
        Ok(self.open(tag::MAP))
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Compound<'e>, Failure> {
        let is_root = std::mem::take(&mut self.at_root);
        Ok(self.open_as(tag::STRUCT, is_root))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Compound<'e>, Failure> {
        self.variant(variant);
        Ok(self.open(tag::STRUCT))
    }
}

macro_rules! elements {
    ($($name:ident :: $method:ident),*) => {$(
        impl ser::$name for Compound<'_> {
            type Ok = ();
            type Error = Failure;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                self.element(value)
            }

            fn end(self) -> Result<(), Failure> {
                self.close()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
}

macro_rules! fields {
    ($($name:ident),*) => {$(
        impl ser::$name for Compound<'_> {
            type Ok = ();
            type Error = Failure;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failure> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Failure> {
                self.close()
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        self.begin_entry();
        self.encoder.child(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.encoder.child(value).map_err(|failure| failure.under("[…]"))
    }

    fn end(self) -> Result<(), Failure> {
        self.close()
    }
}
