//! One call, one path: plan → bind → run → settle → commit → publish; and back to bind, if another commit came
//! first.
//!
//! Each step is a file and knows only the one before it, through a plain data type. The path is the
//! same for typed calls and calls by name, for synchronous and asynchronous functions; nothing in
//! it is generic over callables.

mod bind;
mod by_name;
mod commit;
mod completed;
mod held;
mod memo;
mod plan;
mod publish;
mod retry;
mod run;
mod settle;
mod trace;

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::task::{Context as TaskContext, Poll};

use tracing::Instrument;

pub(crate) use self::by_name::by_name;
use self::commit::Underway;
pub(crate) use self::completed::Completed;
use self::held::Held;
use self::run::Attempt;
use crate::callable::{BoxFuture, Frame, Loose, Memoized, Polled, Settled};
use crate::deep;
use crate::error::{Error, Result};
use crate::execution::Strategy;
use crate::scope::{CallOptions, Scope};
use crate::signature::Mode;

/// Runs a call whose slots are filled, as its callable runs.
pub(crate) async fn filled(scope: Scope<'_>, mut frame: Box<dyn Frame>, loose: Loose, options: CallOptions) -> Ran {
    if frame.definition().mode == Mode::Inline {
        let completed = in_place(scope, frame.as_mut(), loose, &options);
        return (Some(frame), completed);
    }
    let mut given = Some((frame, loose));
    let begun = poll_fn(|task| {
        let Some((frame, loose)) = given.take() else { unreachable!("a call begins once") };
        Poll::Ready(in_time(scope, frame, loose, &options, task))
    });
    match begun.await {
        InTime::Ended(ran) => ran,
        InTime::Later(later) => later.await,
    }
}

/// Runs a synchronous callable here and now.
pub(crate) fn in_place(
    scope: Scope<'_>,
    frame: &mut dyn Frame,
    loose: Loose,
    options: &CallOptions,
) -> Result<Completed> {
    let mut underway = Underway::new(scope, frame.definition(), plan_of(frame, options), options);
    let span = underway.span.clone();
    let ended = span.in_scope(|| {
        bind_all(&mut underway, frame, loose)?;
        match underway.definition.memo {
            Some(memo) => memo::in_place(&mut underway, frame, memo()),
            None => compute_in_place(&mut underway, frame),
        }
    });
    underway.end(ended)
}

/// Runs the function of a synchronous callable, and commits what it puts out.
#[inline]
fn compute_in_place(underway: &mut Underway<'_>, frame: &mut dyn Frame) -> Result<Completed> {
    loop {
        let room = underway.inputs.room();
        let ended = deep::with_room(room, || {
            let ended = match run::in_place(underway, frame) {
                Ok(()) => finish(underway, frame),
                Err(error) => Err(error),
            };
            if room > 0 || ended.is_err() {
                frame.release();
            }
            ended
        });
        match ended {
            Ok(completed) => return Ok(completed),
            Err(error) => retry::rebind(underway, frame, error)?,
        }
    }
}

/// How far a call got at once that takes its time.
pub(crate) enum InTime<'w> {
    Ended(Ran),
    Later(BoxFuture<'w, Ran>),
}

/// What a call that takes its time gives back: its frame, unless that was lost, and how it went.
pub(crate) type Ran = (Option<Box<dyn Frame>>, Result<Completed>);

/// Runs a callable that takes its time, an asynchronous one or one on the blocking pool, as far as it gets at once.
/// A function that need not wait gets to its end; what is kept of a call that waits is made when it does.
pub(crate) fn in_time<'w>(
    scope: Scope<'w>,
    mut frame: Box<dyn Frame>,
    loose: Loose,
    options: &CallOptions,
    task: &mut TaskContext<'_>,
) -> InTime<'w> {
    let plan = plan_of(frame.as_mut(), options);
    let mut underway = Underway::new(scope, frame.definition(), plan, options);
    let span = underway.span.clone();
    match span.in_scope(|| begin(&mut underway, frame, loose, task)) {
        ControlFlow::Break((frame, ended)) => InTime::Ended((frame, underway.end(ended))),
        ControlFlow::Continue(rest) => InTime::Later(Box::pin(go_on(underway, rest))),
    }
}

/// What is left to do of a call that takes its time.
enum Rest {
    /// Look for the result of an equal call.
    Ask(Box<dyn Frame>, &'static Memoized),
    Compute(Next),
}

/// How a function goes on that takes its time.
enum Next {
    /// Begin an attempt.
    Begin(Box<dyn Frame>),
    /// Wait for one.
    Wait(Polled<Attempt>),
}

fn begin(
    underway: &mut Underway<'_>,
    mut frame: Box<dyn Frame>,
    loose: Loose,
    task: &mut TaskContext<'_>,
) -> ControlFlow<Ran, Rest> {
    if let Err(error) = bind_all(underway, frame.as_mut(), loose) {
        return ControlFlow::Break((Some(frame), Err(error)));
    }
    if let Some(memo) = underway.definition.memo {
        return ControlFlow::Continue(Rest::Ask(frame, memo()));
    }
    let mut attempt = match run::attempt(underway, frame) {
        Ok(attempt) => attempt,
        Err((frame, stopped)) => return ControlFlow::Break((Some(frame), Err(stopped))),
    };
    match attempt.as_mut().poll(task) {
        Poll::Ready((held, ran)) => conclude(underway, held, ran).map_continue(Rest::Compute),
        Poll::Pending => ControlFlow::Continue(Rest::Compute(Next::Wait(Polled::new(attempt)))),
    }
}

async fn go_on(mut underway: Underway<'_>, rest: Rest) -> Ran {
    let (frame, ended) = match rest {
        Rest::Ask(frame, memo) => memo::in_time(&mut underway, frame, memo).await,
        Rest::Compute(next) => compute_in_time(&mut underway, next).await,
    };
    (frame, underway.end(ended))
}

/// Runs the function of a callable that takes its time, and commits what it puts out.
async fn compute_in_time(underway: &mut Underway<'_>, mut next: Next) -> Ran {
    let span = underway.span.clone();
    loop {
        let attempt = match next {
            Next::Wait(attempt) => attempt,
            Next::Begin(frame) => match run::attempt(underway, frame) {
                Ok(attempt) => Polled::not_yet(attempt),
                Err((frame, stopped)) => return (Some(frame), Err(stopped)),
            },
        };
        let waited = underway.interrupts.unless_stopped(underway.definition.name, attempt);
        let (held, ran) = waited.instrument(span.clone()).await.unwrap_or_else(|stopped| (None, Err(stopped)));
        match span.in_scope(|| conclude(underway, held, ran)) {
            ControlFlow::Break(ran) => return ran,
            ControlFlow::Continue(again) => next = again,
        }
    }
}

/// Commits what an attempt put out, unless there is to be another.
fn conclude(underway: &mut Underway<'_>, held: Option<Held>, ran: Result<()>) -> ControlFlow<Ran, Next> {
    let Some(mut held) = held else {
        let Err(error) = ran else { unreachable!("a function that has run gives its frame back") };
        return ControlFlow::Break((None, Err(error)));
    };
    let ended = held.in_room(|frame| match ran {
        Ok(()) => finish(underway, frame),
        Err(error) => Err(error),
    });
    let mut frame = held.release();
    match ended {
        Ok(completed) => ControlFlow::Break((Some(frame), Ok(completed))),
        Err(error) => match retry::rebind(underway, frame.as_mut(), error) {
            Ok(()) => ControlFlow::Continue(Next::Begin(frame)),
            Err(error) => ControlFlow::Break((Some(frame), Err(error))),
        },
    }
}

#[inline]
fn plan_of(frame: &mut dyn Frame, options: &CallOptions) -> Strategy {
    options.strategy.unwrap_or_else(|| plan::plan(frame))
}

/// Binds and records what was given.
#[inline]
fn bind_all(underway: &mut Underway<'_>, frame: &mut dyn Frame, loose: Loose) -> Result<()> {
    let bound =
        underway.refuse_too_deep().and_then(|()| run::caught(frame, |frame| bind::bind(underway, frame, loose)));
    if bound.is_err() {
        frame.release();
    }
    bound
}

/// Records a call whose arguments were refused before any was bound.
fn refuse(scope: Scope<'_>, frame: &mut dyn Frame, error: Error) -> Error {
    let plan = plan::plan(frame);
    Underway::new(scope, frame.definition(), plan, &CallOptions::default()).fail(error)
}

#[inline]
fn finish(underway: &mut Underway<'_>, frame: &mut dyn Frame) -> Result<Completed> {
    let mut settled = Settled::default();
    run::caught(frame, |frame| settle::settle(underway, frame, &mut settled))?;
    underway.commit(&mut settled)
}
