//! One call under way, as the executor sees it: slots, the function, what it returned.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use super::cell::Slot;
use super::list::{CellList, SlotList};
use super::record::Kept;
use super::returned::{Combine, Returned, Unit};
use super::{Callable, Definition, Returns, Settler};
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::Node;
use crate::error::Result;
use crate::memo::KeptOutput;
use crate::scope::Places;
use crate::signature::Generated;

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

    /// Runs the function, which takes a place for each context; a future that it makes is polled once, as most need no
    /// more.
    fn run<'a>(&'a mut self, places: &mut Places, task: &mut TaskContext<'_>) -> Running<'a>;

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
            self.slot(index).settle(settler, param)?;
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
    fn settle(&mut self, settler: &mut Settler<'_>, generated: &'static Generated) -> Result<()>;

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

    fn settle(&mut self, settler: &mut Settler<'_>, generated: &'static Generated) -> Result<()> {
        let Some(success) = self.success.take() else { unreachable!("the function has succeeded") };
        let handles = R::keep(success, settler)?;
        if R::HOLDS_VALUES {
            settler.record_output(Kept::boxed(generated.output.as_ref(), (R::record(&handles), ())))?;
        }
        self.handles = Some(handles);
        Ok(())
    }

    fn release(&mut self) {
        self.returned = None;
        self.success = None;
    }
}

/// A future that may have been polled by the task that polls it next, just before: the task is woken once more is
/// to be done, and until then it is not polled again.
pub(crate) struct Polled<F> {
    future: F,
    is_polled: bool,
}

impl<F> Polled<F> {
    /// One that was.
    pub(crate) fn new(future: F) -> Self {
        Self { future, is_polled: true }
    }

    /// One that was not.
    pub(crate) fn not_yet(future: F) -> Self {
        Self { future, is_polled: false }
    }
}

impl<F: Future + Unpin> Future for Polled<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<F::Output> {
        if std::mem::take(&mut self.is_polled) { Poll::Pending } else { Pin::new(&mut self.future).poll(task) }
    }
}

/// Puts what a future gives in its place.
struct PutInPlace<'a, R> {
    future: Polled<BoxFuture<'a, R>>,
    place: &'a mut Option<R>,
}

impl<R> Unpin for PutInPlace<'_, R> {}

impl<R> Future for PutInPlace<'_, R> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<()> {
        Pin::new(&mut self.future).poll(task).map(|returned| *self.place = Some(returned))
    }
}

type Handles<F> = <<F as Returns>::Returned as Returned<<F as Returns>::Shape>>::Handles;

/// The typed output of a callable.
pub(crate) type Output<F> = <<<F as Callable>::Slots as SlotList>::Changed as Combine<Handles<F>>>::Output;

/// A call of the callable `F`.
pub(crate) type FrameOf<F> = CallFrame<CellsOf<F>, <F as Returns>::Returned, <F as Returns>::Shape>;

/// What is kept of the arguments of a call of `F`.
pub(crate) type CellsOf<F> = <<F as Callable>::Slots as SlotList>::Cells;

/// Calls a function with what is in these cells.
pub(crate) type Apply<C, R> = for<'a> fn(&'a mut C, &mut Places) -> Applied<'a, R>;

/// A function of these cells and this result, behind a pointer that does not know them.
pub(crate) struct Function<C: CellList, R>(pub(crate) Apply<C, R>);

/// Calls the function of `F` with what is in the cells of a call.
pub(crate) fn apply<'a, F: Callable>(cells: &'a mut CellsOf<F>, places: &mut Places) -> Applied<'a, F::Returned> {
    F::apply(F::Slots::pass(cells, places))
}

/// A call of a callable with these cells, and a result `R` of the shape `H`. All callables with the same share it,
/// whatever entities they take.
pub struct CallFrame<C: CellList, R: Returned<H>, H> {
    definition: &'static Definition,
    apply: Apply<C, R>,
    cells: C,
    result: ReturnedValue<R, H>,
}

impl<C: CellList, R: Returned<H>, H: 'static> CallFrame<C, R, H> {
    pub(crate) fn new<F>(arguments: <F::Slots as SlotList>::Arguments) -> Self
    where
        F: Callable<Slots: SlotList<Cells = C>> + Returns<Returned = R, Shape = H>,
    {
        Self::of(F::DEFINITION, apply::<F>, F::Slots::new(arguments))
    }

    fn of(definition: &'static Definition, apply: Apply<C, R>, cells: C) -> Self {
        let result = ReturnedValue { returned: None, success: None, handles: None };
        Self { definition, apply, cells, result }
    }

    /// A call whose arguments are to be filled in.
    pub(crate) fn empty(definition: &'static Definition) -> Box<dyn Frame> {
        match definition.function.downcast_ref::<Function<C, R>>() {
            Some(function) => Box::new(Self::of(definition, function.0, C::empty())),
            None => unreachable!("a definition is of one function"),
        }
    }

    /// Writes the content of what was given.
    pub(super) fn content(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        self.cells.content(encoder)
    }

    /// The typed output of a call that was settled, for calls to come.
    pub(super) fn kept_output(&self) -> Option<KeptOutput> {
        self.result.handles.clone().map(|handles| -> KeptOutput { Box::new(handles) })
    }

    /// Takes over the typed output of an equal call.
    pub(super) fn reuse(&mut self, output: &(dyn Any + Send + Sync)) {
        self.result.handles = output.downcast_ref().cloned();
    }

    /// The typed output of a call of `F` that succeeded.
    pub(crate) fn output<F>(&mut self) -> Output<F>
    where
        F: Callable<Slots: SlotList<Cells = C>> + Returns<Returned = R, Shape = H>,
    {
        match self.result.handles.take() {
            Some(handles) => F::Slots::changed(&mut self.cells).combine(handles),
            None => unreachable!("a call that succeeded was settled"),
        }
    }
}

impl<C: CellList, R: Returned<H>, H: 'static> Frame for CallFrame<C, R, H> {
    fn definition(&self) -> &'static Definition {
        self.definition
    }

    fn slot(&mut self, index: usize) -> &mut dyn Slot {
        self.cells.slot(index)
    }

    fn input(&self) -> Box<dyn Node> {
        Kept::boxed(self.definition.generated.input.as_ref(), self.cells.recorded())
    }

    fn config(&self) -> Box<dyn Node> {
        Kept::boxed(self.definition.generated.config.as_ref(), self.cells.configured())
    }

    fn run<'a>(&'a mut self, places: &mut Places, task: &mut TaskContext<'_>) -> Running<'a> {
        let place = &mut self.result.returned;
        match (self.apply)(&mut self.cells, places) {
            Applied::Now(value) => *place = Some(value),
            Applied::Later(mut future) => match future.as_mut().poll(task) {
                Poll::Ready(value) => *place = Some(value),
                Poll::Pending => {
                    return Running::Pending(Box::pin(PutInPlace { future: Polled::new(future), place }));
                }
            },
        }
        Running::Done
    }

    fn result(&mut self) -> &mut dyn FrameResult {
        &mut self.result
    }
}
