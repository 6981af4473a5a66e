//! What `#[callable]` tells the runtime about a function: its description, and how it is run.

use std::any::Any;
use std::fmt;
use std::ops::Deref;

use super::frame::{CellsOf, Frame, FrameOf, Function, apply};
use super::list::SlotList;
use super::memoized::Memoized;
use super::record::Kept;
use super::{Callable, ConfigValues, InputValues, OutputValues};
use crate::conflict::OnConflict;
use crate::entity::{EntityType, ReadEntity, SchemaOf};
use crate::error::Result;
use crate::memo::Code;
use crate::registry::{CallableRegistration, Registered, Registry};
use crate::signature::{Description, Facts, Generated, GeneratedSource, Params, ResultOf, Source};

/// A callable: what is known of it, and how it is run.
pub struct Definition {
    pub(super) description: Description,
    pub(crate) memo: Option<fn() -> &'static Memoized>,
    /// The function itself, a [`Function`].
    pub(crate) function: &'static (dyn Any + Send + Sync),
    pub(crate) new_frame: fn(&'static Self) -> Box<dyn Frame>,
}

/// What the types of a callable say of it.
pub struct Typed {
    /// How each of the generated entities is read.
    read: [ReadEntity; 3],
    result: ResultOf,
    function: &'static (dyn Any + Send + Sync),
    new_frame: fn(&'static Definition) -> Box<dyn Frame>,
}

impl Typed {
    /// What those of `F` say.
    #[must_use]
    pub const fn of<F: Callable>() -> Self {
        use super::returned::Returned;
        Self {
            read: [
                Kept::<InputValues<F>>::read_back,
                Kept::<ConfigValues<F>>::read_back,
                Kept::<OutputValues<F>>::read_back,
            ],
            result: ResultOf {
                type_name: std::any::type_name::<F::Returned>,
                schema: None,
                entity_type: None,
                holds_values: <F::Returned as Returned<F::Shape>>::HOLDS_VALUES,
                depth: <F::Returned as Returned<F::Shape>>::DEPTH,
                is_unit: <F::Returned as Returned<F::Shape>>::IS_UNIT,
                is_fallible: <F::Returned as Returned<F::Shape>>::IS_FALLIBLE,
            },
            function: &Function::<CellsOf<F>, F::Returned>(apply::<F>),
            new_frame: FrameOf::<F>::empty,
        }
    }
}

impl Definition {
    /// Describes a callable.
    ///
    /// It knows no callable, so that the compiler works it out for all of them alike.
    #[must_use]
    pub const fn new<const N: usize>(
        source: Source,
        params: &'static Params<N>,
        generated: [Option<GeneratedSource>; 3],
        schema: SchemaOf,
        entity_type: Option<&'static EntityType>,
        typed: Typed,
    ) -> Self {
        let generated = Generated::of(generated, params, source.location, typed.read);
        let result = ResultOf { schema, entity_type, ..typed.result };
        Self {
            description: Description::new(source, params.as_slice(), generated, result),
            memo: None,
            function: typed.function,
            new_frame: typed.new_frame,
        }
    }

    /// Adds what `#[callable(on_conflict = …)]` says.
    #[must_use]
    pub const fn with_on_conflict(self, on_conflict: OnConflict) -> Self {
        Self { description: self.description.with_on_conflict(on_conflict), ..self }
    }

    /// Adds what `#[callable(memo)]` says.
    #[must_use]
    pub const fn with_memo(self, memo: fn() -> &'static Memoized) -> Self {
        Self { memo: Some(memo), ..self }
    }

    /// The function's code, and that of the helpers that it names.
    pub(crate) fn code(&self) -> Code {
        let uses = self.memo.map_or(&[][..], |memo| memo().uses());
        Code { location: self.location, own: self.fingerprint.0, uses }
    }

    /// The callable with this name.
    ///
    /// # Errors
    ///
    /// `unknown-callable`, with the name most like the one given.
    pub(crate) fn find(name: &str) -> Result<&'static Self> {
        Registry::get()?.callable(name).map(Self::of_registered)
    }

    pub(super) fn of_registered(registered: &CallableRegistration) -> &'static Self {
        let registered: &dyn Any = registered.0;
        match registered.downcast_ref() {
            Some(definition) => definition,
            None => unreachable!("a callable is registered by its definition"),
        }
    }
}

/// What is known of the slots of `F`.
#[must_use]
pub const fn facts<F: Callable>() -> Option<&'static Facts> {
    <F::Slots as SlotList>::FACTS
}

impl Registered for Definition {
    fn description(&self) -> &Description {
        &self.description
    }
}

impl Deref for Definition {
    type Target = Description;

    fn deref(&self) -> &Description {
        &self.description
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Definition({} at {})", self.name, self.location)
    }
}
