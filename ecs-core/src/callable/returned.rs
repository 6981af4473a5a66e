//! What a function returns: the shape of the typed output, and what is settled and recorded.

use std::fmt::Display;
use std::marker::PhantomData;

use super::parts::{Keep, Parts};
use crate::entity::Value;
use crate::entity::tree::marker::{Class, Holds};
use crate::error::{Error, ErrorKind, Result};
use crate::signature::kind::{BY_KEY, FALLIBLE, FALLIBLE_SILENTLY, NO_CONTAINER, OF_ELEMENTS, Probe};
use crate::tuples::nested;

/// The shape of a function that returns nothing.
pub struct Unit;
/// The shape of a function that returns what `M` describes.
pub struct Whole<M>(PhantomData<M>);

/// The shape of a `Result` whose success has the shape `S`.
pub struct Fallible<S>(PhantomData<S>);

/// The shape of a `Result` whose error has no message; the compile error is reported elsewhere.
pub struct FallibleSilently<S>(PhantomData<S>);

/// Chooses the shape from the marker of the result.
pub struct ShapeOf<const IS_UNIT: bool>;

/// See [`ShapeOf`].
pub trait Shape<M> {
    type Shape;
}

impl<M> Shape<M> for ShapeOf<true> {
    type Shape = Unit;
}

impl<M> Shape<M> for ShapeOf<false> {
    type Shape = Whole<M>;
}

/// Chooses the shape of a generic result: that of its success, if it is a `Result`.
pub trait ChooseShape<Arguments, Own> {
    type Shape;
}

impl<S, Rest, Own> ChooseShape<(S, Rest), Own> for Class<FALLIBLE> {
    type Shape = Fallible<S>;
}

impl<S, Rest, Own> ChooseShape<(S, Rest), Own> for Class<FALLIBLE_SILENTLY> {
    type Shape = FallibleSilently<S>;
}

/// Chooses the shape of a result spelled by one name: an alias of a `Result` is asked by trait.
pub trait NamedShape<T, Own> {
    type Shape;
}

macro_rules! own_shape {
    ($($class:ident),*) => {$(
        impl<Arguments, Own> ChooseShape<Arguments, Own> for Class<$class> {
            type Shape = Own;
        }

        impl<T, Own> NamedShape<T, Own> for Class<$class> {
            type Shape = Own;
        }
    )*};
}

own_shape!(NO_CONTAINER, OF_ELEMENTS, BY_KEY);

impl<T: AliasOfResult, Own> NamedShape<T, Own> for Class<FALLIBLE> {
    type Shape = Fallible<T::Shape>;
}

impl<T: AliasOfResult, Own> NamedShape<T, Own> for Class<FALLIBLE_SILENTLY> {
    type Shape = FallibleSilently<T::Shape>;
}

/// A `Result` spelled by an alias without arguments.
pub trait AliasOfResult {
    type Shape;
}

impl<T: ShapeByTrait, E> AliasOfResult for Result<T, E> {
    type Shape = T::Shape;
}

/// The shape of a success that the macro cannot see.
pub trait ShapeByTrait {
    type Shape;
}

impl ShapeByTrait for () {
    type Shape = Unit;
}

impl<T: Holds> ShapeByTrait for T {
    type Shape = Whole<T::Marker>;
}

/// The typed output of a function that returns nothing.
#[derive(Clone)]
pub struct Nothing;
/// The typed output of a function that returns something.
#[derive(Clone)]
pub struct Just<H>(pub H);

/// What a function returns, as described by the shape `S`.
pub trait Returned<S>: Sized + Send + 'static {
    /// What it returns when it does not fail.
    type Success: Send + 'static;
    /// The typed output.
    type Handles: Clone + Send + Sync + 'static;
    /// What the generated output entity records.
    type Recorded: Value;

    const HOLDS_VALUES: bool;
    const DEPTH: Option<u8>;
    const IS_UNIT: bool;
    const IS_FALLIBLE: bool;

    /// Tells success from failure.
    ///
    /// # Errors
    ///
    /// The function's own.
    fn success(self, callable: &'static str) -> Result<Self::Success>;

    /// Makes a version of each entity.
    ///
    /// # Errors
    ///
    /// If an identity is not in order.
    fn keep(success: Self::Success, keeper: &mut impl Keep) -> Result<Self::Handles>;

    fn record(handles: &Self::Handles) -> Self::Recorded;
}

impl Returned<Unit> for () {
    type Success = ();
    type Handles = Nothing;
    type Recorded = ();

    const HOLDS_VALUES: bool = false;
    const DEPTH: Option<u8> = None;
    const IS_UNIT: bool = true;
    const IS_FALLIBLE: bool = false;

    fn success(self, _callable: &'static str) -> Result<()> {
        Ok(())
    }

    fn keep((): (), _keeper: &mut impl Keep) -> Result<Nothing> {
        Ok(Nothing)
    }

    fn record(_handles: &Nothing) {}
}

impl<T: Parts<M>, M: 'static> Returned<Whole<M>> for T {
    type Success = T;
    type Handles = Just<T::Handles>;
    type Recorded = T::Recorded;

    const HOLDS_VALUES: bool = T::HOLDS_VALUES;
    const DEPTH: Option<u8> = T::DEPTH;
    const IS_UNIT: bool = false;
    const IS_FALLIBLE: bool = false;

    fn success(self, _callable: &'static str) -> Result<T> {
        Ok(self)
    }

    fn keep(success: T, keeper: &mut impl Keep) -> Result<Self::Handles> {
        success.keep(keeper).map(Just)
    }

    fn record(handles: &Self::Handles) -> Self::Recorded {
        T::record(&handles.0)
    }
}

/// The part of [`Returned`] in which a `Result` is what its success is.
macro_rules! as_its_success {
    () => {
        type Success = T::Success;
        type Handles = T::Handles;
        type Recorded = T::Recorded;

        const HOLDS_VALUES: bool = T::HOLDS_VALUES;
        const DEPTH: Option<u8> = T::DEPTH;
        const IS_UNIT: bool = T::IS_UNIT;
        const IS_FALLIBLE: bool = true;

        fn keep(success: Self::Success, keeper: &mut impl Keep) -> Result<Self::Handles> {
            T::keep(success, keeper)
        }

        fn record(handles: &Self::Handles) -> Self::Recorded {
            T::record(handles)
        }
    };
}

impl<T, E, S> Returned<Fallible<S>> for Result<T, E>
where
    T: Returned<S>,
    E: Failure,
    S: 'static,
{
    as_its_success!();

    fn success(self, callable: &'static str) -> Result<Self::Success> {
        match self {
            Ok(success) => success.success(callable),
            Err(error) => {
                let message = error.to_string().into();
                Err(Error::from(ErrorKind::CallableFailed { callable, message }).with_cause(error))
            }
        }
    }
}

impl<T, E, S> Returned<FallibleSilently<S>> for Result<T, E>
where
    T: Returned<S>,
    E: Send + 'static,
    S: 'static,
{
    as_its_success!();

    fn success(self, _callable: &'static str) -> Result<Self::Success> {
        unreachable!("a callable whose error has no message does not compile")
    }
}

/// What a callable may fail with: its message is recorded, the value is handed to the caller.
pub trait Failure: Display + Send + Sync + 'static {}

impl<E: Display + Send + Sync + 'static> Failure for E {}

impl<T: ShapeByTrait, E> Probe<std::result::Result<T, E>> {
    pub const IS_SEEN_THROUGH: bool = true;
}

impl<T, E: Failure> Probe<std::result::Result<T, E>> {
    pub const FAILS_WITH_MESSAGE: bool = true;
}

/// Puts the handles of `&mut` parameters and of the result together, as the typed call returns
/// them.
pub trait Combine<Handles> {
    type Output: Send + 'static;
    fn combine(self, handles: Handles) -> Self::Output;
}

impl<H: Send + 'static> Combine<Just<H>> for () {
    type Output = H;

    fn combine(self, Just(handles): Just<H>) -> H {
        handles
    }
}

/// Nothing at all: the compile error is reported elsewhere.
impl Combine<Nothing> for () {
    type Output = ();

    fn combine(self, _nothing: Nothing) {}
}

impl<A: Send + 'static> Combine<Nothing> for (A, ()) {
    type Output = A;

    fn combine(self, _nothing: Nothing) -> A {
        self.0
    }
}

macro_rules! combine {
    ($([$($type:ident $name:ident),+])*) => {$(
        impl<$($type: Send + 'static,)+ H: Send + 'static> Combine<Just<H>> for nested!($($type)+) {
            type Output = ($($type,)+ H);

            fn combine(self, Just(handles): Just<H>) -> Self::Output {
                let nested!($($name)+) = self;
                ($($name,)+ handles)
            }
        }
    )*};
}

macro_rules! combine_nothing {
    ($([$($type:ident $name:ident),+])*) => {$(
        impl<$($type: Send + 'static),+> Combine<Nothing> for nested!($($type)+) {
            type Output = ($($type,)+);

            fn combine(self, _nothing: Nothing) -> Self::Output {
                let nested!($($name)+) = self;
                ($($name,)+)
            }
        }
    )*};
}

combine!([A a] [A a, B b] [A a, B b, C c] [A a, B b, C c, D d] [A a, B b, C c, D d, E e] [A a, B b, C c, D d, E e, F f]);
combine_nothing!([A a, B b] [A a, B b, C c] [A a, B b, C c, D d] [A a, B b, C c, D d, E e] [A a, B b, C c, D d, E e, F f]);
