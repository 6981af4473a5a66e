//! Callables with their configs bound: `with` for the world, `partial` for plain code.

use std::fmt;
use std::marker::PhantomData;

use super::Call;
use crate::argument::{Arg, IntoArg};
use crate::callable::list::{Arrange, Flat, IntoFixtures, Roles, ValuesOf};
use crate::callable::slot::TypedSlot;
use crate::callable::{Applied, Callable};
use crate::scope::{IntoScope, Scope};
use crate::tuples::nested;

/// A callable whose parameters are divided into those that `with` binds and those that it leaves open: every one.
pub trait Divided: Callable<Slots: Arrange<Self::Roles>> {
    type Roles;
}

impl<F> Divided for F
where
    F: Callable<Slots: Roles<ValuesOf<F::Slots>> + Arrange<RolesOf<F>>>,
{
    type Roles = RolesOf<F>;
}

type RolesOf<F> = <<F as Callable>::Slots as Roles<ValuesOf<<F as Callable>::Slots>>>::Roles;

/// What is kept of the arguments that `with` binds.
type FixturesOf<F> = <<F as Callable>::Slots as Arrange<<F as Divided>::Roles>>::Fixtures;
type Fixed<F> = <<F as Callable>::Slots as Arrange<<F as Divided>::Roles>>::Fixed;
type Open<F> = <<F as Callable>::Slots as Arrange<<F as Divided>::Roles>>::Open;
/// The slots that `partial` leaves open.
type OpenSlots<F> = <<F as Callable>::Slots as Arrange<<F as Divided>::Roles>>::OpenSlots;
type OpenArguments<F> = <<F as Callable>::Slots as Arrange<<F as Divided>::Roles>>::OpenArguments;

/// What `partial` takes: the bound value, or a tuple of them.
type FormOf<F> = <Fixed<F> as Flat>::Form;

/// The callable that a marker is of: itself.
///
/// The signatures of `with` and `partial` name it by a parameter, so that their types are worked out where
/// they are called, and not wherever a callable is written.
pub trait Itself<F> {}

impl<F> Itself<F> for F {}

/// A callable some of whose parameters can be bound.
pub trait Bindable: Callable {
    /// What `partial` takes: the bound value, or a tuple of them.
    type Form;
    /// What is kept of the arguments that `with` binds.
    type Fixtures;
    /// What `with` gives.
    type Bound;
    /// What `partial` gives for a synchronous function: a boxed closure over the parameters left open.
    type Closure;
    /// What `partial` gives for an asynchronous function.
    type AsyncPartial;

    /// Binds what every call is to have.
    fn with(bound: impl IntoFixtures<Self::Fixtures, Self::Form>) -> Self::Bound;
    /// The plain function with its configs bound.
    fn partial(bound: Self::Form) -> Self::Closure;
    /// The plain asynchronous function with its configs bound.
    fn partial_async(bound: Self::Form) -> Self::AsyncPartial;
}

impl<F: Divided<Slots: Arrange<F::Roles, Fixed: Flat, OpenSlots: Closure<F>>>> Bindable for F {
    type Form = FormOf<F>;
    type Fixtures = FixturesOf<F>;
    type Bound = Bound<F, Open<F>>;
    type Closure = <OpenSlots<F> as Closure<F>>::Closure;
    type AsyncPartial = AsyncPartial<F, OpenSlots<F>>;

    fn with(bound: impl IntoFixtures<FixturesOf<F>, FormOf<F>>) -> Self::Bound {
        Bound { fixtures: bound.into_fixtures(), parameters: PhantomData }
    }

    fn partial(bound: FormOf<F>) -> Self::Closure {
        OpenSlots::<F>::closure(Flat::nest(bound))
    }

    fn partial_async(bound: FormOf<F>) -> Self::AsyncPartial {
        AsyncPartial { fixed: Flat::nest(bound), slots: PhantomData }
    }
}

/// A callable with its configs bound: `call` takes the world and the parameters that are left.
///
/// `Parameters` is the list of their types. The configs are stored once, however many calls follow.
pub struct Bound<F: Divided, Parameters> {
    fixtures: FixturesOf<F>,
    parameters: PhantomData<fn(Parameters)>,
}

impl<F: Divided, Parameters> fmt::Debug for Bound<F, Parameters> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bound({})", F::DEFINITION.name)
    }
}

impl<F: Divided, Parameters> Bound<F, Parameters> {
    fn start<'w>(&self, scope: Scope<'w>, open: OpenArguments<F>) -> Call<'w, F> {
        Call::of(scope, F::Slots::arguments(&self.fixtures, open))
    }
}

macro_rules! bound_calls {
    ($([$($type:ident $name:ident),*])*) => {$(
        impl<F, $($type),*> Bound<F, nested!($($type)*)>
        where
            F: Divided<Slots: Arrange<F::Roles, OpenArguments = nested!($(<Arg<$type>>)*)>>,
        {
            /// Calls the callable with the parameters that `with` left open, in their order.
            #[allow(clippy::too_many_arguments, reason = "as many as the callable has")]
            pub fn call<'w>(&self, world: impl IntoScope<'w>, $($name: impl IntoArg<$type>),*) -> Call<'w, F> {
                self.start(world.into_scope(), nested!($([$name.into_arg()])*))
            }
        }
    )*};
}

bound_calls! {
    [] [A a] [A a, B b] [A a, B b, C c] [A a, B b, C c, D d] [A a, B b, C c, D d, E e]
    [A a, B b, C c, D d, E e, G g] [A a, B b, C c, D d, E e, G g, H h]
    [A a, B b, C c, D d, E e, G g, H h, I i]
}

/// The plain function with these slots left open.
#[doc(hidden)]
pub trait Closure<F: Divided> {
    /// The boxed closure.
    type Closure;

    fn closure(fixed: Fixed<F>) -> Self::Closure;
}

/// An asynchronous function with its configs bound, usable without a world: `call` takes the
/// parameters that are left.
pub struct AsyncPartial<F: Divided, Slots> {
    fixed: Fixed<F>,
    slots: PhantomData<fn(Slots)>,
}

impl<F: Divided, Slots> fmt::Debug for AsyncPartial<F, Slots> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsyncPartial({})", F::DEFINITION.name)
    }
}

macro_rules! closures {
    ($([$($type:ident $name:ident),*])*) => {$(
        impl<F, $($type: TypedSlot),*> Closure<F> for nested!($($type)*)
        where
            F: Divided,
            F::Slots: for<'x> Arrange<F::Roles, OpenPassed<'x> = nested!($(<$type::Passed<'x>>)*)>,
        {
            type Closure = Box<dyn for<'a> Fn($($type::Passed<'a>),*) -> F::Returned + Send + Sync>;

            fn closure(fixed: Fixed<F>) -> Self::Closure {
                Box::new(move |$($name),*| match F::apply(F::Slots::join(&fixed, nested!($([$type::shorten($name)])*))) {
                    Applied::Now(returned) => returned,
                    Applied::Later(_) => unreachable!("a synchronous function returns at once"),
                })
            }
        }

        impl<F, $($type: TypedSlot),*> AsyncPartial<F, nested!($($type)*)>
        where
            F: Divided,
            F::Slots: for<'x> Arrange<F::Roles, OpenPassed<'x> = nested!($(<$type::Passed<'x>>)*)>,
        {
            /// Runs the function with the parameters that `partial` left open, in their order.
            #[allow(clippy::too_many_arguments, reason = "as many as the function has")]
            #[allow(clippy::needless_lifetimes, reason = "one lifetime for all is needed where there are several")]
            pub async fn call<'a>(&'a self, $($name: $type::Passed<'a>),*) -> F::Returned {
                match F::apply(F::Slots::join(&self.fixed, nested!($([$name])*))) {
                    Applied::Now(returned) => returned,
                    Applied::Later(future) => future.await,
                }
            }
        }
    )*};
}

closures! {
    [] [A a] [A a, B b] [A a, B b, C c] [A a, B b, C c, D d] [A a, B b, C c, D d, E e]
    [A a, B b, C c, D d, E e, G g] [A a, B b, C c, D d, E e, G g, H h]
    [A a, B b, C c, D d, E e, G g, H h, I i]
}
