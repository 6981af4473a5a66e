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
mod interrupts;
mod plan;
pub(crate) mod publish;
mod retry;
mod run;
mod settle;
mod trace;
mod versions;

use std::sync::Arc;

use tracing::Instrument;

pub use self::bind::Binder;
pub(crate) use self::by_name::by_name;
use self::commit::Underway;
use self::held::Held;
pub(crate) use self::interrupts::Interrupts;
pub use self::settle::Settler;
use crate::argument::ArgValue;
use crate::callable::{CallOptions, Frame, Mode, Scope};
use crate::deep;
use crate::entity::AnyStored;
use crate::error::{Error, Result};
use crate::execution::Execution;

/// What a call that succeeded leaves behind.
pub(crate) struct Completed {
    pub(crate) execution: Arc<Execution>,
    /// The outputs, in the order of `execution.outputs`.
    pub(crate) outputs: smallvec::SmallVec<[AnyStored; 2]>,
    /// The generated output entity.
    pub(crate) output_entity: Option<AnyStored>,
}

/// Arguments by name that are fields of configs, not parameters.
pub(crate) type Loose = Vec<(Box<str>, ArgValue)>;

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
    let mut underway = begin(scope, frame, loose, options)?;
    let span = underway.span.clone();
    let _entered = span.enter();
    loop {
        let room = underway.inputs.room();
        let ended = deep::with_room(room, || {
            let ended = match run::in_place(&mut underway, frame) {
                Ok(()) => finish(&mut underway, frame),
                Err(error) => Err(error),
            };
            if room > 0 || ended.is_err() {
                frame.release();
            }
            ended
        });
        match ended {
            Ok(completed) => return Ok(completed),
            Err(error) => match retry::rebind(&mut underway, frame, error) {
                Ok(()) => {}
                Err(error) => return Err(underway.fail(error)),
            },
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
    let mut underway = match begin(scope, frame.as_mut(), loose, &options) {
        Ok(underway) => underway,
        Err(error) => return (Some(frame), Err(error)),
    };
    let span = underway.span.clone();
    loop {
        let held = Held::new(frame, underway.inputs.room());
        let (held, ran) = run::in_time(&mut underway, held).instrument(span.clone()).await;
        let Some(mut held) = held else {
            let Err(error) = ran else { unreachable!("a function that has run gives its frame back") };
            return (None, Err(underway.fail(error)));
        };
        let ended = span.in_scope(|| {
            held.in_room(|frame| match ran {
                Ok(()) => finish(&mut underway, frame),
                Err(error) => Err(error),
            })
        });
        frame = held.release();
        match ended {
            Ok(completed) => return (Some(frame), Ok(completed)),
            Err(error) => match span.in_scope(|| retry::rebind(&mut underway, frame.as_mut(), error)) {
                Ok(()) => {}
                Err(error) => return (Some(frame), Err(underway.fail(error))),
            },
        }
    }
}

fn begin<'w>(scope: Scope<'w>, frame: &mut dyn Frame, loose: Loose, options: &CallOptions) -> Result<Underway<'w>> {
    let plan = options.strategy.unwrap_or_else(|| plan::plan(frame));
    let mut underway = Underway::new(scope, frame.definition(), plan, options);
    let bound = underway.span.clone().in_scope(|| {
        underway.refuse_too_deep()?;
        run::caught(frame, |frame| bind::bind(&mut underway, frame, loose))
    });
    match bound {
        Ok(()) => Ok(underway),
        Err(error) => {
            frame.release();
            Err(underway.fail(error))
        }
    }
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
