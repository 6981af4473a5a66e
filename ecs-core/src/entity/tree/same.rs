//! Whether two values have equal content, told without encoding them where their type is one of
//! those that compare as they encode.
//!
//! `PartialEq` would not do: it may leave out what is content, and says that NaN differs from itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::entity::{EcsId, ExecutionId, LineageId, Ref};

/// What is known of two values without encoding them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// Their content is equal.
    Same,
    /// Their content differs.
    Differs,
    /// It takes their encodings to tell.
    Unknown,
}

impl Sameness {
    /// Whether no other part can change what is known of the wholes.
    #[must_use]
    #[inline]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Differs)
    }

    /// What is known of two wholes, from two of their parts.
    #[must_use]
    #[inline]
    pub const fn and(self, rest: Self) -> Self {
        match (self, rest) {
            (Self::Differs, _) | (_, Self::Differs) => Self::Differs,
            (Self::Same, Self::Same) => Self::Same,
            _ => Self::Unknown,
        }
    }
}

impl From<bool> for Sameness {
    fn from(is_same: bool) -> Self {
        if is_same { Self::Same } else { Self::Differs }
    }
}

/// A type whose values have equal content exactly if this says so.
pub trait Same {
    /// Whether the content is equal.
    fn is_same(&self, other: &Self) -> bool;
}

/// Asks a type of which nothing is known.
pub trait UnknownSame<T: ?Sized> {
    /// Nothing is known.
    fn same(_a: &T, _b: &T) -> Sameness {
        Sameness::Unknown
    }
}

macro_rules! by_equality {
    ($($type:ty),*) => {$(
        impl Same for $type {
            fn is_same(&self, other: &Self) -> bool {
                self == other
            }
        }
    )*};
}

by_equality!(
    (),
    bool,
    char,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    str,
    String,
    EcsId,
    LineageId,
    ExecutionId
);

macro_rules! floats {
    ($($type:ty),*) => {$(
        impl Same for $type {
            fn is_same(&self, other: &Self) -> bool {
                // One zero, one NaN.
                self == other || (self.is_nan() && other.is_nan())
            }
        }
    )*};
}

floats!(f32, f64);

impl<T> Same for Ref<T> {
    fn is_same(&self, other: &Self) -> bool {
        self == other
    }
}

impl<T: Same> Same for [T] {
    fn is_same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.is_same(b))
    }
}

impl<T: Same> Same for Vec<T> {
    fn is_same(&self, other: &Self) -> bool {
        self.as_slice().is_same(other)
    }
}

impl<T: Same, const N: usize> Same for [T; N] {
    fn is_same(&self, other: &Self) -> bool {
        self.as_slice().is_same(other)
    }
}

impl<T: Same> Same for VecDeque<T> {
    fn is_same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.is_same(b))
    }
}

impl<T: Same> Same for BTreeSet<T> {
    fn is_same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.is_same(b))
    }
}

impl<K: Same, V: Same> Same for BTreeMap<K, V> {
    fn is_same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|((a, x), (b, y))| a.is_same(b) && x.is_same(y))
    }
}

impl<T: Same> Same for Option<T> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.is_same(b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<T: Same + ?Sized> Same for Box<T> {
    fn is_same(&self, other: &Self) -> bool {
        (**self).is_same(other)
    }
}

impl<T: Same + ?Sized> Same for Arc<T> {
    fn is_same(&self, other: &Self) -> bool {
        Self::ptr_eq(self, other) || (**self).is_same(other)
    }
}

macro_rules! tuples {
    ($([$($type:ident $index:tt),+])*) => {$(
        impl<$($type: Same),+> Same for ($($type,)+) {
            fn is_same(&self, other: &Self) -> bool {
                $(self.$index.is_same(&other.$index))&&+
            }
        }
    )*};
}

tuples!([A 0] [A 0, B 1] [A 0, B 1, C 2] [A 0, B 1, C 2, D 3] [A 0, B 1, C 2, D 3, E 4] [A 0, B 1, C 2, D 3, E 4, F 5]);
