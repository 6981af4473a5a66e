//! How each kind of parameter is given, kept, passed and put out.
//!
//! A slot is a type and never a value: what is kept during a call is its cell.

use std::marker::PhantomData;

use super::cell::{Cell, ConfigCell, EntitiesCell, EntityCell, MutableCell, NoCell, ValueCell};
use super::count::Count;
use super::parts::Parts;
use super::values::{Elsewhere, FieldOf};
use super::written::{Handing, Lending, Written};
use crate::argument::Arg;
use crate::entity::erased::{Erase, Erased};
use crate::entity::tree::marker::Holds;
use crate::entity::{ConfigEntity, Entity, EntityType, Ref, Stored, Value};
use crate::scope::Places;
use crate::signature::kind::{CONFIG, ENTITIES, ENTITY, Kind, MUTABLE, UNSUPPORTED, VALUE};

/// What the generated entities hold of a parameter.
///
/// It asks no more of the parameter's type than it must, since the compiler proves that wherever a field is
/// mentioned.
pub trait Fielded {
    /// The field of the generated input entity.
    type Recorded;
    /// The field of the generated config entity.
    type Configured;
}

/// What a parameter is to the generated code.
pub trait TypedSlot: Fielded<Recorded: FieldOf<<Self::Cell as Cell>::Kept>> + 'static {
    /// The owned type of the parameter.
    type Value;
    /// What the function takes.
    type Passed<'a>;
    /// What is kept of the argument during a call.
    type Cell: Cell;
    /// The list of typed outputs, with this slot's in front if it has one.
    type Changed<Rest>;
    /// What is counted up to here, with this slot.
    type Counted<Before: Count>: Count;

    const KIND: Kind;
    const MUTABLE: bool = false;
    /// The type, if it is an entity.
    const ERASED: Option<&'static Erased> = None;
    const CONFIG_TYPE: Option<&'static EntityType> = None;

    fn new(argument: Arg<Self::Value>) -> Self::Cell;
    fn pass<'a>(cell: &'a mut Self::Cell, places: &mut Places) -> Self::Passed<'a>;
    fn shorten<'x, 'a: 'x>(passed: Self::Passed<'a>) -> Self::Passed<'x>;
    fn changed<Rest>(cell: &mut Self::Cell, rest: Rest) -> Self::Changed<Rest>;
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

by_name!(ENTITY, CONFIG, VALUE, UNSUPPORTED);

impl<P, T: Holds + Parts<T::Marker>> NamedSlotOf<P, T> for Pick<ENTITIES> {
    type Slot = EntitiesSlot<P, T, T::Marker>;
}

/// The part of [`TypedSlot`] that is the same for every slot that is not an output.
macro_rules! no_output {
    () => {
        type Changed<Rest> = Rest;

        fn changed<Rest>(_cell: &mut Self::Cell, rest: Rest) -> Rest {
            rest
        }
    };
}

pub(crate) use no_output;

/// The part of [`TypedSlot`] that follows from how the parameter is written.
macro_rules! passed_as_written {
    () => {
        type Passed<'a> = P::Passed<'a>;

        fn shorten<'x, 'a: 'x>(passed: P::Passed<'a>) -> P::Passed<'x> {
            P::shorten(passed)
        }
    };
}

/// A slot for an entity that is read or consumed.
pub struct EntitySlot<P, T>(PhantomData<fn() -> (P, T)>);

impl<P, T> Fielded for EntitySlot<P, T> {
    type Recorded = Ref<T>;
    type Configured = Elsewhere;
}

impl<P: Lending<T>, T: Entity> TypedSlot for EntitySlot<P, T> {
    type Value = T;
    type Cell = EntityCell;
    type Counted<Before: Count> = Before::WithEntity;

    const KIND: Kind = Kind::Entity;
    const ERASED: Option<&'static Erased> = Some(T::ERASED);

    passed_as_written!();
    no_output!();

    fn new(argument: Arg<T>) -> EntityCell {
        EntityCell::new(argument)
    }

    #[inline(always)]
    fn pass<'a>(cell: &'a mut EntityCell, _places: &mut Places) -> P::Passed<'a> {
        P::lend(cell.bound().entity())
    }
}

/// A slot for an entity behind `&mut`.
pub struct MutableSlot<T>(PhantomData<fn() -> T>);

impl<T> Fielded for MutableSlot<T> {
    type Recorded = Ref<T>;
    type Configured = Elsewhere;
}

impl<T: Entity> TypedSlot for MutableSlot<T> {
    type Value = T;
    type Passed<'a> = &'a mut T;
    type Cell = MutableCell;
    type Changed<Rest> = (Stored<T>, Rest);
    type Counted<Before: Count> = Before::WithEntity;

    const KIND: Kind = Kind::Entity;
    const MUTABLE: bool = true;
    const ERASED: Option<&'static Erased> = Some(T::ERASED);

    fn new(argument: Arg<T>) -> MutableCell {
        MutableCell::new(argument)
    }

    fn shorten<'x, 'a: 'x>(passed: &'a mut T) -> &'x mut T {
        passed
    }

    #[inline(always)]
    fn pass<'a>(cell: &'a mut MutableCell, _places: &mut Places) -> &'a mut T {
        cell.isolate()
    }

    fn changed<Rest>(cell: &mut MutableCell, rest: Rest) -> (Stored<T>, Rest) {
        (cell.outcome(), rest)
    }
}

/// A slot for a config: bound first, never data of the input entity.
pub struct ConfigSlot<P, T>(PhantomData<fn() -> (P, T)>);

impl<P, T> Fielded for ConfigSlot<P, T> {
    type Recorded = Elsewhere;
    type Configured = Elsewhere;
}

impl<P: Lending<T>, T: ConfigEntity> TypedSlot for ConfigSlot<P, T> {
    type Value = T;
    type Cell = ConfigCell<T>;
    type Counted<Before: Count> = Before::WithConfig;

    const KIND: Kind = Kind::Config;
    const ERASED: Option<&'static Erased> = Some(T::ERASED);
    const CONFIG_TYPE: Option<&'static EntityType> = Some(T::TYPE);

    passed_as_written!();
    no_output!();

    fn new(argument: Arg<T>) -> ConfigCell<T> {
        ConfigCell::new(argument)
    }

    #[inline(always)]
    fn pass<'a>(cell: &'a mut ConfigCell<T>, _places: &mut Places) -> P::Passed<'a> {
        P::lend(cell.bound())
    }
}

impl<P: Lending<T>, T: ConfigEntity> Bindable for ConfigSlot<P, T> {
    fn lend(value: &T) -> P::Passed<'_> {
        P::lend(value)
    }
}

/// A slot for a plain value.
pub struct ValueSlot<P, T>(PhantomData<fn() -> (P, T)>);

impl<P, T> Fielded for ValueSlot<P, T> {
    type Recorded = T;
    type Configured = T;
}

impl<P: Lending<T>, T: Value> TypedSlot for ValueSlot<P, T> {
    type Value = T;
    type Cell = ValueCell<T>;
    type Counted<Before: Count> = Before;

    const KIND: Kind = Kind::Value;

    passed_as_written!();
    no_output!();

    fn new(argument: Arg<T>) -> ValueCell<T> {
        ValueCell::new(argument)
    }

    #[inline(always)]
    fn pass<'a>(cell: &'a mut ValueCell<T>, _places: &mut Places) -> P::Passed<'a> {
        P::lend(cell.bound())
    }
}

impl<P: Lending<T>, T: Value> Bindable for ValueSlot<P, T> {
    fn lend(value: &T) -> P::Passed<'_> {
        P::lend(value)
    }
}

/// A slot for a container of entities.
pub struct EntitiesSlot<P, T, M>(PhantomData<(P, T, M)>);

impl<P, T: Parts<M>, M> Fielded for EntitiesSlot<P, T, M> {
    type Recorded = T::Recorded;
    type Configured = Elsewhere;
}

impl<P: Handing<T>, T: Parts<M>, M: 'static> TypedSlot for EntitiesSlot<P, T, M> {
    type Value = T;
    type Cell = EntitiesCell<T, M>;
    type Counted<Before: Count> = Before::WithContainer;

    const KIND: Kind = Kind::Entities;

    passed_as_written!();
    no_output!();

    fn new(argument: Arg<T>) -> EntitiesCell<T, M> {
        EntitiesCell::new(argument)
    }

    #[inline(always)]
    fn pass<'a>(cell: &'a mut EntitiesCell<T, M>, _places: &mut Places) -> P::Passed<'a> {
        let isolated = cell.isolate();
        P::hand(&mut cell.isolated, isolated)
    }
}

/// What stands in for a parameter whose type is refused, so that the refusal is the only error.
pub struct UnsupportedSlot<P, T>(PhantomData<fn() -> (P, T)>);

impl<P, T> Fielded for UnsupportedSlot<P, T> {
    type Recorded = Elsewhere;
    type Configured = Elsewhere;
}

const REFUSED: &str = "a callable with an unsupported parameter does not compile";

impl<P: Written<T>, T: 'static> TypedSlot for UnsupportedSlot<P, T> {
    type Value = T;
    type Cell = NoCell;
    type Counted<Before: Count> = Before;

    const KIND: Kind = Kind::Value;

    passed_as_written!();
    no_output!();

    fn new(_argument: Arg<T>) -> NoCell {
        unreachable!("{REFUSED}")
    }

    #[inline(always)]
    fn pass<'a>(_cell: &'a mut NoCell, _places: &mut Places) -> P::Passed<'a> {
        unreachable!("{REFUSED}")
    }
}
