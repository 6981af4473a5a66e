//! Calls that borrow nothing, so that they can run in a task or on another thread.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::scope::{CallOptions, OwnedScope, Scope};

/// What a [`Batch`](crate::Batch) is made of: [`Call`](crate::Call)s of one callable, or
/// [`NamedCall`](crate::NamedCall)s of any.
#[diagnostic::on_unimplemented(
    message = "a batch is made of calls, found `{Self}`",
    label = "neither a call nor a call by name",
    note = "give it calls that were not awaited: `world.batch(students.iter().map(|student| standing::call(&world, student)))`"
)]
pub trait BatchCall {
    /// What the call returns.
    type Output: Send + 'static;
    #[doc(hidden)]
    type Body: Body<Output = Self::Output>;

    #[doc(hidden)]
    fn into_owned(self) -> OwnedCall<Self::Body>;
}

/// What is called with what.
pub trait Body: Send + 'static {
    type Output: Send + 'static;

    /// The callable's name.
    ///
    /// # Errors
    ///
    /// `unknown-callable`.
    fn callable(&self) -> Result<&'static str>;

    fn run(self, scope: Scope<'_>, options: CallOptions) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// A call that borrows nothing.
pub struct OwnedCall<B> {
    scope: OwnedScope,
    options: CallOptions,
    body: B,
}

impl<B: Body> OwnedCall<B> {
    pub(super) fn new(scope: Scope<'_>, options: CallOptions, body: B) -> Self {
        Self { scope: scope.to_owned(), options, body }
    }

    /// The callable's name, unless the call is made from inside an execution that was stopped.
    ///
    /// # Errors
    ///
    /// `unknown-callable`, `cancelled` or `timed-out`.
    pub(crate) fn callable(&self) -> Result<&'static str> {
        let scope = self.scope.borrow();
        let callable = self.body.callable()?;
        scope.inside.map_or(Ok(()), |inside| inside.interrupts.check(callable))?;
        Ok(callable)
    }

    /// Runs the call, which these tokens cancel as its own do.
    pub(crate) async fn run(mut self, tokens: &[CancellationToken]) -> Result<B::Output> {
        self.options.tokens.extend(tokens.iter().cloned());
        self.body.run(self.scope.borrow(), self.options).await
    }
}
