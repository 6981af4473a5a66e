//! One call under way, as the executor sees it: slots, the function, what it returned.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;

use super::describe::Definition;
use super::list::SlotList;
use super::record::Kept;
use super::returned::{Combine, Returned, Unit};
use super::slot::Slot;
use super::{Callable, Returns};
use crate::context::Context;
use crate::error::Result;
use crate::execute::{Binder, Settler};

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a function has done when it returns.
pub enum Applied<'a, R> {
    /// A synchronous function: everything.
    Now(R),
    /// An asynchronous function: made the future that does it.
    Later(BoxFuture<'a, R>),
}

/// Hands on what a function returns, if its types can go from thread to thread. One with types that
/// cannot is refused, and returns nothing here, so that the refusal is the only error.
pub struct Pass<const SENDABLE: bool>;

/// See [`Pass`].
pub trait PassOf<R, S> {
    /// The type that is handed on.
    type Returned;
    /// Its shape.
    type Shape;
}

impl<R, S> PassOf<R, S> for Pass<true> {
    type Returned = R;
    type Shape = S;
}

impl<R, S> PassOf<R, S> for Pass<false> {
    type Returned = ();
    type Shape = Unit;
}

impl Pass<true> {
    /// What a synchronous function returned.
    pub fn now<'a, R>(returned: R) -> Applied<'a, R> {
        Applied::Now(returned)
    }

    /// What an asynchronous function will return.
    pub fn later<'a, R>(future: impl Future<Output = R> + Send + 'a) -> Applied<'a, R> {
        Applied::Later(Box::pin(future))
    }
}

impl Pass<false> {
    /// Never called.
    pub fn now<'a, R>(_returned: R) -> Applied<'a, ()> {
        Applied::Now(())
    }

    /// Never called.
    pub fn later<'a, R>(_future: impl Future<Output = R> + 'a) -> Applied<'a, ()> {
        Applied::Now(())
    }
}

/// What is left to do after [`Frame::run`].
pub enum Running<'a> {
    Done,
    Pending(BoxFuture<'a, ()>),
}

/// A call of some callable. The executor knows nothing more of it.
pub trait Frame: Any + Send {
    fn definition(&self) -> &'static Definition;
    fn slot(&mut self, index: usize) -> &mut dyn Slot;

    /// Records the generated input entity.
    ///
    /// # Errors
    ///
    /// If a value in it cannot be recorded.
    fn record_input(&self, binder: &mut Binder<'_>) -> Result<()>;

    /// Records the generated config entity.
    ///
    /// # Errors
    ///
    /// If a value in it cannot be recorded.
    fn record_config(&self, binder: &mut Binder<'_>) -> Result<()>;

    /// Runs the function.
    fn run<'a>(&'a mut self, context: &'a Context) -> Running<'a>;

    /// Tells whether the function returned an error.
    ///
    /// # Errors
    ///
    /// The function's own.
    fn outcome(&mut self) -> Result<()>;

    /// Hands over the outputs.
    ///
    /// # Errors
    ///
    /// If an identity is not in order.
    fn settle(&mut self, settler: &mut Settler<'_>) -> Result<()>;

    /// Drops what is left of the values that the function worked on; they may be deep.
    fn release(&mut self);
}

type Handles<F> = <<F as Returns>::Returned as Returned<<F as Returns>::Shape>>::Handles;
type Success<F> = <<F as Returns>::Returned as Returned<<F as Returns>::Shape>>::Success;

/// The typed output of a callable.
pub(crate) type Output<F> = <<<F as Callable>::Slots as SlotList>::Changed as Combine<Handles<F>>>::Output;

/// A call of the callable `F`.
pub struct CallFrame<F: Callable> {
    slots: F::Slots,
    returned: Option<F::Returned>,
    success: Option<Success<F>>,
    handles: Option<Handles<F>>,
}

impl<F: Callable> CallFrame<F> {
    pub(crate) fn new(slots: F::Slots) -> Self {
        Self { slots, returned: None, success: None, handles: None }
    }

    pub(crate) fn empty() -> Self {
        Self::new(F::Slots::empty())
    }

    /// The typed output of a call that succeeded.
    pub(crate) fn output(&mut self) -> Output<F> {
        match self.handles.take() {
            Some(handles) => self.slots.changed().combine(handles),
            None => unreachable!("a call that succeeded was settled"),
        }
    }
}

impl<F: Callable> Frame for CallFrame<F> {
    fn definition(&self) -> &'static Definition {
        F::DEFINITION
    }

    fn slot(&mut self, index: usize) -> &mut dyn Slot {
        self.slots.slot(index)
    }

    fn record_input(&self, binder: &mut Binder<'_>) -> Result<()> {
        binder.record_input(Kept::boxed(F::DEFINITION.generated.input, self.slots.recorded()))
    }

    fn record_config(&self, binder: &mut Binder<'_>) -> Result<()> {
        binder.record_config(Kept::boxed(F::DEFINITION.generated.config, self.slots.configured()))
    }

    fn run<'a>(&'a mut self, context: &'a Context) -> Running<'a> {
        let Self { slots, returned, .. } = self;
        match F::apply(F::arguments(slots, context)) {
            Applied::Now(value) => {
                *returned = Some(value);
                Running::Done
            }
            Applied::Later(future) => Running::Pending(Box::pin(async move {
                *returned = Some(future.await);
            })),
        }
    }

    fn outcome(&mut self) -> Result<()> {
        match self.returned.take() {
            Some(returned) => {
                self.success = Some(returned.success(F::DEFINITION.name)?);
                Ok(())
            }
            None => unreachable!("the function has run"),
        }
    }

    fn settle(&mut self, settler: &mut Settler<'_>) -> Result<()> {
        for (index, param) in F::DEFINITION.params.iter().enumerate() {
            self.slots.slot(index).settle(settler, param.name)?;
        }
        let Some(success) = self.success.take() else { unreachable!("the function has succeeded") };
        let handles = F::Returned::keep(success, settler)?;
        if <F::Returned as Returned<F::Shape>>::HOLDS_VALUES {
            let output = (F::Returned::record(&handles), ());
            settler.record_output(Kept::boxed(F::DEFINITION.generated.output, output))?;
        }
        self.handles = Some(handles);
        Ok(())
    }

    fn release(&mut self) {
        self.returned = None;
        self.success = None;
        for index in 0..F::DEFINITION.params.len() {
            self.slots.slot(index).release();
        }
    }
}
