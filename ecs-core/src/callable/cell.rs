//! What is kept of one argument of a call under way: what was given, and what it was bound to.
//!
//! A cell knows no more of a type than it must, so that callables of many entities share their frames: those of
//! entities are compiled once for all of them.

use std::any::Any;
use std::sync::Arc;

use super::parts::Parts;
use super::restorer::{NotRestored, Restorer};
use super::values::{Elsewhere, Reference};
use super::{Binder, Settler};
use crate::address::Address;
use crate::argument::{Arg, ArgValue};
use crate::config::KeptConfig;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::{DroppedInRoom, Node};
use crate::entity::{AnyStored, ConfigEntity, Entity, Stored, Value};
use crate::error::Result;
use crate::signature::Param;

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
    fn restore(&mut self, _restorer: &Restorer<'_>) -> Result<(), NotRestored> {
        Ok(())
    }

    /// Hands over what the function left behind `&mut`.
    ///
    /// # Errors
    ///
    /// If its identity is not in order.
    fn settle(&mut self, _settler: &mut Settler<'_>, _param: &'static Param) -> Result<()> {
        Ok(())
    }

    /// Drops what is left of the entities that it held; they may be deep.
    fn release(&mut self) {}
}

/// What a frame does with a slot.
pub trait Cell: Slot + Sized + 'static {
    /// What is stored of it in the generated input entity.
    type Kept: Value;
    /// What is stored of it in the generated config entity.
    type Configured: Value;

    /// One whose argument is to be filled in.
    fn empty() -> Self;
    fn recorded(&self) -> Self::Kept;
    fn configured(&self) -> Self::Configured;

    /// Writes the content of what was bound: each entity by its own hash.
    ///
    /// # Errors
    ///
    /// If a value has no encoding.
    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure>;
}

/// The part of [`Cell`] that is the same for every cell that is no data of the generated config.
macro_rules! not_configured {
    () => {
        type Configured = Elsewhere;

        fn configured(&self) -> Elsewhere {
            Elsewhere
        }
    };
}

/// The part of [`Cell`] that is the same for every cell that is no data of the generated input.
macro_rules! not_recorded {
    () => {
        type Kept = Elsewhere;

        fn recorded(&self) -> Elsewhere {
            Elsewhere
        }
    };
}

pub(crate) use {not_configured, not_recorded};

/// An entity that was given, whatever its type, until it is bound.
enum Entry {
    Value(Box<dyn Node>),
    Stored(AnyStored),
    At(Address),
    Dynamic(ArgValue),
    Default,
    Bound(AnyStored),
}

/// The cell of an entity that is read or consumed.
pub struct EntityCell(Entry);

impl EntityCell {
    pub(super) fn new<T: Entity>(argument: Arg<T>) -> Self {
        Self(match argument {
            Arg::Value(value) => Entry::Value(Box::new(value)),
            Arg::Stored(stored) => Entry::Stored(stored.erase()),
            Arg::At(at) => Entry::At(at.into_address()),
            Arg::Dynamic(argument) => Entry::Dynamic(argument),
            Arg::Default => Entry::Default,
            Arg::Kept(_) => unreachable!("an entity is no config"),
        })
    }

    /// The version that it was bound to.
    pub(super) fn bound(&self) -> &AnyStored {
        match &self.0 {
            Entry::Bound(bound) => bound,
            _ => unreachable!("every slot is bound before the function runs"),
        }
    }
}

impl Slot for EntityCell {
    fn fill(&mut self, argument: ArgValue) {
        self.0 = Entry::Dynamic(argument);
    }

    fn given(&self) -> Given {
        match &self.0 {
            Entry::Default => Given::Nothing,
            Entry::At(_) => Given::ByAddress,
            Entry::Dynamic(argument) if argument.is_address() => Given::ByAddress,
            _ => Given::Directly,
        }
    }

    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        let bound = match std::mem::replace(&mut self.0, Entry::Default) {
            Entry::Stored(stored) => binder.own(stored),
            Entry::Value(value) => binder.adopt(value),
            Entry::At(address) => binder.entity_at(&address),
            Entry::Dynamic(argument) => binder.entity(argument),
            Entry::Default => Err(binder.missing()),
            Entry::Bound(_) => unreachable!("a slot is bound once"),
        };
        self.0 = Entry::Bound(bound?);
        Ok(())
    }

    fn rebind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        self.0 = Entry::Bound(binder.rebound(self.bound())?);
        Ok(())
    }

    fn restore(&mut self, restorer: &Restorer<'_>) -> Result<(), NotRestored> {
        self.0 = Entry::Stored(restorer.version()?);
        Ok(())
    }

    /// Drops an entity that was given and never bound.
    fn release(&mut self) {
        if let Entry::Value(_) = self.0
            && let Entry::Value(value) = std::mem::replace(&mut self.0, Entry::Default)
        {
            drop(DroppedInRoom::new(value));
        }
    }
}

impl Cell for EntityCell {
    type Kept = Reference;

    not_configured!();

    fn empty() -> Self {
        Self(Entry::Default)
    }

    fn recorded(&self) -> Reference {
        Reference::to(self.bound().ecs_id())
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        encoder.hashed_entity(self.bound().content_hash());
        Ok(())
    }
}

/// The cell of an entity behind `&mut`: an isolated copy, whose next version is an output.
pub struct MutableCell {
    base: EntityCell,
    copy: Option<Box<dyn Node>>,
    outcome: Option<AnyStored>,
}

impl MutableCell {
    pub(super) fn new<T: Entity>(argument: Arg<T>) -> Self {
        Self { base: EntityCell::new(argument), copy: None, outcome: None }
    }

    /// An isolated copy for the function to change.
    #[inline(always)]
    pub(super) fn isolate<T: Entity>(&mut self) -> &mut T {
        let copy = Box::new(T::clone(self.base.bound().entity()));
        let copy: &mut dyn Any = &mut **self.copy.insert(copy);
        match copy.downcast_mut() {
            Some(copy) => copy,
            None => unreachable!("a copy has the type of what it is a copy of"),
        }
    }

    /// The version that was made of what the function left.
    pub(super) fn outcome<T: Entity>(&mut self) -> Stored<T> {
        match self.outcome.take() {
            Some(stored) => Stored::typed(stored),
            None => unreachable!("every `&mut` parameter was settled"),
        }
    }
}

impl Slot for MutableCell {
    fn fill(&mut self, argument: ArgValue) {
        self.base.fill(argument);
    }

    fn given(&self) -> Given {
        self.base.given()
    }

    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        self.base.bind(binder)
    }

    fn rebind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        self.base.rebind(binder)
    }

    fn restore(&mut self, restorer: &Restorer<'_>) -> Result<(), NotRestored> {
        self.base.restore(restorer)
    }

    fn settle(&mut self, settler: &mut Settler<'_>, param: &'static Param) -> Result<()> {
        if let Some(copy) = self.copy.take() {
            self.outcome = Some(settler.changed(self.base.bound(), copy, param)?);
        }
        Ok(())
    }

    fn release(&mut self) {
        self.base.release();
        drop(self.copy.take().map(DroppedInRoom::new));
    }
}

impl Cell for MutableCell {
    type Kept = Reference;

    not_configured!();

    fn empty() -> Self {
        Self { base: EntityCell::empty(), copy: None, outcome: None }
    }

    fn recorded(&self) -> Reference {
        self.base.recorded()
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        self.base.content(encoder)
    }
}

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

    fn bound(&self) -> &B {
        match self {
            Self::Bound(bound) => bound,
            Self::Given(_) => unreachable!("every slot is bound before the function runs"),
        }
    }
}

/// The part of [`Slot`] that is the same for every cell with a [`State`].
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

/// A config that was bound.
enum BoundConfig<T> {
    Version(AnyStored),
    /// One that `with` binds, in the world that it was used in first.
    Kept(Arc<KeptConfig<T>>),
}

impl<T> BoundConfig<T> {
    #[inline]
    fn version(&self) -> &AnyStored {
        match self {
            Self::Version(version) => version,
            Self::Kept(kept) => match kept.first() {
                Some(version) => version,
                None => unreachable!("what was used first is kept"),
            },
        }
    }
}

/// The cell of a config: bound first, never data of the input entity.
pub struct ConfigCell<T> {
    state: State<T, BoundConfig<T>>,
}

impl<T: ConfigEntity> ConfigCell<T> {
    pub(super) fn new(argument: Arg<T>) -> Self {
        Self { state: State::Given(argument) }
    }

    pub(super) fn bound(&self) -> &T {
        self.state.bound().version().entity()
    }
}

impl<T: ConfigEntity> Slot for ConfigCell<T> {
    filled_and_given!();

    fn restore(&mut self, restorer: &Restorer<'_>) -> Result<(), NotRestored> {
        self.state = State::Given(Arg::Stored(Stored::typed(restorer.version()?)));
        Ok(())
    }

    fn bind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        let stored = match self.state.take() {
            Arg::Stored(stored) => binder.own_config(stored)?,
            Arg::Value(value) => binder.adopt_config(value)?,
            Arg::Kept(kept) => match binder.kept_config(&kept)? {
                Some(stored) => stored,
                None => {
                    self.state = State::Bound(BoundConfig::Kept(kept));
                    return Ok(());
                }
            },
            Arg::At(at) => binder.config_at(at.address())?,
            Arg::Dynamic(argument) => binder.config(argument)?,
            Arg::Default => binder.config_from_arguments()?,
        };
        self.state = State::Bound(BoundConfig::Version(stored.erase()));
        Ok(())
    }

    /// Drops a config that was given and never bound.
    fn release(&mut self) {
        if let State::Given(Arg::Value(_)) = &self.state
            && let Arg::Value(value) = self.state.take()
        {
            drop(DroppedInRoom::new(Box::new(value)));
        }
    }
}

impl<T: ConfigEntity> Cell for ConfigCell<T> {
    not_recorded!();
    not_configured!();

    fn empty() -> Self {
        Self::new(Arg::Default)
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        encoder.hashed_entity(self.state.bound().version().content_hash());
        Ok(())
    }
}

/// The cell of a plain value.
pub struct ValueCell<T> {
    state: State<T, T>,
}

impl<T: Value> ValueCell<T> {
    pub(super) fn new(argument: Arg<T>) -> Self {
        Self { state: State::Given(argument) }
    }

    pub(super) fn bound(&self) -> &T {
        self.state.bound()
    }
}

impl<T: Value> Slot for ValueCell<T> {
    filled_and_given!();

    fn restore(&mut self, restorer: &Restorer<'_>) -> Result<(), NotRestored> {
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
            Arg::Kept(_) => unreachable!("a value is no config"),
        };
        self.state = State::Bound(value);
        Ok(())
    }
}

impl<T: Value> Cell for ValueCell<T> {
    type Kept = T;
    type Configured = T;

    fn empty() -> Self {
        Self::new(Arg::Default)
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

/// The cell of a container of entities.
pub struct EntitiesCell<T: Parts<M>, M> {
    state: State<T, T::Handles>,
    pub(super) isolated: Option<T>,
}

impl<T: Parts<M>, M: 'static> EntitiesCell<T, M> {
    pub(super) fn new(argument: Arg<T>) -> Self {
        Self { state: State::Given(argument), isolated: None }
    }

    /// An isolated copy for the function.
    pub(super) fn isolate(&self) -> T {
        T::isolate(self.state.bound())
    }
}

impl<T: Parts<M>, M: 'static> Slot for EntitiesCell<T, M> {
    filled_and_given!();

    fn rebind(&mut self, binder: &mut Binder<'_>) -> Result<()> {
        match &mut self.state {
            State::Bound(handles) => T::rebind(handles, binder),
            State::Given(_) => unreachable!("every slot is bound before the function runs"),
        }
    }

    fn restore(&mut self, restorer: &Restorer<'_>) -> Result<(), NotRestored> {
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
            Arg::Kept(_) => unreachable!("a container is no config"),
            Arg::Default => return Err(binder.missing()),
        };
        self.state = State::Bound(handles);
        Ok(())
    }

    fn release(&mut self) {
        self.isolated = None;
    }
}

impl<T: Parts<M>, M: 'static> Cell for EntitiesCell<T, M> {
    type Kept = T::Recorded;

    not_configured!();

    fn empty() -> Self {
        Self::new(Arg::Default)
    }

    fn recorded(&self) -> T::Recorded {
        T::record(self.state.bound())
    }

    fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        T::content(self.state.bound(), encoder)
    }
}

/// The cell of a parameter that no call is given: its callable does not compile.
pub struct NoCell;

impl Slot for NoCell {
    fn fill(&mut self, _argument: ArgValue) {}

    fn given(&self) -> Given {
        Given::Nothing
    }

    fn bind(&mut self, _binder: &mut Binder<'_>) -> Result<()> {
        Ok(())
    }
}

impl Cell for NoCell {
    not_recorded!();
    not_configured!();

    fn empty() -> Self {
        Self
    }

    fn content(&self, _encoder: &mut Encoder) -> Result<(), Failure> {
        Ok(())
    }
}
