//! One call, one path: plan → bind → run → settle → commit → publish; and back to bind, if another commit came
//! first.
//!
//! Each step is a file and knows only the one before it, through a plain data type. The path is the
//! same for typed calls and calls by name, for synchronous and asynchronous functions; nothing in
//! it is generic over callables.

mod bind;
mod by_name;
mod commit;
mod held;
mod memo;
mod plan;
mod publish;
mod retry;
mod run;
mod settle;
mod trace;

use std::sync::Arc;

use tracing::Instrument;

pub(crate) use self::by_name::by_name;
use self::commit::Underway;
use self::held::Held;
use crate::callable::{Frame, Loose};
use crate::deep;
use crate::error::{Error, Result};
use crate::execution::{Execution, PutOut, Strategy};
use crate::memo::Kept;
use crate::scope::{CallOptions, Scope};
use crate::signature::Mode;

/// What a call that succeeded leaves behind.
pub(crate) struct Completed {
    pub(crate) execution: Arc<Execution>,
    answer: Answer,
}

/// Where what a call put out comes from.
enum Answer {
    Computed(PutOut),
    Reused(Arc<Kept>),
}

impl Completed {
    pub(crate) fn put_out(&self) -> &PutOut {
        match &self.answer {
            Answer::Computed(put_out) => put_out,
            Answer::Reused(kept) => &kept.put_out,
        }
    }
}

/// Runs a call whose slots are filled, as its callable runs.
pub(crate) async fn filled(
    scope: Scope<'_>,
    mut frame: Box<dyn Frame>,
    loose: Loose,
    options: CallOptions,
) -> Result<Completed> {
    match frame.definition().mode {
        Mode::Inline => in_place(scope, frame.as_mut(), loose, &options),
        Mode::Async | Mode::Blocking => in_time(scope, frame, loose, options).await.1,
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
    ended.map_err(|error| underway.fail(error))
}

/// Runs the function of a synchronous callable, and commits what it puts out.
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

/// Runs a callable that takes its time: an asynchronous one, or one on the blocking pool.
///
/// Gives the frame back, unless the blocking pool lost it.
pub(crate) async fn in_time(
    scope: Scope<'_>,
    mut frame: Box<dyn Frame>,
    loose: Loose,
    options: CallOptions,
) -> (Option<Box<dyn Frame>>, Result<Completed>) {
    let plan = plan_of(frame.as_mut(), &options);
    let mut underway = Underway::new(scope, frame.definition(), plan, &options);
    let span = underway.span.clone();
    let (frame, ended) = match span.in_scope(|| bind_all(&mut underway, frame.as_mut(), loose)) {
        Ok(()) => match underway.definition.memo {
            Some(memo) => memo::in_time(&mut underway, frame, memo()).await,
            None => compute_in_time(&mut underway, frame).await,
        },
        Err(error) => (Some(frame), Err(error)),
    };
    (frame, ended.map_err(|error| underway.fail(error)))
}

/// Runs the function of a callable that takes its time, and commits what it puts out.
async fn compute_in_time(
    underway: &mut Underway<'_>,
    mut frame: Box<dyn Frame>,
) -> (Option<Box<dyn Frame>>, Result<Completed>) {
    let span = underway.span.clone();
    loop {
        let held = Held::new(frame, underway.inputs.room());
        let (held, ran) = run::in_time(underway, held).instrument(span.clone()).await;
        let Some(mut held) = held else {
            let Err(error) = ran else { unreachable!("a function that has run gives its frame back") };
            return (None, Err(error));
        };
        let ended = span.in_scope(|| {
            held.in_room(|frame| match ran {
                Ok(()) => finish(underway, frame),
                Err(error) => Err(error),
            })
        });
        frame = held.release();
        let again = match ended {
            Ok(completed) => return (Some(frame), Ok(completed)),
            Err(error) => span.in_scope(|| retry::rebind(underway, frame.as_mut(), error)),
        };
        if let Err(error) = again {
            return (Some(frame), Err(error));
        }
    }
}

fn plan_of(frame: &mut dyn Frame, options: &CallOptions) -> Strategy {
    options.strategy.unwrap_or_else(|| plan::plan(frame))
}

/// Binds what was given. A call that may be answered without running records it once it runs.
fn bind_all(underway: &mut Underway<'_>, frame: &mut dyn Frame, loose: Loose) -> Result<()> {
    let bound = underway.refuse_too_deep().and_then(|()| {
        run::caught(frame, |frame| {
            bind::bind(underway, frame, loose)?;
            if underway.definition.memo.is_none() { bind::record(underway, frame) } else { Ok(()) }
        })
    });
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

fn finish(underway: &mut Underway<'_>, frame: &mut dyn Frame) -> Result<Completed> {
    let settled = run::caught(frame, |frame| settle::settle(underway, frame))?;
    underway.commit(settled)
}
