//! What stops a call before it is done: its deadline, and tokens that cancel it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_timer::Delay;
use smallvec::SmallVec;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::CallOptions;
use crate::error::{ErrorKind, Result};

/// When a call has to be done, and how long it was given.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    at: Instant,
    after: Duration,
}

/// What stops a call. A call made from inside another is stopped by what stops that one as well.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupts {
    deadline: Option<Deadline>,
    tokens: SmallVec<[CancellationToken; 1]>,
}

impl Interrupts {
    /// Those of a call that starts now.
    #[inline]
    pub(crate) fn new(options: &CallOptions, outer: Option<&Self>) -> Self {
        if options.timeout.is_none() && options.tokens.is_empty() && outer.is_none() {
            return Self::default();
        }
        let own = options.timeout.and_then(|after| Some(Deadline { at: Instant::now().checked_add(after)?, after }));
        let outer_deadline = outer.and_then(|outer| outer.deadline);
        let deadline = own.into_iter().chain(outer_deadline).min_by_key(|deadline| deadline.at);
        let outer_tokens = outer.map_or(&[][..], |outer| &outer.tokens);
        Self { deadline, tokens: options.tokens.iter().chain(outer_tokens).cloned().collect() }
    }

    fn is_none(&self) -> bool {
        self.deadline.is_none() && self.tokens.is_empty()
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline.map(|deadline| deadline.at)
    }

    /// Whether something has stopped the call.
    pub(crate) fn has_stopped(&self) -> bool {
        self.stopped("").is_some()
    }

    /// Refuses to go on with a call that was stopped.
    ///
    /// # Errors
    ///
    /// `cancelled` or `timed-out`.
    #[inline]
    pub(crate) fn check(&self, callable: &'static str) -> Result<()> {
        match self.stopped(callable) {
            Some(stopped) => Err(stopped.into()),
            None => Ok(()),
        }
    }

    #[inline]
    fn stopped(&self, callable: &'static str) -> Option<ErrorKind> {
        let is_late = self.deadline.is_some_and(|deadline| Instant::now() >= deadline.at);
        let is_cancelled = self.tokens.iter().any(CancellationToken::is_cancelled);
        (is_late || is_cancelled).then(|| self.reason(callable))
    }

    /// Why a call was stopped that was.
    fn reason(&self, callable: &'static str) -> ErrorKind {
        let is_cancelled = self.tokens.iter().any(CancellationToken::is_cancelled);
        match self.deadline.filter(|_| !is_cancelled) {
            Some(Deadline { after, .. }) => ErrorKind::TimedOut { callable, timeout: after },
            None => ErrorKind::Cancelled { callable },
        }
    }

    /// Waits until something stops the call; for ever, if nothing can.
    pub(crate) async fn stop(&self) {
        let mut timer = self.deadline.map(|deadline| Delay::new(deadline.at.saturating_duration_since(Instant::now())));
        let mut cancelled: SmallVec<[Pin<Box<WaitForCancellationFuture<'_>>>; 1]> =
            self.tokens.iter().map(|token| Box::pin(token.cancelled())).collect();
        poll_fn(|task| {
            let is_late = timer.as_mut().is_some_and(|timer| Pin::new(timer).poll(task).is_ready());
            let is_cancelled = cancelled.iter_mut().any(|cancelled| cancelled.as_mut().poll(task).is_ready());
            if is_late || is_cancelled { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// What `future` gives, unless the call is stopped first.
    ///
    /// # Errors
    ///
    /// `cancelled` or `timed-out`.
    pub(crate) async fn unless_stopped<F: Future>(&self, callable: &'static str, future: F) -> Result<F::Output> {
        if self.is_none() {
            return Ok(future.await);
        }
        let (mut future, mut stop) = (pin!(future), pin!(self.stop()));
        poll_fn(|task| match future.as_mut().poll(task) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => stop.as_mut().poll(task).map(|()| Err(self.reason(callable).into())),
        })
        .await
    }
}
