//! Running the function: in place, as a future, or on the blocking pool; a panic is caught.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context as TaskContext, Poll, Waker};

use tracing::Span;

use super::commit::Underway;
use super::held::{Held, InRoom};
use crate::callable::{BoxFuture, Frame, Running};
use crate::deep;
use crate::error::{Error, ErrorKind, Result};
use crate::scope::Places;
use crate::signature::{Kind, Mode};
use crate::unwind::{self, unwinding};

/// Runs a synchronous function on this thread.
#[inline]
pub(super) fn in_place(underway: &mut Underway<'_>, frame: &mut dyn Frame) -> Result<()> {
    underway.interrupts.check(underway.definition.name)?;
    let mut places = places(underway, frame);
    call(frame, &mut places)
}

/// A place for each context that the function takes: mostly none, or one.
#[inline]
fn places(underway: &mut Underway<'_>, frame: &dyn Frame) -> Places {
    let mut places = Places::new();
    for param in frame.definition().params {
        if param.kind == Kind::Context {
            places.push(underway.place());
        }
    }
    places
}

#[inline]
fn call(frame: &mut dyn Frame, places: &mut Places) -> Result<()> {
    caught(frame, |frame| {
        let mut task = TaskContext::from_waker(Waker::noop());
        assert!(matches!(frame.run(places, &mut task), Running::Done), "a synchronous function returns at once");
        frame.outcome()
    })
}

/// Does `work`, which runs code of the user's: the function, or what copies and records its values.
#[inline]
pub(super) fn caught<T>(frame: &mut dyn Frame, work: impl FnOnce(&mut dyn Frame) -> Result<T>) -> Result<T> {
    // The frame of a call that panicked is dropped unread, and what the caller holds was never in
    // it: there is nothing broken to observe.
    match catch_unwind(AssertUnwindSafe(|| work(frame))) {
        Ok(done) => done,
        Err(panic) => Err(panicked(frame, &*panic)),
    }
}

/// One run of a function that takes its time; gives the frame back, unless that was lost.
pub(super) type Attempt = BoxFuture<'static, (Option<Held>, Result<()>)>;

/// Gets ready to run an asynchronous function, or a synchronous one on the blocking pool.
///
/// # Errors
///
/// With the frame, if the call was stopped.
pub(super) fn attempt(underway: &mut Underway<'_>, frame: Box<dyn Frame>) -> Result<Attempt, (Box<dyn Frame>, Error)> {
    let definition = underway.definition;
    let held = Held::new(frame, underway.inputs.room());
    if let Err(stopped) = underway.interrupts.check(definition.name) {
        return Err((held.release(), stopped));
    }
    let places = places(underway, held.frame());
    Ok(match definition.mode {
        Mode::Blocking => Box::pin(blocking(held, places)),
        Mode::Async | Mode::Inline => Box::pin(asynchronous(held, places)),
    })
}

async fn asynchronous(mut held: Held, mut places: Places) -> (Option<Held>, Result<()>) {
    let room = held.room();
    let mut frame = Some(held.frame_mut());
    let begun = poll_fn(|task| {
        // Moved, so that the future may borrow it for as long as it lives.
        let Some(frame) = frame.take() else { unreachable!("a function is called once") };
        let places = &mut places;
        let start = AssertUnwindSafe(move || deep::with_room(room, move || frame.run(places, task)));
        Poll::Ready(catch_unwind(start))
    });
    let finished = match begun.await {
        Ok(Running::Done) => Ok(()),
        Ok(Running::Pending(future)) => unwinding(InRoom::new(future, room)).await,
        Err(panic) => Err(panic),
    };
    let ran = held.in_room(|frame| match finished {
        Ok(()) => caught(frame, |frame| frame.outcome()),
        Err(panic) => Err(panicked(frame, &*panic)),
    });
    (Some(held), ran)
}

async fn blocking(mut held: Held, mut places: Places) -> (Option<Held>, Result<()>) {
    let callable = held.frame().definition().name;
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return (Some(held), Err(ErrorKind::NoRuntime { callable }.into()));
    };
    // The pool's thread is in no span of its own.
    let span = Span::current();
    let ran = runtime.spawn_blocking(move || {
        let ran = span.in_scope(|| held.in_room(|frame| call(frame, &mut places)));
        (held, ran)
    });
    match ran.await {
        Ok((held, ran)) => (Some(held), ran),
        // The panic of the function itself is caught above; what is left is the pool shutting down.
        Err(lost) => (None, Err(ErrorKind::Panicked { callable, message: lost.to_string().into() }.into())),
    }
}

#[cold]
fn panicked(frame: &dyn Frame, panic: &(dyn Any + Send)) -> Error {
    let message = unwind::message_of(panic);
    ErrorKind::Panicked { callable: frame.definition().name, message: message.into() }.into()
}
