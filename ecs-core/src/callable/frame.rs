//! One call under way, as the executor sees it: slots, the function, what it returned.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use super::describe::{Definition, Generated};
use super::list::SlotList;
use super::memoized::KeptOutput;
use super::record::Kept;
use super::returned::{Combine, Returned, Unit};
use super::slot::Slot;
use super::{Callable, Returns};
use crate::context::Context;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::Node;
use crate::error::Result;
use crate::execute::Settler;

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
///
/// What is here is compiled for every signature, so it is no more than what depends on the types; the rest is
/// a method of `dyn Frame`.
pub trait Frame: Any + Send {
    fn definition(&self) -> &'static Definition;
    fn slot(&mut self, index: usize) -> &mut dyn Slot;

    /// The generated input entity.
    fn input(&self) -> Box<dyn Node>;

    /// The generated config entity.
    fn config(&self) -> Box<dyn Node>;

    /// Runs the function.
    fn run<'a>(&'a mut self, context: &'a Context) -> Running<'a>;

    /// What the function returned.
    fn result(&mut self) -> &mut dyn FrameResult;
}

impl dyn Frame {
    /// Tells whether the function returned an error.
    ///
    /// # Errors
    ///
    /// The function's own.
    pub(crate) fn outcome(&mut self) -> Result<()> {
        let callable = self.definition().name;
        self.result().outcome(callable)
    }

    /// Hands over the outputs.
    ///
    /// # Errors
    ///
    /// If an identity is not in order.
    pub(crate) fn settle(&mut self, settler: &mut Settler<'_>) -> Result<()> {
        let definition = self.definition();
        for (index, param) in definition.params.iter().enumerate() {
            self.slot(index).settle(settler, param.name)?;
        }
        self.result().settle(settler, &definition.generated)
    }

    /// Drops what is left of the values that the function worked on; they may be deep.
    pub(crate) fn release(&mut self) {
        self.result().release();
        for index in 0..self.definition().params.len() {
            self.slot(index).release();
        }
    }
}

/// What a function returned, on its way to the caller.
pub trait FrameResult {
    /// Tells success from failure.
    ///
    /// # Errors
    ///
    /// The function's own.
    fn outcome(&mut self, callable: &'static str) -> Result<()>;

    /// Hands over the outputs in it.
    ///
    /// # Errors
    ///
    /// If an identity is not in order.
    fn settle(&mut self, settler: &mut Settler<'_>, generated: &Generated) -> Result<()>;

    /// Drops what is left of it.
    fn release(&mut self);
}

/// What a function of the result `R`, of the shape `H`, returned.
struct ReturnedValue<R: Returned<H>, H> {
    returned: Option<R>,
    success: Option<R::Success>,
    handles: Option<R::Handles>,
}

impl<R: Returned<H>, H> FrameResult for ReturnedValue<R, H> {
    fn outcome(&mut self, callable: &'static str) -> Result<()> {
        match self.returned.take() {
            Some(returned) => {
                self.success = Some(returned.success(callable)?);
                Ok(())
            }
            None => unreachable!("the function has run"),
        }
    }

    fn settle(&mut self, settler: &mut Settler<'_>, generated: &Generated) -> Result<()> {
        let Some(success) = self.success.take() else { unreachable!("the function has succeeded") };
        let handles = R::keep(success, settler)?;
        if R::HOLDS_VALUES {
            settler.record_output(Kept::boxed(generated.output, (R::record(&handles), ())))?;
        }
        self.handles = Some(handles);
        Ok(())
    }

    fn release(&mut self) {
        self.returned = None;
        self.success = None;
    }
}

/// Puts what a future gives in its place.
struct PutInPlace<'a, R> {
    future: BoxFuture<'a, R>,
    place: &'a mut Option<R>,
}

impl<R> Unpin for PutInPlace<'_, R> {}

impl<R> Future for PutInPlace<'_, R> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<()> {
        self.future.as_mut().poll(task).map(|returned| *self.place = Some(returned))
    }
}

type Handles<F> = <<F as Returns>::Returned as Returned<<F as Returns>::Shape>>::Handles;

/// The typed output of a callable.
pub(crate) type Output<F> = <<<F as Callable>::Slots as SlotList>::Changed as Combine<Handles<F>>>::Output;

/// A call of the callable `F`.
pub(crate) type FrameOf<F> = CallFrame<<F as Callable>::Slots, <F as Returns>::Returned, <F as Returns>::Shape>;

/// Calls a function of these slots and this result.
pub(crate) type Apply<S, R> = for<'a> fn(<S as SlotList>::Passed<'a>, PhantomData<&'a ()>) -> Applied<'a, R>;

/// A function of these slots and this result, behind a pointer that does not know them.
pub(crate) struct Function<S: SlotList, R>(pub(crate) Apply<S, R>);

/// A call of a callable with these slots, and a result `R` of the shape `H`. Those of one signature share it.
pub struct CallFrame<S: SlotList, R: Returned<H>, H> {
    definition: &'static Definition,
    apply: Apply<S, R>,
    slots: S,
    result: ReturnedValue<R, H>,
}

impl<S: SlotList, R: Returned<H>, H: 'static> CallFrame<S, R, H> {
    pub(crate) fn new<F>(arguments: S::Arguments) -> Self
    where
        F: Callable<Slots = S> + Returns<Returned = R, Shape = H>,
    {
        Self::of(F::DEFINITION, F::apply, S::new(arguments))
    }

    fn of(definition: &'static Definition, apply: Apply<S, R>, slots: S) -> Self {
        let result = ReturnedValue { returned: None, success: None, handles: None };
        Self { definition, apply, slots, result }
    }

    /// A call whose arguments are to be filled in.
    pub(crate) fn empty(definition: &'static Definition) -> Box<dyn Frame> {
        match definition.function.downcast_ref::<Function<S, R>>() {
            Some(function) => Box::new(Self::of(definition, function.0, S::empty())),
            None => unreachable!("a definition is of one function"),
        }
    }

    /// Writes the content of what was given.
    pub(super) fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        self.slots.content(encoder)
    }

    /// The typed output of a call that was settled, for calls to come.
    pub(super) fn kept_output(&self) -> Option<KeptOutput> {
        self.result.handles.clone().map(|handles| -> KeptOutput { Box::new(handles) })
    }

    /// Takes over the typed output of an equal call.
    pub(super) fn reuse(&mut self, output: &(dyn Any + Send + Sync)) {
        self.result.handles = output.downcast_ref().cloned();
    }

    /// The typed output of a call that succeeded.
    pub(crate) fn output<O>(&mut self) -> O
    where
        S::Changed: Combine<R::Handles, Output = O>,
    {
        match self.result.handles.take() {
            Some(handles) => self.slots.changed().combine(handles),
            None => unreachable!("a call that succeeded was settled"),
        }
    }
}

impl<S: SlotList, R: Returned<H>, H: 'static> Frame for CallFrame<S, R, H> {
    fn definition(&self) -> &'static Definition {
        self.definition
    }

    fn slot(&mut self, index: usize) -> &mut dyn Slot {
        self.slots.slot(index)
    }

    fn input(&self) -> Box<dyn Node> {
        Kept::boxed(self.definition.generated.input, self.slots.recorded())
    }

    fn config(&self) -> Box<dyn Node> {
        Kept::boxed(self.definition.generated.config, self.slots.configured())
    }

    fn run<'a>(&'a mut self, context: &'a Context) -> Running<'a> {
        match (self.apply)(self.slots.pass(context), PhantomData) {
            Applied::Now(value) => {
                self.result.returned = Some(value);
                Running::Done
            }
            Applied::Later(future) => {
                Running::Pending(Box::pin(PutInPlace { future, place: &mut self.result.returned }))
            }
        }
    }

    fn result(&mut self) -> &mut dyn FrameResult {
        &mut self.result
    }
}
