//! Calls, ready to run: typed, by name, with configs bound, and such as borrow nothing.

mod named;
mod outcome;
mod owned;
mod partial;

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

pub use self::named::NamedCall;
pub use self::outcome::NamedOutcome;
pub use self::owned::{BatchCall, Body, OwnedCall};
pub use self::partial::{AsyncPartial, Bindable, Bound, Itself};
use crate::argument::IntoArgs;
use crate::callable::{BoxFuture, Callable, Frame, FrameOf, Output};
use crate::deep;
use crate::error::Result;
use crate::execute::{self, Completed, InTime, Ran};
use crate::execution::Execution;
use crate::scope::{CallOptions, IntoScope, Scope, told_options};
use crate::signature::Mode;
use crate::wait::block_on;

/// A call that runs when it is awaited, or on this thread by [`wait`](Self::wait).
///
/// A synchronous callable runs in place when the call is first polled, and needs no runtime. A
/// call that is dropped before it completes leaves no version, only an execution recorded as
/// cancelled; one that is dropped before it is first polled leaves nothing.
#[must_use = "a call runs when it is awaited, or waited for with `.wait()`"]
pub struct Call<'w, F: Callable> {
    state: State<'w, F>,
    options: CallOptions,
}

/// A call that is ready holds what it was given as it was given. Its frame is made when it runs: a type that is worked
/// out from all slots, which the compiler would work out once more wherever a call is made.
enum State<'w, F: Callable> {
    Ready(Scope<'w>, F::Given),
    Running(BoxFuture<'w, Ran>),
    Finished,
}

// The futures inside are boxed, so nothing in a call is pinned.
impl<F: Callable> Unpin for Call<'_, F> {}

/// The output of a call together with the record of its execution.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedCall<T> {
    /// What the call returned.
    pub output: T,
    /// What is recorded of it.
    pub execution: Arc<Execution>,
}

impl<'w, F: Callable> Call<'w, F> {
    #[doc(hidden)]
    #[inline]
    pub fn new(scope: impl IntoScope<'w>, arguments: impl IntoArgs<F::Given>) -> Self {
        Self::of(scope.into_scope(), arguments.into_args())
    }

    pub(crate) fn of(scope: Scope<'w>, arguments: F::Given) -> Self {
        Self { state: State::Ready(scope, arguments), options: CallOptions::default() }
    }

    told_options!();

    /// The same call, which gives the record of its execution beside the output.
    ///
    /// It is awaited, or waited for with [`wait`](WithRecord::wait).
    ///
    /// # Errors
    ///
    /// Awaiting it fails as awaiting the call itself.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let raised = raise::call(&world, &alice, 0.25).recorded().await?;
    /// assert_eq!(raised.output.gpa, 3.75);
    /// assert_eq!(raised.execution.strategy, Strategy::SingleEntityWithConfig);
    /// # Ok::<(), ecs::Error>(())
    /// # })?;
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn recorded(self) -> WithRecord<'w, F> {
        WithRecord(self)
    }

    /// Runs the call on this thread and waits for it.
    ///
    /// For synchronous programs, and for synchronous callables that call others through their
    /// [`Context`](crate::Context). Inside an asynchronous program, await the call instead: waiting for an
    /// asynchronous callable there blocks the runtime's thread. If that is its only one, and the function needs
    /// the runtime, the call never ends.
    ///
    /// # Errors
    ///
    /// As awaiting the call itself.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// let raised = raise::call(&world, &alice, 0.25).wait()?;
    /// assert_eq!((alice.gpa, raised.gpa), (3.5, 3.75));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn wait(mut self) -> Result<Output<F>> {
        block_on(&mut self)
    }

    fn poll_recorded(&mut self, task: &mut TaskContext<'_>) -> Poll<Result<RecordedCall<Output<F>>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Finished) {
                State::Ready(scope, arguments) => {
                    let mut frame = FrameOf::<F>::new::<F>(arguments);
                    if F::DEFINITION.mode == Mode::Inline {
                        return Poll::Ready(self.in_place(scope, &mut frame));
                    }
                    match deep::level(|| execute::in_time(scope, Box::new(frame), Vec::new(), &self.options, task)) {
                        InTime::Ended(ran) => return Poll::Ready(finish_later::<F>(ran)),
                        InTime::Later(running) => self.state = State::Running(running),
                    }
                }
                State::Running(mut future) => match deep::level(|| future.as_mut().poll(task)) {
                    Poll::Ready(ran) => return Poll::Ready(finish_later::<F>(ran)),
                    Poll::Pending => {
                        self.state = State::Running(future);
                        return Poll::Pending;
                    }
                },
                State::Finished => panic!("a call was polled after it had finished"),
            }
        }
    }

    fn in_place(&self, scope: Scope<'_>, frame: &mut FrameOf<F>) -> Result<RecordedCall<Output<F>>> {
        let is_inside = scope.inside.is_some();
        let mut run = || execute::in_place(scope, frame, Vec::new(), &self.options);
        // A call inside another takes its stack from where that one stands.
        let completed = if is_inside { deep::level(run) } else { run() }?;
        Ok(finish::<F>(frame, completed))
    }
}

/// The frame that a call gave away, back again.
fn typed<F: Callable>(frame: Option<Box<dyn Frame>>) -> Box<FrameOf<F>> {
    let frame = frame.map(|frame| -> Box<dyn Any> { frame });
    match frame.map(|frame| frame.downcast::<FrameOf<F>>()) {
        Some(Ok(frame)) => frame,
        Some(Err(_)) | None => unreachable!("a call that succeeded gives its own frame back"),
    }
}

fn finish<F: Callable>(frame: &mut FrameOf<F>, completed: Completed) -> RecordedCall<Output<F>> {
    RecordedCall { output: frame.output::<F>(), execution: completed.execution }
}

fn finish_later<F: Callable>((frame, completed): Ran) -> Result<RecordedCall<Output<F>>> {
    completed.map(|completed| finish::<F>(&mut typed::<F>(frame), completed))
}

impl<F: Callable> Future for Call<'_, F> {
    type Output = Result<Output<F>>;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Self::Output> {
        self.poll_recorded(task).map_ok(|recorded| recorded.output)
    }
}

impl<F: Callable> BatchCall for Call<'_, F> {
    type Output = Output<F>;
    type Body = CallBody<F>;

    fn into_owned(self) -> OwnedCall<Self::Body> {
        match self.state {
            State::Ready(scope, arguments) => {
                OwnedCall::new(scope, self.options, CallBody(FrameOf::<F>::new::<F>(arguments)))
            }
            State::Running(_) | State::Finished => panic!("a call was put into a batch after it had begun"),
        }
    }
}

/// The frame of a call of `F` that was not begun.
pub struct CallBody<F: Callable>(FrameOf<F>);

impl<F: Callable> Body for CallBody<F> {
    type Output = Output<F>;

    fn callable(&self) -> Result<&'static str> {
        Ok(F::DEFINITION.name)
    }

    fn run(self, scope: Scope<'_>, options: CallOptions) -> impl Future<Output = Result<Output<F>>> + Send {
        let running = deep::each_level(execute::filled(scope, Box::new(self.0), Vec::new(), options));
        async { finish_later::<F>(running.await).map(|recorded| recorded.output) }
    }
}

/// A call that gives the record of its execution beside its output: [`Call::recorded`]. It runs when it is awaited, or on
/// this thread by [`wait`](Self::wait).
#[must_use = "a call runs when it is awaited, or waited for with `.wait()`"]
pub struct WithRecord<'w, F: Callable>(Call<'w, F>);

impl<F: Callable> WithRecord<'_, F> {
    /// Runs the call on this thread and waits for it, as [`Call::wait`] does.
    ///
    /// # Errors
    ///
    /// As awaiting the call itself.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// let raised = raise::call(&world, &alice, 0.25).recorded().wait()?;
    /// assert_eq!(raised.output.gpa, 3.75);
    /// assert_eq!(raised.execution.outputs[0].semantics, Semantics::Mutation);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn wait(mut self) -> Result<RecordedCall<Output<F>>> {
        block_on(&mut self)
    }
}

impl<F: Callable> Future for WithRecord<'_, F> {
    type Output = Result<RecordedCall<Output<F>>>;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Self::Output> {
        self.0.poll_recorded(task)
    }
}

impl<F: Callable> fmt::Debug for Call<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", F::DEFINITION.name)
    }
}

impl<F: Callable> fmt::Debug for WithRecord<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WithRecord({})", F::DEFINITION.name)
    }
}
