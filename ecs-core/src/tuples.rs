//! What every implementation for tuples is written with.

/// A list of types, expressions or patterns, each paired with the rest: `(A, (B, ()))`.
macro_rules! nested {
    () => { () };
    ([$first:expr] $([$rest:expr])*) => { ($first, nested!($([$rest])*)) };
    ($first:ident $($rest:ident)*) => { ($first, nested!($($rest)*)) };
    (<$first:ty> $(<$rest:ty>)*) => { ($first, nested!($(<$rest>)*)) };
}

/// Hands each length of a tuple to the macro `$implement`: the length, and for each element the names of
/// its type and of its marker's, and its index.
macro_rules! each_tuple {
    ($implement:ident) => {
        $implement! {
            1: A MA 0;
            2: A MA 0, B MB 1;
            3: A MA 0, B MB 1, C MC 2;
            4: A MA 0, B MB 1, C MC 2, D MD 3;
            5: A MA 0, B MB 1, C MC 2, D MD 3, E ME 4;
            6: A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5;
            7: A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5, G MG 6;
            8: A MA 0, B MB 1, C MC 2, D MD 3, E ME 4, F MF 5, G MG 6, H MH 7;
        }
    };
}

pub(crate) use {each_tuple, nested};
