//! One call, one path: plan → bind → run → settle → commit.
//!
//! Each step is a file and knows only the one before it, through a plain data type. The path is the
//! same for typed calls and calls by name, for synchronous and asynchronous functions; nothing in
//! it is generic over callables.

mod bind;
mod by_name;
mod commit;
mod held;
mod plan;
mod run;
mod settle;
mod versions;

use std::sync::Arc;

pub use self::bind::Binder;
pub(crate) use self::by_name::by_name;
use self::commit::Underway;
use self::held::Held;
pub use self::settle::Settler;
use crate::argument::ArgValue;
use crate::callable::{Frame, Scope};
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

/// Runs a synchronous callable here and now.
pub(crate) fn in_place(scope: Scope<'_>, frame: &mut dyn Frame, loose: Loose) -> Result<Completed> {
    let underway = begin(scope, frame, loose)?;
    let room = underway.inputs.room();
    deep::with_room(room, || {
        let completed = match run::in_place(&underway, frame) {
            Ok(()) => finish(underway, frame),
            Err(error) => Err(underway.fail(error)),
        };
        if room > 0 || completed.is_err() {
            frame.release();
        }
        completed
    })
}

/// Runs a callable that takes its time: an asynchronous one, or one on the blocking pool.
///
/// Gives the frame back, unless the blocking pool lost it.
pub(crate) async fn in_time(
    scope: Scope<'_>,
    mut frame: Box<dyn Frame>,
    loose: Loose,
) -> (Option<Box<dyn Frame>>, Result<Completed>) {
    let underway = match begin(scope, frame.as_mut(), loose) {
        Ok(underway) => underway,
        Err(error) => return (Some(frame), Err(error)),
    };
    let (held, ran) = run::in_time(&underway, Held::new(frame, underway.inputs.room())).await;
    let Some(mut held) = held else {
        let Err(error) = ran else { unreachable!("a function that has run gives its frame back") };
        return (None, Err(underway.fail(error)));
    };
    let completed = held.in_room(|frame| match ran {
        Ok(()) => finish(underway, frame),
        Err(error) => Err(underway.fail(error)),
    });
    (Some(held.release()), completed)
}

fn begin<'w>(scope: Scope<'w>, frame: &mut dyn Frame, loose: Loose) -> Result<Underway<'w>> {
    let plan = plan::plan(frame);
    let mut underway = Underway::new(scope, frame.definition(), plan);
    match run::caught(frame, |frame| bind::bind(&mut underway, frame, plan, loose)) {
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
    Underway::new(scope, frame.definition(), plan).fail(error)
}

fn finish(underway: Underway<'_>, frame: &mut dyn Frame) -> Result<Completed> {
    match run::caught(frame, |frame| settle::settle(&underway, frame)) {
        Ok(settled) => underway.commit(settled),
        Err(error) => Err(underway.fail(error)),
    }
}
