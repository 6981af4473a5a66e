//! Functions with a memory: what `#[callable]` generates, and how it is called.

mod call;
mod describe;
mod frame;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod list;
pub mod names;
mod partial;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod parts;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod record;
mod registry;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod returned;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod slot;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod written;

pub use self::call::{Call, RecordedCall, Scope};
pub use self::describe::{Definition, Fingerprint, Generated, Mode, Param, Source};
pub use self::frame::Applied;
pub(crate) use self::frame::{Frame, Running};
pub use self::list::SlotList;
pub use self::partial::{
    AsyncPartial, Bound, BoundBy, ClosureOf, FixturesOf, FormOf, OpenSlots, partial, partial_async, with,
};
pub(crate) use self::registry::Registry;
pub use self::registry::{CallableInfo, CallableRegistration, EntityRegistration};

use self::list::Arrange;
use self::returned::{Combine, Returned};
use crate::context::Context;
use crate::entity::Entity;

/// A function that was annotated `#[callable]`; implemented by the macro, never by hand.
///
/// The implementing type is the marker struct of the function's name, with `call`, `with` and
/// `partial` as its associated functions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a callable",
    label = "the marker of a `#[callable]` function is needed here",
    note = "annotate the function with `#[callable]`"
)]
pub trait Callable: Returns + Sized + Send + Sync + 'static {
    #[doc(hidden)]
    type Roles;
    #[doc(hidden)]
    type Slots: SlotList<Changed: Combine<<Self::Returned as Returned<Self::Shape>>::Handles>> + Arrange<Self::Roles>;
    /// The generated input entity.
    #[doc(hidden)]
    type Input: Entity;
    /// The generated config entity.
    #[doc(hidden)]
    type Config: Entity;
    /// The generated output entity.
    #[doc(hidden)]
    type Output: Entity;
    #[doc(hidden)]
    const DEFINITION: &'static Definition;

    #[doc(hidden)]
    fn apply<'x, 'f: 'x, 'a: 'x>(
        arguments: <Self::Slots as Arrange<Self::Roles>>::Joined<'f, 'a>,
    ) -> Applied<'x, Self::Returned>;
    #[doc(hidden)]
    fn arguments<'a>(
        slots: &'a mut Self::Slots,
        context: &'a Context,
    ) -> <Self::Slots as Arrange<Self::Roles>>::Joined<'a, 'a>;
    #[doc(hidden)]
    fn input(slots: &Self::Slots) -> Self::Input;
    #[doc(hidden)]
    fn config(slots: &Self::Slots) -> Self::Config;
    #[doc(hidden)]
    fn output(result: <Self::Returned as Returned<Self::Shape>>::Recorded) -> Self::Output;
}

/// The parameter of a callable at one position.
#[doc(hidden)]
pub trait ParamAt<const POSITION: usize> {
    type Slot: slot::TypedSlot;
}

/// What a callable returns.
#[doc(hidden)]
pub trait Returns {
    type Shape;
    type Returned: Returned<Self::Shape>;
}

/// What the generated input entity holds of the parameter at this position.
pub type Recorded<F, const POSITION: usize> = <<F as ParamAt<POSITION>>::Slot as slot::TypedSlot>::Recorded;

/// What the generated config entity holds of the parameter at this position.
pub type Configured<F, const POSITION: usize> = <<F as ParamAt<POSITION>>::Slot as slot::TypedSlot>::Configured;

/// What the generated output entity holds of the result.
pub type ResultRecord<F> = <<F as Returns>::Returned as Returned<<F as Returns>::Shape>>::Recorded;

/// Says in the user's terms which types cannot be parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a callable",
    label = "neither an entity, nor a config, nor a serde value",
    note = "for a value: derive `Clone`, `serde::Serialize` and `serde::Deserialize` for `{Self}`, and keep it `Send + Sync + 'static`",
    note = "for an entity: derive `Entity` beside them"
)]
pub trait Parameter<const KIND: u8> {}

/// Says in the user's terms which types cannot be taken as `&mut`.
#[diagnostic::on_unimplemented(
    message = "`&mut {Self}` cannot be a parameter of a callable: only an entity is taken as `&mut`",
    label = "not an entity",
    note = "take it as `{Self}` or `&{Self}`, and return what is to be recorded"
)]
pub trait MutableParameter<const KIND: u8> {}

/// Says in the user's terms which types cannot be returned.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a callable",
    label = "neither an entity nor a serde value, so it cannot be recorded",
    note = "for a value: derive `Clone`, `serde::Serialize` and `serde::Deserialize` for `{Self}`, and keep it `Send + Sync + 'static`",
    note = "for an entity: derive `Entity` beside them"
)]
pub trait Recordable<const KIND: u8> {}

/// Says in the user's terms which parameters have no default.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` has no default: only a plain value has one",
    label = "not a plain value",
    note = "give a config's fields their defaults with `#[config(default = …)]`; an entity is always given"
)]
pub trait Defaultable<const KIND: u8> {}

macro_rules! supported {
    ($($check:ident: $($kind:ident),*;)*) => {$($(
        impl<T: ?Sized> $check<{ kind::$kind }> for T {}
    )*)*};
}

use crate::signature::kind;

supported! {
    Parameter: VALUE, ENTITY, CONFIG, ENTITIES, CONTEXT;
    MutableParameter: ENTITY;
    Recordable: VALUE, ENTITY, CONFIG, ENTITIES;
    Defaultable: VALUE;
}

/// Where the checks above are asked.
#[allow(missing_docs, reason = "each is named after its trait")]
pub mod check {
    use super::{Defaultable, MutableParameter, Parameter, Recordable};

    pub const fn parameter<T: ?Sized + Parameter<KIND>, const KIND: u8>() {}
    pub const fn mutable<T: ?Sized + MutableParameter<KIND>, const KIND: u8>() {}
    pub const fn recordable<T: ?Sized + Recordable<KIND>, const KIND: u8>() {}
    pub const fn defaultable<T: ?Sized + Defaultable<KIND>, const KIND: u8>() {}
}
