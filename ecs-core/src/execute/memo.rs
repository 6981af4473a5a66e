//! Calls of callables whose results are kept: once it is bound, a call looks for an equal one, and runs only if
//! there is none.

use std::sync::Arc;

use super::commit::Underway;
use super::{Completed, Next, Ran, bind, compute_in_place, compute_in_time, run};
use crate::callable::{Frame, Memoized};
use crate::entity::{AnyStored, ContentHash};
use crate::error::Result;
use crate::ground::Ground;
use crate::memo::{Kept, Lead, MemoKey, Turn};
use crate::wait::block_on;

/// Answers a synchronous call, or runs it.
pub(super) fn in_place(
    underway: &mut Underway<'_>,
    frame: &mut dyn Frame,
    memo: &'static Memoized,
) -> Result<Completed> {
    let turn = match look(underway, frame, memo)? {
        Look::Sure(turn) => turn,
        Look::Ask(key) => block_on(ask(underway, &key, true))?,
    };
    match turn {
        Turn::Reuse(kept) => reuse(underway, frame, memo, kept),
        Turn::Run(lead) => {
            let keeping = record(underway, frame, lead)?;
            let completed = compute_in_place(underway, frame)?;
            keep(underway.ground(), frame, memo, keeping, &completed);
            Ok(completed)
        }
    }
}

/// Answers a call that takes its time, or runs it.
pub(super) async fn in_time(underway: &mut Underway<'_>, mut frame: Box<dyn Frame>, memo: &'static Memoized) -> Ran {
    let turn = match look(underway, frame.as_mut(), memo) {
        Ok(Look::Sure(turn)) => Ok(turn),
        Ok(Look::Ask(key)) => ask(underway, &key, false).await,
        Err(error) => Err(error),
    };
    let recorded = match turn {
        Ok(Turn::Reuse(kept)) => {
            let reused = reuse(underway, frame.as_mut(), memo, kept);
            return (Some(frame), reused);
        }
        Ok(Turn::Run(lead)) => record(underway, frame.as_mut(), lead),
        Err(error) => Err(error),
    };
    let keeping = match recorded {
        Ok(keeping) => keeping,
        Err(error) => return (Some(frame), Err(error)),
    };
    let (frame, completed) = compute_in_time(underway, Next::Begin(frame)).await;
    if let (Some(frame), Ok(completed)) = (&frame, &completed) {
        keep(underway.ground(), frame.as_ref(), memo, keeping, completed);
    }
    (frame, completed)
}

/// What a call sees that looks for the result of an equal one.
enum Look<'w> {
    /// How it goes on.
    Sure(Turn<'w>),
    /// Nothing is kept under its key, which is large; an equal one may run.
    Ask(Box<MemoKey>),
}

/// Looks for the result of an equal call. A call with a value that cannot be encoded has no equal; it goes on,
/// and fails where that value is recorded.
fn look<'w>(underway: &Underway<'w>, frame: &mut dyn Frame, memo: &'static Memoized) -> Result<Look<'w>> {
    let (memos, moment) = (underway.ground().memos(), underway.moment);
    run::caught(frame, |frame| {
        let Some(key) = memo.key(frame) else { return Ok(Look::Sure(Turn::Run(None))) };
        match memos.find(&key, moment) {
            Some(kept) => Ok(Look::Sure(Turn::Reuse(kept))),
            None => Ok(Look::Ask(Box::new(key))),
        }
    })
}

/// Waits for an equal call that runs, or lets this one run.
async fn ask<'w>(underway: &Underway<'w>, key: &MemoKey, is_in_place: bool) -> Result<Turn<'w>> {
    let turn = underway.ground().memos().turn(key, underway.moment, underway.caller(is_in_place));
    underway.interrupts.unless_stopped(underway.definition.name, turn).await
}

/// Answers a call with what an equal one put out.
fn reuse(
    underway: &mut Underway<'_>,
    frame: &mut dyn Frame,
    memo: &'static Memoized,
    kept: Arc<Kept>,
) -> Result<Completed> {
    memo.reuse(frame, &*kept.output);
    underway.reuse(kept)
}

/// What is needed to keep what a call puts out: its lead, and the content of each entity and config given.
type Keeping<'w> = Option<(Lead<'w>, Box<[ContentHash]>)>;

/// Records what a call was given that runs after all.
fn record<'w>(underway: &mut Underway<'_>, frame: &mut dyn Frame, lead: Option<Lead<'w>>) -> Result<Keeping<'w>> {
    let keeping = lead.map(|lead| (lead, underway.inputs.given().map(AnyStored::content_hash).collect()));
    run::caught(frame, |frame| bind::record(underway, frame))?;
    Ok(keeping)
}

/// Keeps what a call put out, if it can be.
fn keep(ground: &Ground, frame: &dyn Frame, memo: &'static Memoized, keeping: Keeping<'_>, completed: &Completed) {
    let Some((lead, inputs)) = keeping else { return };
    let (execution, put_out) = (&completed.execution, completed.put_out());
    match memo.keep(frame).filter(|_| Kept::can_be(execution, put_out)) {
        Some(output) => {
            ground.memos().keep(lead, Kept::new(Arc::clone(execution), put_out.clone(), output, inputs));
        }
        None => ground.memos().not_kept(),
    }
}
