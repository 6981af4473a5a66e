//! A call by name, ready to run.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use super::{BatchCall, Body, NamedOutcome, OwnedCall};
use crate::argument::Args;
use crate::callable::{BoxFuture, Definition};
use crate::deep;
use crate::error::Result;
use crate::execute;
use crate::scope::{CallOptions, Scope, told_options};
use crate::wait::block_on;

/// A call by name that runs when it is awaited, or on this thread by [`wait`](Self::wait).
///
/// What is said of a typed [`Call`](crate::Call) that is dropped holds here as well.
#[must_use = "a call runs when it is awaited, or waited for with `.wait()`"]
pub struct NamedCall<'w> {
    callable: Box<str>,
    state: State<'w>,
    options: CallOptions,
}

enum State<'w> {
    Ready { scope: Scope<'w>, arguments: Args },
    Running(BoxFuture<'w, Result<NamedOutcome>>),
    Finished,
}

// The future inside is boxed, so nothing in a call is pinned.
impl Unpin for NamedCall<'_> {}

impl<'w> NamedCall<'w> {
    pub(crate) fn new(scope: Scope<'w>, callable: &str, arguments: Args) -> Self {
        Self { callable: callable.into(), state: State::Ready { scope, arguments }, options: CallOptions::default() }
    }

    told_options!();

    /// Runs the call on this thread and waits for it; see [`Call::wait`](crate::Call::wait).
    ///
    /// # Errors
    ///
    /// As awaiting the call itself.
    pub fn wait(self) -> Result<NamedOutcome> {
        block_on(self)
    }
}

impl Future for NamedCall<'_> {
    type Output = Result<NamedOutcome>;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Self::Output> {
        loop {
            match std::mem::replace(&mut self.state, State::Finished) {
                State::Ready { scope, arguments } => {
                    let definition = Definition::find(&self.callable)?;
                    let options = std::mem::take(&mut self.options);
                    self.state = State::Running(Box::pin(async move {
                        execute::by_name(scope, definition, arguments, options).await.map(NamedOutcome::new)
                    }));
                }
                State::Running(mut future) => {
                    let polled = deep::level(|| future.as_mut().poll(task));
                    if polled.is_pending() {
                        self.state = State::Running(future);
                    }
                    return polled;
                }
                State::Finished => panic!("a call was polled after it had finished"),
            }
        }
    }
}

impl BatchCall for NamedCall<'_> {
    type Output = NamedOutcome;
    type Body = Named;

    fn into_owned(self) -> OwnedCall<Named> {
        let Self { callable, state, options } = self;
        match state {
            State::Ready { scope, arguments } => OwnedCall::new(scope, options, Named { callable, arguments }),
            State::Running(_) | State::Finished => panic!("a call was put into a batch after it had begun"),
        }
    }
}

/// A callable's name, and what it is called with.
pub struct Named {
    callable: Box<str>,
    arguments: Args,
}

impl Body for Named {
    type Output = NamedOutcome;

    fn callable(&self) -> Result<&'static str> {
        Definition::find(&self.callable).map(|definition| definition.name)
    }

    fn run(self, scope: Scope<'_>, options: CallOptions) -> impl Future<Output = Result<NamedOutcome>> + Send {
        let Self { callable, arguments } = self;
        NamedCall { callable, state: State::Ready { scope, arguments }, options }
    }
}

impl fmt::Debug for NamedCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NamedCall({})", self.callable)
    }
}
