//! One parameter of a call under way: what was given for it, and what the function gets.

use std::marker::PhantomData;

use super::parts::Parts;
use super::record::{FieldOf, Reference};
use super::written::{Handing, Lending, Written};
use crate::argument::{Arg, ArgValue};
use crate::context::Context;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::DroppedInRoom;
use crate::entity::tree::marker::Holds;
use crate::entity::{ConfigEntity, Entity, EntityType, Ref, Stored, Value};
use crate::error::Result;
use crate::execute::{Binder, Settler};
use crate::replay::{Hindrance, Restorer};
use crate::signature::kind::{CONFIG, CONTEXT, ENTITIES, ENTITY, Kind, MUTABLE, UNSUPPORTED, VALUE};

/// How an argument was given; with the signature it decides the strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Not at all.
    Nothing,
    /// As a value or a handle.
    Directly,
    /// As an address.
    ByAddress,
}

/// What the executor does with a slot, whatever its type.
pub trait Slot: Send {
    /// Puts in an argument given by name.
    fn fill(&mut self, argument: ArgValue);

    /// How the argument was given.
    fn given(&self) -> Given;

    /// Turns what was given into what the function gets.
    ///
    /// # Errors
    ///
    /// If it is missing, of the wrong type, or an address leads nowhere.
    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()>;

    /// Binds the entities of a call that runs again, those of contested lineages to their newest versions.
    ///
    /// # Errors
    ///
    /// If one of them is another type than the parameter's.
    fn rebind(&mut self, _binder: &mut Binder<'_>) -> Result<()> {
        Ok(())
    }

    /// Puts in what a recorded execution was given.
    ///
    /// # Errors
    ///
    /// If it is not in the record, or no longer stored.
    fn restore(&mut self, _restorer: &Restorer<'_>) -> Result<(), Hindrance> {
        Ok(())
    }

    /// Hands over what the function left behind `&mut`.
    ///
    /// # Errors
    ///
    /// If its identity is not in order.
    fn settle(&mut self, _settler: &mut Settler<'_>, _parameter: &'static str) -> Result<()> {
        Ok(())
    }

    /// Drops what is left of the entities that it held; they may be deep.
    fn release(&mut self) {}
}

/// What the generated code does with a slot.
pub trait TypedSlot: Slot + Sized + 'static {
    /// The owned type of the parameter.
    type Value;
    /// What the function takes.
    type Passed<'a>;
    /// The field of the generated input entity.
    type Recorded: FieldOf<Self::Kept>;
    /// What is stored of that field.
    type Kept: Value;
    /// The field of the generated config entity.
    type Configured: Value;
    /// The list of typed outputs, with this slot's in front if it has one.
    type Changed<Rest>;

    const KIND: Kind;
    const MUTABLE: bool = false;
    const CONFIG_TYPE: Option<&'static EntityType> = None;

    fn new(argument: Arg<Self::Value>) -> Self;
    fn pass<'a>(&'a mut self, context: &'a Context) -> Self::Passed<'a>;
    fn shorten<'x, 'a: 'x>(passed: Self::Passed<'a>) -> Self::Passed<'x>;
    fn recorded(&self) -> Self::Kept;
    fn configured(&self) -> Self::Configured;
    fn changed<Rest>(&mut self, rest: Rest) -> Self::Changed<Rest>;

    /// Writes the content of what was bound: each entity by its own hash.
    ///
    /// # Errors
    ///
    /// If a value has no encoding.
    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure>;
}

/// A slot that `with` and `partial` can bind.
pub trait Bindable: TypedSlot {
    fn lend(value: &Self::Value) -> Self::Passed<'_>;
}

/// Chooses the slot of a parameter by its kind.
pub struct Pick<const KIND: u8>;

/// See [`Pick`]: `P` is how the parameter is written, `T` its owned type, `M` the marker of its parts.
pub trait SlotOf<P, T, M> {
    type Slot;
}

impl<P, T, M> SlotOf<P, T, M> for Pick<ENTITY> {
    type Slot = EntitySlot<P, T>;
}

impl<P, T, M> SlotOf<P, T, M> for Pick<MUTABLE> {
    type Slot = MutableSlot<T>;
}

impl<P, T, M> SlotOf<P, T, M> for Pick<CONFIG> {
    type Slot = ConfigSlot<P, T>;
}

impl<P, T, M> SlotOf<P, T, M> for Pick<VALUE> {
    type Slot = ValueSlot<P, T>;
}

impl<P, T: Parts<M>, M> SlotOf<P, T, M> for Pick<ENTITIES> {
    type Slot = EntitiesSlot<P, T, M>;
}

impl<P, T, M> SlotOf<P, T, M> for Pick<CONTEXT> {
    type Slot = ContextSlot;
}

impl<P, T, M> SlotOf<P, T, M> for Pick<UNSUPPORTED> {
    type Slot = UnsupportedSlot<P, T>;
}

/// Chooses the slot of a parameter spelled by one name: an alias of a container is asked by trait.
pub trait NamedSlotOf<P, T> {
    type Slot;
}

macro_rules! by_name {
    ($($kind:ident),*) => {$(
        impl<P, T> NamedSlotOf<P, T> for Pick<$kind> {
            type Slot = <Self as SlotOf<P, T, ()>>::Slot;
        }
    )*};
}

by_name!(ENTITY, CONFIG, VALUE, CONTEXT, UNSUPPORTED);

impl<P, T: Holds + Parts<T::Marker>> NamedSlotOf<P, T> for Pick<ENTITIES> {
    type Slot = EntitiesSlot<P, T, T::Marker>;
}

/// What stands in the generated entities for a parameter that is recorded elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Elsewhere;

/// What was given, until it is bound.
enum State<T, B> {
    Given(Arg<T>),
    Bound(B),
}

impl<T, B> State<T, B> {
    fn given(&self) -> Given {
        match self {
            Self::Given(Arg::Default) => Given::Nothing,
            Self::Given(Arg::At(_)) => Given::ByAddress,
            Self::Given(Arg::Dynamic(value)) if value.is_address() => Given::ByAddress,
            Self::Given(_) | Self::Bound(_) => Given::Directly,
        }
    }

    /// Takes out what was given.
    fn take(&mut self) -> Arg<T> {
        match std::mem::replace(self, Self::Given(Arg::Default)) {
            Self::Given(argument) => argument,
            Self::Bound(_) => unreachable!("a slot is bound once"),
        }
    }

    /// Drops an entity that was given and never bound.
    fn release(&mut self)
    where
        T: Entity,
    {
        if let Self::Given(Arg::Value(_)) = self
            && let Arg::Value(value) = self.take()
        {
            drop(DroppedInRoom::new(Box::new(value)));
        }
    }

    fn bound(&self) -> &B {
        match self {
            Self::Bound(bound) => bound,
            Self::Given(_) => unreachable!("every slot is bound before the function runs"),
        }
    }
}

/// The part of [`Slot`] that is the same for every slot with a [`State`].
macro_rules! filled_and_given {
    () => {
        fn fill(&mut self, argument: ArgValue) {
            self.state = State::Given(Arg::Dynamic(argument));
        }

        fn given(&self) -> Given {
            self.state.given()
        }
    };
}

/// The part of [`Slot`] that is the same for every slot that takes one version.
macro_rules! restored_as_handle {
    () => {
        fn restore(&mut self, restorer: &Restorer<'_>) -> Result<(), Hindrance> {
            self.state = State::Given(Arg::Stored(restorer.version()?));
            Ok(())
        }
    };
}

/// The part of [`TypedSlot`] that is the same for every slot that is not an output.
macro_rules! no_output {
    () => {
        type Changed<Rest> = Rest;

        fn changed<Rest>(&mut self, rest: Rest) -> Rest {
            rest
        }
    };
}

/// The part of [`TypedSlot`] that is the same for every slot that is no data of the generated
/// config.
macro_rules! not_configured {
    () => {
        type Configured = Elsewhere;

        fn configured(&self) -> Elsewhere {
            Elsewhere
        }
    };
}

/// The part of [`TypedSlot`] that is the same for every slot that is no data of the generated input.
macro_rules! not_recorded {
    () => {
        type Recorded = Elsewhere;
        type Kept = Elsewhere;

        fn recorded(&self) -> Elsewhere {
            Elsewhere
        }
    };
}

/// Binds what was given for an entity.
fn bind_entity<T: Entity>(given: Arg<T>, binder: &mut Binder<'_>) -> Result<Stored<T>> {
    match given {
        Arg::Stored(stored) => binder.own(stored),
        Arg::Value(value) => binder.adopt(value),
        Arg::At(at) => binder.entity_at(at.address()),
        Arg::Dynamic(argument) => binder.entity(argument),
        Arg::Default => Err(binder.missing::<T>()),
    }
}

/// A slot for an entity that is read or consumed.
pub struct EntitySlot<P, T> {
    state: State<T, Stored<T>>,
    written: PhantomData<fn() -> P>,
}

impl<P: Lending<T>, T: Entity> Slot for EntitySlot<P, T> {
    filled_and_given!();
    restored_as_handle!();

    fn rebind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        self.state = State::Bound(binder.rebound(self.state.bound())?);
        Ok(())
    }

    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        self.state = State::Bound(bind_entity(self.state.take(), binder)?);
        Ok(())
    }

    fn release(&mut self) {
        self.state.release();
    }
}

impl<P: Lending<T>, T: Entity> TypedSlot for EntitySlot<P, T> {
    type Value = T;
    type Passed<'a> = P::Passed<'a>;
    type Recorded = Ref<T>;
    type Kept = Reference;

    const KIND: Kind = Kind::Entity;

    no_output!();
    not_configured!();

    fn new(argument: Arg<T>) -> Self {
        Self { state: State::Given(argument), written: PhantomData }
    }

    fn shorten<'x, 'a: 'x>(passed: P::Passed<'a>) -> P::Passed<'x> {
        P::shorten(passed)
    }

    fn pass<'a>(&'a mut self, _context: &'a Context) -> P::Passed<'a> {
        P::lend(self.state.bound())
    }

    fn recorded(&self) -> Reference {
        Reference::to(self.state.bound().ecs_id())
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        encoder.hashed_entity(self.state.bound().content_hash());
        Ok(())
    }
}

/// A slot for an entity behind `&mut`: an isolated copy, whose next version is an output.
pub struct MutableSlot<T> {
    state: State<T, Stored<T>>,
    copy: Option<T>,
    outcome: Option<Stored<T>>,
}

impl<T: Entity> Slot for MutableSlot<T> {
    filled_and_given!();
    restored_as_handle!();

    fn rebind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        self.state = State::Bound(binder.rebound(self.state.bound())?);
        Ok(())
    }

    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        self.state = State::Bound(bind_entity(self.state.take(), binder)?);
        Ok(())
    }

    fn settle(&mut self, settler: &mut Settler<'_>, parameter: &'static str) -> Result<()> {
        if let Some(copy) = self.copy.take() {
            self.outcome = Some(settler.changed(self.state.bound(), copy, parameter)?);
        }
        Ok(())
    }

    fn release(&mut self) {
        self.state.release();
        drop(self.copy.take().map(|copy| DroppedInRoom::new(Box::new(copy))));
    }
}

impl<T: Entity> TypedSlot for MutableSlot<T> {
    type Value = T;
    type Passed<'a> = &'a mut T;
    type Recorded = Ref<T>;
    type Kept = Reference;
    type Changed<Rest> = (Stored<T>, Rest);

    const KIND: Kind = Kind::Entity;
    const MUTABLE: bool = true;

    not_configured!();

    fn new(argument: Arg<T>) -> Self {
        Self { state: State::Given(argument), copy: None, outcome: None }
    }

    fn shorten<'x, 'a: 'x>(passed: &'a mut T) -> &'x mut T {
        passed
    }

    fn pass<'a>(&'a mut self, _context: &'a Context) -> &'a mut T {
        self.copy.insert(self.state.bound().copy())
    }

    fn recorded(&self) -> Reference {
        Reference::to(self.state.bound().ecs_id())
    }

    fn changed<Rest>(&mut self, rest: Rest) -> (Stored<T>, Rest) {
        match self.outcome.take() {
            Some(stored) => (stored, rest),
            None => unreachable!("every `&mut` parameter was settled"),
        }
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        encoder.hashed_entity(self.state.bound().content_hash());
        Ok(())
    }
}

/// A slot for a config: bound first, never data of the input entity.
pub struct ConfigSlot<P, T> {
    state: State<T, Stored<T>>,
    written: PhantomData<fn() -> P>,
}

impl<P: Lending<T>, T: ConfigEntity> Slot for ConfigSlot<P, T> {
    filled_and_given!();
    restored_as_handle!();

    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        let stored = match self.state.take() {
            Arg::Stored(stored) => binder.own_config(stored)?,
            Arg::Value(value) => binder.adopt_config(value)?,
            Arg::At(at) => binder.config_at(at.address())?,
            Arg::Dynamic(argument) => binder.config(argument)?,
            Arg::Default => binder.config_from_arguments()?,
        };
        self.state = State::Bound(stored);
        Ok(())
    }

    fn release(&mut self) {
        self.state.release();
    }
}

impl<P: Lending<T>, T: ConfigEntity> TypedSlot for ConfigSlot<P, T> {
    type Value = T;
    type Passed<'a> = P::Passed<'a>;

    const KIND: Kind = Kind::Config;
    const CONFIG_TYPE: Option<&'static EntityType> = Some(T::TYPE);

    no_output!();
    not_recorded!();
    not_configured!();

    fn new(argument: Arg<T>) -> Self {
        Self { state: State::Given(argument), written: PhantomData }
    }

    fn shorten<'x, 'a: 'x>(passed: P::Passed<'a>) -> P::Passed<'x> {
        P::shorten(passed)
    }

    fn pass<'a>(&'a mut self, _context: &'a Context) -> P::Passed<'a> {
        P::lend(self.state.bound())
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        encoder.hashed_entity(self.state.bound().content_hash());
        Ok(())
    }
}

impl<P: Lending<T>, T: ConfigEntity> Bindable for ConfigSlot<P, T> {
    fn lend(value: &T) -> P::Passed<'_> {
        P::lend(value)
    }
}

/// A slot for a plain value.
pub struct ValueSlot<P, T> {
    state: State<T, T>,
    written: PhantomData<fn() -> P>,
}

impl<P: Lending<T>, T: Value> Slot for ValueSlot<P, T> {
    filled_and_given!();

    fn restore(&mut self, restorer: &Restorer<'_>) -> Result<(), Hindrance> {
        self.state = State::Given(Arg::Value(restorer.field::<T>()?.clone()));
        Ok(())
    }

    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        let value = match self.state.take() {
            Arg::Value(value) => value,
            Arg::Stored(stored) => T::clone(&stored),
            Arg::At(at) => binder.value_at(at.address())?,
            Arg::Dynamic(argument) => binder.value(argument)?,
            Arg::Default => binder.default_value()?,
        };
        self.state = State::Bound(value);
        Ok(())
    }
}

impl<P: Lending<T>, T: Value> TypedSlot for ValueSlot<P, T> {
    type Value = T;
    type Passed<'a> = P::Passed<'a>;
    type Recorded = T;
    type Kept = T;
    type Configured = T;

    const KIND: Kind = Kind::Value;

    no_output!();

    fn new(argument: Arg<T>) -> Self {
        Self { state: State::Given(argument), written: PhantomData }
    }

    fn shorten<'x, 'a: 'x>(passed: P::Passed<'a>) -> P::Passed<'x> {
        P::shorten(passed)
    }

    fn pass<'a>(&'a mut self, _context: &'a Context) -> P::Passed<'a> {
        P::lend(self.state.bound())
    }

    fn recorded(&self) -> T {
        self.state.bound().clone()
    }

    fn configured(&self) -> T {
        self.state.bound().clone()
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        encoder.value(self.state.bound())
    }
}

impl<P: Lending<T>, T: Value> Bindable for ValueSlot<P, T> {
    fn lend(value: &T) -> P::Passed<'_> {
        P::lend(value)
    }
}

/// A slot for a container of entities.
pub struct EntitiesSlot<P, T: Parts<M>, M> {
    state: State<T, T::Handles>,
    isolated: Option<T>,
    written: PhantomData<fn() -> P>,
}

impl<P: Handing<T>, T: Parts<M>, M: 'static> Slot for EntitiesSlot<P, T, M> {
    filled_and_given!();

    fn rebind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        match &mut self.state {
            State::Bound(handles) => T::rebind(handles, binder),
            State::Given(_) => unreachable!("every slot is bound before the function runs"),
        }
    }

    fn restore(&mut self, restorer: &Restorer<'_>) -> Result<(), Hindrance> {
        self.state = State::Bound(T::restore(restorer.field()?, restorer)?);
        Ok(())
    }

    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        if let State::Bound(restored) = &mut self.state {
            return T::rebind(restored, binder);
        }
        let handles = match self.state.take() {
            Arg::Value(value) => value.keep(binder)?,
            Arg::At(at) => T::bind(ArgValue::Address(at.into_address()), binder)?,
            Arg::Dynamic(argument) => T::bind(argument, binder)?,
            Arg::Stored(_) => unreachable!("a container is no entity, so there is no handle to one"),
            Arg::Default => return Err(binder.missing::<T>()),
        };
        self.state = State::Bound(handles);
        Ok(())
    }

    fn release(&mut self) {
        self.isolated = None;
    }
}

impl<P: Handing<T>, T: Parts<M>, M: 'static> TypedSlot for EntitiesSlot<P, T, M> {
    type Value = T;
    type Passed<'a> = P::Passed<'a>;
    type Recorded = T::Recorded;
    type Kept = T::Recorded;

    const KIND: Kind = Kind::Entities;

    no_output!();
    not_configured!();

    fn new(argument: Arg<T>) -> Self {
        Self { state: State::Given(argument), isolated: None, written: PhantomData }
    }

    fn shorten<'x, 'a: 'x>(passed: P::Passed<'a>) -> P::Passed<'x> {
        P::shorten(passed)
    }

    fn pass<'a>(&'a mut self, _context: &'a Context) -> P::Passed<'a> {
        P::hand(&mut self.isolated, T::isolate(self.state.bound()))
    }

    fn recorded(&self) -> T::Recorded {
        T::record(self.state.bound())
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        T::content(self.state.bound(), encoder)
    }
}

/// A slot for the [`Context`].
pub struct ContextSlot;

impl Slot for ContextSlot {
    fn fill(&mut self, _argument: ArgValue) {}

    fn given(&self) -> Given {
        Given::Nothing
    }

    fn bind(&mut self, _binder: &mut Binder<'_>) -> Result<()> {
        Ok(())
    }
}

impl TypedSlot for ContextSlot {
    type Value = Context;
    type Passed<'a> = &'a Context;

    const KIND: Kind = Kind::Context;

    no_output!();
    not_recorded!();
    not_configured!();

    fn new(_argument: Arg<Context>) -> Self {
        Self
    }

    fn shorten<'x, 'a: 'x>(passed: &'a Context) -> &'x Context {
        passed
    }

    fn pass<'a>(&'a mut self, context: &'a Context) -> &'a Context {
        context
    }

    fn content(&self, _encoder: &mut Encoder) -> Result<(), Failure> {
        Ok(())
    }
}

/// What stands in for a parameter whose type is refused, so that the refusal is the only error.
pub struct UnsupportedSlot<P, T>(PhantomData<fn() -> (P, T)>);

const REFUSED: &str = "a callable with an unsupported parameter does not compile";

impl<P: 'static, T: 'static> Slot for UnsupportedSlot<P, T> {
    fn fill(&mut self, _argument: ArgValue) {}

    fn given(&self) -> Given {
        Given::Nothing
    }

    fn bind(&mut self, _binder: &mut Binder<'_>) -> Result<()> {
        unreachable!("{REFUSED}")
    }
}

impl<P: Written<T>, T: 'static> TypedSlot for UnsupportedSlot<P, T> {
    type Value = T;
    type Passed<'a> = P::Passed<'a>;

    const KIND: Kind = Kind::Value;

    no_output!();
    not_recorded!();
    not_configured!();

    fn new(_argument: Arg<T>) -> Self {
        Self(PhantomData)
    }

    fn shorten<'x, 'a: 'x>(passed: P::Passed<'a>) -> P::Passed<'x> {
        P::shorten(passed)
    }

    fn pass<'a>(&'a mut self, _context: &'a Context) -> P::Passed<'a> {
        unreachable!("{REFUSED}")
    }

    fn content(&self, _encoder: &mut Encoder) -> Result<(), Failure> {
        unreachable!("{REFUSED}")
    }
}
