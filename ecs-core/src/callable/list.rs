//! The slots of a call, as a nested list: `(S0, (S1, ()))`.
//!
//! Lists nest so that everything about them is one implementation for `()` and one for `(S, Rest)`,
//! whatever their length; the generated code takes them apart with a nested pattern.

use std::marker::PhantomData;
use std::sync::Arc;

use super::cell::{Cell, Slot};
use super::count::{BindsValues, Count, LeavesValues, Nobody};
use super::parts::Parts;
use super::slot::{Bindable, ConfigSlot, EntitiesSlot, EntitySlot, MutableSlot, TypedSlot, UnsupportedSlot, ValueSlot};
use super::values::{FieldOf, Values};
use super::written::{Handing, Lending, Written};
use crate::argument::{Arg, IntoArg};
use crate::config::KeptConfig;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::{ConfigEntity, Entity, Value};
use crate::scope::Places;
use crate::signature::{Facts, Kind};

/// A list of slots.
pub trait SlotList: 'static {
    /// What is known of each.
    const FACTS: Option<&'static Facts>;
    /// What a list that begins with what was counted has to say of plain values.
    type Counted<Before: Count>: Count;
    /// What is given for them.
    type Arguments;
    /// What is kept of it during a call.
    type Cells: CellList;
    /// What the function takes.
    type Passed<'a>;
    /// The fields of the generated input entity.
    type Recorded;
    /// The handles to what was behind `&mut`.
    type Changed;

    fn new(arguments: Self::Arguments) -> Self::Cells;
    fn pass<'a>(cells: &'a mut Self::Cells, places: &mut Places) -> Self::Passed<'a>;
    fn recorded(kept: &<Self::Cells as CellList>::Recorded) -> Self::Recorded;
    fn changed(cells: &mut Self::Cells) -> Self::Changed;
}

impl SlotList for () {
    const FACTS: Option<&'static Facts> = None;
    type Counted<Before: Count> = Before;
    type Arguments = ();
    type Cells = ();
    type Passed<'a> = ();
    type Recorded = ();
    type Changed = ();

    fn new((): ()) {}

    #[inline(always)]
    fn pass(_cells: &mut (), _places: &mut Places) {}

    fn recorded((): &()) {}

    fn changed(_cells: &mut ()) {}
}

impl<S: TypedSlot, Rest: SlotList> SlotList for (S, Rest) {
    const FACTS: Option<&'static Facts> = Some(&Facts {
        kind: S::KIND,
        is_mutable: S::MUTABLE,
        type_name: std::any::type_name::<S::Value>,
        erased: S::ERASED,
        config_type: S::CONFIG_TYPE,
        recorded: std::any::type_name::<S::Recorded>,
        has_configs: S::CONFIG_TYPE.is_some() || matches!(Rest::FACTS, Some(Facts { has_configs: true, .. })),
        rest: Rest::FACTS,
    });
    type Counted<Before: Count> = Rest::Counted<S::Counted<Before>>;
    type Arguments = (Arg<S::Value>, Rest::Arguments);
    type Cells = (S::Cell, Rest::Cells);
    type Passed<'a> = (S::Passed<'a>, Rest::Passed<'a>);
    type Recorded = (S::Recorded, Rest::Recorded);
    type Changed = S::Changed<Rest::Changed>;

    fn new(arguments: Self::Arguments) -> Self::Cells {
        (S::new(arguments.0), Rest::new(arguments.1))
    }

    #[inline(always)]
    fn pass<'a>(cells: &'a mut Self::Cells, places: &mut Places) -> Self::Passed<'a> {
        (S::pass(&mut cells.0, places), Rest::pass(&mut cells.1, places))
    }

    fn recorded((first, rest): &<Self::Cells as CellList>::Recorded) -> Self::Recorded {
        (S::Recorded::of(first), Rest::recorded(rest))
    }

    fn changed(cells: &mut Self::Cells) -> Self::Changed {
        let rest = Rest::changed(&mut cells.1);
        S::changed(&mut cells.0, rest)
    }
}

/// The position of the first parameter.
pub struct First;
/// The position behind another.
pub struct Behind<P>(PhantomData<P>);

/// The slot of the parameter at a position.
pub trait At<P> {
    type Slot;
}

impl<S, Rest> At<First> for (S, Rest) {
    type Slot = S;
}

impl<S, Rest: At<P>, P> At<Behind<P>> for (S, Rest) {
    type Slot = Rest::Slot;
}

/// What `with` does with the plain values of a list of slots.
pub type ValuesOf<S> = <<S as SlotList>::Counted<Nobody> as Count>::Values;

/// The cells of a list of slots.
pub trait CellList: Send + 'static {
    /// The values of the generated input entity.
    type Recorded: Values;
    /// The values of the generated config entity.
    type Configured: Values;

    /// Cells whose arguments are to be filled in.
    fn empty() -> Self;
    fn slot(&mut self, index: usize) -> &mut dyn Slot;
    fn recorded(&self) -> Self::Recorded;
    fn configured(&self) -> Self::Configured;
    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure>;
}

impl CellList for () {
    type Recorded = ();
    type Configured = ();

    fn empty() {}

    fn slot(&mut self, _index: usize) -> &mut dyn Slot {
        unreachable!("slots are asked for by the index of a parameter")
    }

    fn recorded(&self) {}

    fn configured(&self) {}

    fn content(&self, _encoder: &mut Encoder) -> Result<(), Failure> {
        Ok(())
    }
}

impl<C: Cell, Rest: CellList> CellList for (C, Rest) {
    type Recorded = (C::Kept, Rest::Recorded);
    type Configured = (C::Configured, Rest::Configured);

    fn empty() -> Self {
        (C::empty(), Rest::empty())
    }

    fn slot(&mut self, index: usize) -> &mut dyn Slot {
        match index.checked_sub(1) {
            None => &mut self.0,
            Some(index) => self.1.slot(index),
        }
    }

    fn recorded(&self) -> Self::Recorded {
        (self.0.recorded(), self.1.recorded())
    }

    fn configured(&self) -> Self::Configured {
        (self.0.configured(), self.1.configured())
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        self.0.content(encoder)?;
        self.1.content(encoder)
    }
}

/// What `with` does with a parameter.
pub trait Role<Values>: TypedSlot {
    /// [`Open`], [`Fixed`] or [`Ambient`].
    type Role;
}

/// Left open by `with`: given at each call.
pub struct Open;
/// Bound by `with`.
pub struct Fixed;
/// Given by the executor: the context.
pub struct Ambient;

impl<Values, P: Lending<T>, T: Entity> Role<Values> for EntitySlot<P, T> {
    type Role = Open;
}

impl<Values, T: Entity> Role<Values> for MutableSlot<T> {
    type Role = Open;
}

impl<Values, P: Handing<T>, T: Parts<M>, M: 'static> Role<Values> for EntitiesSlot<P, T, M> {
    type Role = Open;
}

impl<Values, P: Lending<T>, T: ConfigEntity> Role<Values> for ConfigSlot<P, T> {
    type Role = Fixed;
}

impl<P: Lending<T>, T: Value> Role<BindsValues> for ValueSlot<P, T> {
    type Role = Fixed;
}

impl<P: Lending<T>, T: Value> Role<LeavesValues> for ValueSlot<P, T> {
    type Role = Open;
}

impl<Values, P: Written<T>, T: 'static> Role<Values> for UnsupportedSlot<P, T> {
    type Role = Open;
}

/// The roles of a list of slots.
pub trait Roles<Values> {
    type Roles;
}

impl<Values> Roles<Values> for () {
    type Roles = ();
}

impl<Values, S: Role<Values>, Rest: Roles<Values>> Roles<Values> for (S, Rest) {
    type Roles = (S::Role, Rest::Roles);
}

/// A list of slots divided by the roles of its parameters.
pub trait Arrange<Roles>: SlotList {
    /// The owned types of the bound parameters.
    type Fixed: Send + Sync + 'static;
    /// What is kept of the bound arguments between calls.
    type Fixtures: Send + Sync + 'static;
    /// The owned types of the open parameters.
    type Open;
    /// The arguments for the open parameters.
    type OpenArguments;
    /// The open slots, and the context's, for which the plain closure takes arguments.
    type OpenSlots;
    /// What the closure takes for them.
    type OpenPassed<'a>;

    fn arguments(fixtures: &Self::Fixtures, open: Self::OpenArguments) -> Self::Arguments;
    fn join<'a>(fixed: &'a Self::Fixed, open: Self::OpenPassed<'a>) -> Self::Passed<'a>;
}

impl Arrange<()> for () {
    type Fixed = ();
    type Fixtures = ();
    type Open = ();
    type OpenArguments = ();
    type OpenSlots = ();
    type OpenPassed<'a> = ();

    fn arguments(_fixtures: &(), _open: ()) {}

    fn join<'a>(_fixed: &'a Self::Fixed, _open: Self::OpenPassed<'a>) -> Self::Passed<'a> {}
}

impl<S, Rest, Roles> Arrange<(Open, Roles)> for (S, Rest)
where
    S: TypedSlot,
    Rest: Arrange<Roles>,
{
    type Fixed = Rest::Fixed;
    type Fixtures = Rest::Fixtures;
    type Open = (S::Value, Rest::Open);
    type OpenArguments = (Arg<S::Value>, Rest::OpenArguments);
    type OpenSlots = (S, Rest::OpenSlots);
    type OpenPassed<'a> = (S::Passed<'a>, Rest::OpenPassed<'a>);

    fn arguments(fixtures: &Self::Fixtures, open: Self::OpenArguments) -> Self::Arguments {
        (open.0, Rest::arguments(fixtures, open.1))
    }

    fn join<'a>(fixed: &'a Self::Fixed, open: Self::OpenPassed<'a>) -> Self::Passed<'a> {
        (open.0, Rest::join(fixed, open.1))
    }
}

impl<S, Rest, Roles> Arrange<(Fixed, Roles)> for (S, Rest)
where
    S: Bindable,
    S::Value: Clone + Send + Sync + 'static,
    Rest: Arrange<Roles>,
{
    type Fixed = (S::Value, Rest::Fixed);
    type Fixtures = (Fixture<S::Value>, Rest::Fixtures);
    type Open = Rest::Open;
    type OpenArguments = Rest::OpenArguments;
    type OpenSlots = Rest::OpenSlots;
    type OpenPassed<'a> = Rest::OpenPassed<'a>;

    fn arguments(fixtures: &Self::Fixtures, open: Self::OpenArguments) -> Self::Arguments {
        (fixtures.0.argument(S::KIND), Rest::arguments(&fixtures.1, open))
    }

    fn join<'a>(fixed: &'a Self::Fixed, open: Self::OpenPassed<'a>) -> Self::Passed<'a> {
        (S::lend(&fixed.0), Rest::join(&fixed.1, open))
    }
}

impl<S, Rest, Roles> Arrange<(Ambient, Roles)> for (S, Rest)
where
    S: TypedSlot,
    Rest: Arrange<Roles>,
{
    type Fixed = Rest::Fixed;
    type Fixtures = Rest::Fixtures;
    type Open = Rest::Open;
    type OpenArguments = Rest::OpenArguments;
    type OpenSlots = (S, Rest::OpenSlots);
    type OpenPassed<'a> = (S::Passed<'a>, Rest::OpenPassed<'a>);

    fn arguments(fixtures: &Self::Fixtures, open: Self::OpenArguments) -> Self::Arguments {
        (Arg::Default, Rest::arguments(fixtures, open))
    }

    fn join<'a>(fixed: &'a Self::Fixed, open: Self::OpenPassed<'a>) -> Self::Passed<'a> {
        (open.0, Rest::join(fixed, open.1))
    }
}

/// A bound argument, kept for many calls.
pub struct Fixture<T>(Arg<T>);

impl<T> Fixture<T> {
    fn new(argument: Arg<T>) -> Self {
        Self(match argument {
            Arg::Value(value) => Arg::Kept(Arc::new(KeptConfig::new(value))),
            other => other,
        })
    }
}

impl<T: Clone> Fixture<T> {
    fn argument(&self, kind: Kind) -> Arg<T> {
        match &self.0 {
            Arg::Kept(kept) if kind == Kind::Config => Arg::Kept(Arc::clone(kept)),
            Arg::Kept(kept) => Arg::Value(kept.value.clone()),
            Arg::Stored(stored) => Arg::Stored(stored.clone()),
            Arg::At(at) => Arg::At(at.clone()),
            Arg::Default => Arg::Default,
            Arg::Value(_) => unreachable!("a value that is bound is kept"),
            Arg::Dynamic(_) => unreachable!("a config or a plain value has no parts given one by one"),
        }
    }
}

/// What `with` takes: the bound argument, or a tuple of them in the order of the parameters.
///
/// `Form` is the plain form of what is bound, for the message.
#[diagnostic::on_unimplemented(
    message = "`with` of this callable binds `{Form}`, found `{Self}`",
    label = "expected `{Form}`, found `{Self}`",
    note = "`with` takes the callable's config; several as a tuple, in the order of the parameters; where there is no config but one entity, its plain values; where `()` is expected there is nothing to bind, so use `call`"
)]
pub trait IntoFixtures<Fixtures, Form> {
    fn into_fixtures(self) -> Fixtures;
}

#[diagnostic::do_not_recommend]
impl<X: IntoArg<A>, A> IntoFixtures<(Fixture<A>, ()), A> for X {
    fn into_fixtures(self) -> (Fixture<A>, ()) {
        (Fixture::new(self.into_arg()), ())
    }
}

/// The plain form of a list of bound values: the value itself, or a tuple.
pub trait Flat {
    type Form;
    fn nest(form: Self::Form) -> Self;
}

impl Flat for () {
    type Form = ();

    fn nest((): ()) {}
}

impl<A> Flat for (A, ()) {
    type Form = A;

    fn nest(a: A) -> Self {
        (a, ())
    }
}

macro_rules! nested {
    () => { () };
    ([$first:expr] $($rest:tt)*) => { ($first, nested!($($rest)*)) };
    (<$first:ty> $($rest:tt)*) => { ($first, nested!($($rest)*)) };
}

macro_rules! several {
    ($([$($type:ident $given:ident $name:ident),+])*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($given: IntoArg<$type>, $type),+> IntoFixtures<nested!($(<Fixture<$type>>)+), ($($type,)+)> for ($($given,)+) {
            fn into_fixtures(self) -> nested!($(<Fixture<$type>>)+) {
                let ($($name,)+) = self;
                nested!($([Fixture::new($name.into_arg())])+)
            }
        }

        impl<$($type),+> Flat for nested!($(<$type>)+) {
            type Form = ($($type,)+);

            fn nest(($($name,)+): Self::Form) -> Self {
                nested!($([$name])+)
            }
        }
    )*};
}

several! {
    [A X a, B Y b]
    [A X a, B Y b, C Z c]
    [A X a, B Y b, C Z c, D W d]
    [A X a, B Y b, C Z c, D W d, E V e]
    [A X a, B Y b, C Z c, D W d, E V e, F U f]
    [A X a, B Y b, C Z c, D W d, E V e, F U f, G T g]
    [A X a, B Y b, C Z c, D W d, E V e, F U f, G T g, H S h]
}
