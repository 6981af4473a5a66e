//! What calls a handler, event after event.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use super::leave::leave;
use super::{Context, WeakWorld};
use crate::event::{Cause, Event, EventType, FailureReason, Subscriber, Tally};
use crate::unwind::{message_of, unwinding};

/// What a handler can return: `()`, or a `Result` whose error says what went wrong.
#[diagnostic::on_unimplemented(
    message = "a handler of events returns `()` or a `Result<(), E>`, found `{Self}`",
    note = "the error `E` has a `Display` that says what went wrong"
)]
pub trait Handled {
    /// What went wrong, if anything did.
    #[doc(hidden)]
    fn error(self) -> Option<Box<str>>;
}

impl Handled for () {
    fn error(self) -> Option<Box<str>> {
        None
    }
}

impl<E: fmt::Display> Handled for Result<(), E> {
    fn error(self) -> Option<Box<str>> {
        self.err().map(|error| error.to_string().into())
    }
}

/// What takes the events of a handler out of its queue.
pub(super) struct Worker {
    /// Weak, so that a world does not live on for its handlers.
    world: WeakWorld,
    subscriber: Arc<Subscriber>,
    tally: Arc<Tally>,
}

impl Worker {
    pub(super) fn new(world: WeakWorld, subscriber: Arc<Subscriber>, tally: Arc<Tally>) -> Self {
        Self { world, subscriber, tally }
    }

    /// Calls `handler` until the subscription ends or the world is gone.
    pub(super) async fn work<H, F>(self, mut handler: H)
    where
        H: FnMut(Context, Event) -> F,
        F: Future<Output: Handled>,
    {
        while let Some(event) = self.subscriber.queue.next().await {
            let delivery = Delivery::of(&event, &self.tally);
            let Some(world) = self.world.upgrade() else { return };
            let context = Context::of_event(world, &event);
            let given = event.clone();
            // Whatever it holds of the world is dropped before it counts as done.
            let handled = unwinding(because(Cause::of(&event), async { handler(context, given).await.error() })).await;
            let reason = match handled {
                Ok(error) => error.map(FailureReason::Error),
                Err(panic) => Some(FailureReason::Panic(message_of(&*panic).into())),
            };
            if let Some(reason) = reason {
                self.tally.note_failure(event, reason);
            }
            drop(delivery);
        }
    }
}

impl Drop for Worker {
    /// Of use only where the work ends by itself: the runtime of its task shuts down.
    fn drop(&mut self) {
        leave(&self.world, &self.subscriber);
    }
}

/// An event in the hands of a handler, until it is worked off or the work is dropped.
struct Delivery<'t> {
    tally: &'t Tally,
    /// What stands in the place of missed events is beside what is counted.
    is_counted: bool,
}

impl<'t> Delivery<'t> {
    fn of(event: &Event, tally: &'t Tally) -> Self {
        let is_counted = event.event_type() != EventType::Missed;
        Self { tally, is_counted }
    }
}

impl Drop for Delivery<'_> {
    fn drop(&mut self) {
        if self.is_counted {
            self.tally.end(1);
        }
    }
}

/// Polls `future` with what it does known to follow from an event.
async fn because<F: Future>(cause: Cause, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|task| cause.because(|| future.as_mut().poll(task))).await
}
