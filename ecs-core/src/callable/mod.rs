//! Functions with a memory: what `#[callable]` generates, and what a call of them works with.

mod binder;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod cell;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod count;
mod definition;
mod frame;
mod info;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod list;
mod memoized;
pub mod names;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod parts;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod record;
mod restorer;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod returned;
mod settler;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod slot;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod values;
mod versions;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod written;

pub use self::binder::Binder;
pub(crate) use self::binder::{Inputs, Loose};
pub use self::definition::{Definition, Typed, facts};
pub use self::frame::{Applied, Pass, PassOf};
pub(crate) use self::frame::{BoxFuture, Frame, FrameOf, Output, Polled, Running};
pub use self::info::CallableInfo;
pub use self::list::SlotList;
pub use self::memoized::Memoized;
pub(crate) use self::restorer::find_readable;
pub use self::restorer::{NotRestored, Restorer};
pub(crate) use self::settler::Settled;
pub use self::settler::Settler;

use self::returned::{Combine, Returned};

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
    type Given;
    #[doc(hidden)]
    type Slots: SlotList<Arguments = Self::Given, Changed: Combine<<Self::Returned as Returned<Self::Shape>>::Handles>>;
    #[doc(hidden)]
    const DEFINITION: &'static Definition;

    /// Calls the function.
    #[doc(hidden)]
    fn apply<'a>(passed: Passed<'a, Self>) -> Applied<'a, Self::Returned>;
}

/// What the function of `F` takes.
pub type Passed<'a, F> = <<F as Callable>::Slots as SlotList>::Passed<'a>;

/// What a callable returns.
#[doc(hidden)]
pub trait Returns {
    type Shape;
    type Returned: Returned<Self::Shape>;
}

/// The slot of the parameter at this position.
pub type SlotAt<F, P> = <<F as Callable>::Slots as list::At<P>>::Slot;

/// What the generated input entity holds of the parameter at this position.
pub type Recorded<F, P> = <SlotAt<F, P> as slot::Fielded>::Recorded;

/// What the generated config entity holds of the parameter at this position.
pub type Configured<F, P> = <SlotAt<F, P> as slot::Fielded>::Configured;

/// What is stored of the generated input entity.
pub type InputValues<F> = <<<F as Callable>::Slots as SlotList>::Cells as list::CellList>::Recorded;

/// What is stored of the generated config entity.
pub type ConfigValues<F> = <<<F as Callable>::Slots as SlotList>::Cells as list::CellList>::Configured;

/// What is stored of the generated output entity.
pub type OutputValues<F> = (ResultRecord<F>, ());

/// What the generated output entity holds of the result.
pub type ResultRecord<F> = <<F as Returns>::Returned as Returned<<F as Returns>::Shape>>::Recorded;

/// Says in the user's terms which types cannot be parameters.
///
/// The checks below are asked as associated constants: `<T as Parameter<KIND>>::CHECKED`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a callable",
    label = "neither an entity, nor a config, nor a serde value",
    note = "if it is a value of your own: derive `Clone`, `Serialize` and `Deserialize` for it, and keep it `Send + Sync + 'static`",
    note = "if it is to be an entity: derive `Entity` as well, and give it a field `id: Id`; with `EntityParts` it is a field of one only",
    note = "if the type is not yours: turn on its crate's `serde` feature, or use an owned type with the same content"
)]
pub trait Parameter<const KIND: u8> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms which types cannot be taken as `&mut`.
#[diagnostic::on_unimplemented(
    message = "`&mut {Self}` cannot be a parameter of a callable: only an entity is taken as `&mut`",
    label = "not an entity",
    note = "take it as `{Self}` or `&{Self}`, and return what is to be recorded",
    note = "if it is to be an entity: derive `Entity` for it, and give it a field `id: Id`"
)]
pub trait MutableParameter<const KIND: u8> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that a config is not changed.
#[diagnostic::on_unimplemented(
    message = "`&mut {Self}` cannot be a parameter of a callable: a config is not changed by a call",
    label = "a config is taken as `{Self}` or `&{Self}`",
    note = "to make another config from it, take it as `&{Self}` and return the new one"
)]
pub trait UnchangedConfig<const IS_CONFIG: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that the context is lent.
#[diagnostic::on_unimplemented(message = "a callable takes its context by reference", label = "write `&{Self}`")]
pub trait LentContext<const IS_CONTEXT: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms which types cannot be returned.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a callable",
    label = "neither an entity nor a serde value, so it cannot be recorded",
    note = "if it is a value of your own: derive `Clone`, `Serialize` and `Deserialize` for it, and keep it `Send + Sync + 'static`",
    note = "if it is to be an entity: derive `Entity` as well, and give it a field `id: Id`; with `EntityParts` it is a field of one only",
    note = "if the type is not yours: turn on its crate's `serde` feature, or use an owned type with the same content"
)]
pub trait Recordable<const KIND: u8> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that another type is no context.
#[diagnostic::on_unimplemented(
    message = "`&Context` is the context of a callable, and `{Self}` is another type",
    label = "not the context",
    note = "take it under another name: `use …::Context as …`"
)]
pub trait ItselfContext<const KIND: u8> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that the context is recognised by its name.
#[diagnostic::on_unimplemented(
    message = "a callable takes its context under its own name",
    label = "write `&{Self}`",
    note = "what a call is given must be known from how the parameters are written, and the context is not given"
)]
pub trait NamedContext<const IS_CONTEXT: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that a callable works in its world by the context.
#[diagnostic::on_unimplemented(
    message = "a callable takes the context, not the world",
    label = "take `&Context` in place of the world",
    note = "a `Context` reads, stores and calls as the world does, and records what is done with it in this execution"
)]
pub trait ContextInstead<const IS_WORLD: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that a parameter is the entity itself.
#[diagnostic::on_unimplemented(
    message = "a callable takes the entity itself, not a handle to it",
    label = "write `{E}` in place of `Stored<{E}>`",
    note = "a call is given the handle all the same"
)]
pub trait TakenItself<E, const IS_HANDLE: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that a result is the entity itself.
#[diagnostic::on_unimplemented(
    message = "a callable returns the entity itself, not a handle to it",
    label = "return `{E}`: the call gives a `Stored<{E}>`"
)]
pub trait ReturnedItself<E, const IS_HANDLE: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

impl<T, E> TakenItself<E, false> for T {}

impl<T, E> ReturnedItself<E, false> for T {}

/// Says in the user's terms which parameters have no default.
#[diagnostic::on_unimplemented(
    message = "a parameter of type `{Self}` has no default: only a plain value has one",
    label = "`{Self}` is not a plain value",
    note = "leave the default out: an entity is always given, and a config's fields have their own defaults, written `#[config(default = …)]`"
)]
pub trait Defaultable<const KIND: u8> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that a result spelled by an alias holds nothing.
#[diagnostic::on_unimplemented(
    message = "this callable has nothing to record",
    label = "`{Self}` holds nothing, and there is no `&mut` entity",
    note = "return an entity or a value, or take the entity it changes as `&mut`"
)]
pub trait Informative<const IS_UNIT: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that an alias hides what a result holds.
#[diagnostic::on_unimplemented(
    message = "what this callable returns is hidden by an alias",
    label = "an alias of `{Self}`",
    note = "write it out, or give the alias a parameter for the success: `type Outcome<T> = Result<T, …>`"
)]
pub trait SeenThrough<const IS_OPAQUE: bool> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

/// Says in the user's terms that a failure would leave no message.
#[diagnostic::on_unimplemented(
    message = "the failure of this callable cannot be recorded",
    label = "an error has a message, by `std::fmt::Display`, and is `Send + Sync + 'static`",
    note = "implement `std::fmt::Display` for the error, by hand or with `#[derive(thiserror::Error)]`",
    note = "write a boxed error as `Box<dyn std::error::Error + Send + Sync>`"
)]
pub trait FailsWithMessage<const CONTAINER: u8> {
    #[doc(hidden)]
    const CHECKED: () = ();
}

macro_rules! supported {
    ($($check:ident: $($kind:expr),*;)*) => {$($(
        impl<T: ?Sized> $check<{ $kind }> for T {}
    )*)*};
}

use crate::signature::kind;

supported! {
    Parameter: kind::VALUE, kind::ENTITY, kind::CONFIG, kind::ENTITIES, kind::CONTEXT;
    MutableParameter: kind::ENTITY, kind::CONFIG;
    UnchangedConfig: false;
    LentContext: false;
    NamedContext: false;
    ContextInstead: false;
    ItselfContext: kind::CONTEXT;
    Recordable: kind::VALUE, kind::ENTITY, kind::CONFIG, kind::ENTITIES;
    Defaultable: kind::VALUE;
    Informative: false;
    SeenThrough: false;
    FailsWithMessage: kind::NO_CONTAINER, kind::OF_ELEMENTS, kind::BY_KEY, kind::FALLIBLE;
}
