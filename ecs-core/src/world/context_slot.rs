//! How a callable is given its context: the executor brings the place, and the slot makes a context of it.

use super::Context;
use crate::argument::{Arg, ArgValue};
use crate::callable::Binder;
use crate::callable::cell::{Cell, Given, Slot, not_configured, not_recorded};
use crate::callable::count::Count;
use crate::callable::list::{Ambient, Role};
use crate::callable::slot::{Fielded, NamedSlotOf, Pick, SlotOf, TypedSlot, no_output};
use crate::callable::values::Elsewhere;
use crate::entity::encode::{Encoder, Failure};
use crate::error::Result;
use crate::scope::Places;
use crate::signature::Kind;
use crate::signature::kind::{CONTEXT, Probe};

impl Probe<Context> {
    #[doc(hidden)]
    pub const CONTEXT: bool = true;
}

impl<P, T, M> SlotOf<P, T, M> for Pick<CONTEXT> {
    type Slot = ContextSlot;
}

impl<P, T> NamedSlotOf<P, T> for Pick<CONTEXT> {
    type Slot = ContextSlot;
}

/// A slot for the [`Context`].
pub struct ContextSlot;

impl Fielded for ContextSlot {
    type Recorded = Elsewhere;
    type Configured = Elsewhere;
}

impl TypedSlot for ContextSlot {
    type Value = Context;
    type Passed<'a> = &'a Context;
    type Cell = ContextCell;
    type Counted<Before: Count> = Before;

    const KIND: Kind = Kind::Context;

    no_output!();

    fn new(_argument: Arg<Context>) -> ContextCell {
        ContextCell::empty()
    }

    #[inline(always)]
    fn pass<'a>(cell: &'a mut ContextCell, places: &mut Places) -> &'a Context {
        match places.pop() {
            Some(place) => cell.0.insert(Context::at(place)),
            None => unreachable!("there is a place for each context that a callable takes"),
        }
    }

    fn shorten<'x, 'a: 'x>(passed: &'a Context) -> &'x Context {
        passed
    }
}

impl<Values> Role<Values> for ContextSlot {
    type Role = Ambient;
}

/// The cell of the context: what the function has of it while it runs.
pub struct ContextCell(Option<Context>);

impl Slot for ContextCell {
    fn fill(&mut self, _argument: ArgValue) {}

    fn given(&self) -> Given {
        Given::Nothing
    }

    fn bind(&mut self, _binder: &mut Binder<'_>) -> Result<()> {
        Ok(())
    }

    fn release(&mut self) {
        self.0 = None;
    }
}

impl Cell for ContextCell {
    not_recorded!();
    not_configured!();

    fn empty() -> Self {
        Self(None)
    }

    fn content(&self, _encoder: &mut Encoder) -> Result<(), Failure> {
        Ok(())
    }
}
