//! How a parameter is written, `&T`, `T` or `&[T]`, decides how the function gets its argument.

use std::marker::PhantomData;

/// A parameter written `&T`.
pub struct ByRef;
/// A parameter written `&mut T`.
pub struct ByMut;
/// A parameter written `T`.
pub struct ByValue;
/// A parameter written `&str`.
pub struct ByStr;
/// A parameter written `&[T]`.
pub struct BySlice<T>(PhantomData<fn() -> T>);

/// What the function takes, by how the parameter is written.
pub trait Written<T>: 'static {
    type Passed<'a>
    where
        T: 'a;

    /// What the function takes, for a shorter time.
    fn shorten<'x, 'a: 'x>(passed: Self::Passed<'a>) -> Self::Passed<'x>
    where
        T: 'a;
}

/// How the function gets a value that stays where it is.
pub trait Lending<T>: Written<T> {
    fn lend(value: &T) -> Self::Passed<'_>;
}

/// How the function gets a container that was put together for the call.
pub trait Handing<T>: Written<T> {
    /// Hands over `whole`, or a reference to it once it is in `kept`.
    fn hand(kept: &mut Option<T>, whole: T) -> Self::Passed<'_>;
}

impl<T: 'static> Written<T> for ByRef {
    type Passed<'a> = &'a T;

    fn shorten<'x, 'a: 'x>(passed: &'a T) -> &'x T {
        passed
    }
}

impl<T: 'static> Lending<T> for ByRef {
    #[inline(always)]
    fn lend(value: &T) -> &T {
        value
    }
}

impl<T: 'static> Handing<T> for ByRef {
    fn hand(kept: &mut Option<T>, whole: T) -> &T {
        kept.insert(whole)
    }
}

impl<T: 'static> Written<T> for ByMut {
    type Passed<'a> = &'a mut T;

    fn shorten<'x, 'a: 'x>(passed: &'a mut T) -> &'x mut T {
        passed
    }
}

impl<T: 'static> Written<T> for ByValue {
    type Passed<'a> = T;

    fn shorten<'x, 'a: 'x>(passed: T) -> T {
        passed
    }
}

impl<T: Clone + 'static> Lending<T> for ByValue {
    #[inline(always)]
    fn lend(value: &T) -> T {
        value.clone()
    }
}

impl<T: 'static> Handing<T> for ByValue {
    fn hand(_kept: &mut Option<T>, whole: T) -> T {
        whole
    }
}

impl Written<String> for ByStr {
    type Passed<'a> = &'a str;

    fn shorten<'x, 'a: 'x>(passed: &'a str) -> &'x str {
        passed
    }
}

impl Lending<String> for ByStr {
    #[inline(always)]
    fn lend(value: &String) -> &str {
        value
    }
}

impl<T: 'static> Written<Vec<T>> for BySlice<T> {
    type Passed<'a> = &'a [T];

    fn shorten<'x, 'a: 'x>(passed: &'a [T]) -> &'x [T] {
        passed
    }
}

impl<T: 'static> Lending<Vec<T>> for BySlice<T> {
    #[inline(always)]
    fn lend(value: &Vec<T>) -> &[T] {
        value
    }
}

impl<T: 'static> Handing<Vec<T>> for BySlice<T> {
    fn hand(kept: &mut Option<Vec<T>>, whole: Vec<T>) -> &[T] {
        kept.insert(whole)
    }
}
