//! Running the function: in place, as a future, or on the blocking pool; a panic is caught.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::Span;

use super::commit::Underway;
use super::held::{Held, InRoom};
use crate::callable::{Frame, Running};
use crate::deep;
use crate::error::{Error, ErrorKind, Result};
use crate::scope::{Interrupts, Places};
use crate::signature::{Kind, Mode};
use crate::unwind::{self, unwinding};

/// Runs a synchronous function on this thread.
pub(super) fn in_place(underway: &mut Underway<'_>, frame: &mut dyn Frame) -> Result<()> {
    underway.interrupts.check(underway.definition.name)?;
    let mut places = places(underway, frame);
    call(frame, &mut places)
}

/// A place for each context that the function takes: mostly none, or one.
fn places(underway: &mut Underway<'_>, frame: &dyn Frame) -> Places {
    let mut places = Places::new();
    for param in frame.definition().params {
        if param.kind == Kind::Context {
            places.push(underway.place());
        }
    }
    places
}

fn call(frame: &mut dyn Frame, places: &mut Places) -> Result<()> {
    caught(frame, |frame| {
        assert!(matches!(frame.run(places), Running::Done), "a synchronous function returns at once");
        frame.outcome()
    })
}

/// Does `work`, which runs code of the user's: the function, or what copies and records its values.
pub(super) fn caught<T>(frame: &mut dyn Frame, work: impl FnOnce(&mut dyn Frame) -> Result<T>) -> Result<T> {
    // The frame of a call that panicked is dropped unread, and what the caller holds was never in
    // it: there is nothing broken to observe.
    match catch_unwind(AssertUnwindSafe(|| work(frame))) {
        Ok(done) => done,
        Err(panic) => Err(panicked(frame, &*panic)),
    }
}

/// Runs an asynchronous function, or a synchronous one on the blocking pool.
pub(super) async fn in_time(underway: &mut Underway<'_>, mut held: Held) -> (Option<Held>, Result<()>) {
    let definition = underway.definition;
    if let Err(stopped) = underway.interrupts.check(definition.name) {
        return (Some(held), Err(stopped));
    }
    let places = places(underway, held.frame());
    let interrupts = &underway.interrupts;
    match definition.mode {
        Mode::Blocking => match interrupts.unless_stopped(definition.name, blocking(held, places)).await {
            Ok(ran) => ran,
            Err(stopped) => (None, Err(stopped)),
        },
        Mode::Async | Mode::Inline => {
            let ran = asynchronous(interrupts, &mut held, places).await;
            (Some(held), ran)
        }
    }
}

async fn asynchronous(interrupts: &Interrupts, held: &mut Held, mut places: Places) -> Result<()> {
    let callable = held.frame().definition().name;
    let room = held.room();
    let running = held.frame();
    let start = AssertUnwindSafe(move || {
        // Moved, so that the future may borrow it for as long as it lives.
        let running = running;
        deep::with_room(room, || running.run(&mut places))
    });
    let finished = match catch_unwind(start) {
        Ok(Running::Done) => Ok(()),
        Ok(Running::Pending(future)) => {
            interrupts.unless_stopped(callable, unwinding(InRoom::new(future, room))).await?
        }
        Err(panic) => Err(panic),
    };
    held.in_room(|frame| match finished {
        Ok(()) => caught(frame, |frame| frame.outcome()),
        Err(panic) => Err(panicked(frame, &*panic)),
    })
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
