//! One replay, from the record to the outcome.

use std::sync::Arc;

use super::Overlay;
use super::compare::differences;
use super::outcome::{Replay, ReplayOutcome};
use super::reason::{Hindrance, NotReplayable};
use super::restore::restore;
use crate::callable::{Definition, Loose, find_readable};
use crate::deep;
use crate::error::{ErrorKind, Result};
use crate::execute;
use crate::execution::{Execution, Status};
use crate::scope::{CallOptions, Scope};
use crate::world::World;

/// Replays an execution of `world`.
///
/// # Errors
///
/// `cancelled` if a token stopped it, or if the store cannot be read.
pub(super) async fn replay(world: &World, execution: Arc<Execution>, options: CallOptions) -> Result<Replay> {
    // What is run again is the execution that computed the result.
    let computed = match execution.reused() {
        Some(computed) => world.execution(computed)?,
        None => Arc::clone(&execution),
    };
    let (ran, outcome) = match run(world, &computed, options).await {
        Ok((ran, outcome)) => (Some(ran), outcome),
        Err(Hindrance::Reason(reason)) => (None, ReplayOutcome::NotReplayable { reason }),
        Err(Hindrance::Error(error)) => return Err(error),
    };
    Ok(Replay { execution, ran, outcome })
}

async fn run(
    world: &World,
    execution: &Execution,
    options: CallOptions,
) -> Result<(Arc<Execution>, ReplayOutcome), Hindrance> {
    let definition = runnable(world, execution)?;
    refuse_without_outputs(world, execution)?;
    let scratch = &world.scratch(|store| Arc::new(Overlay::over(store)), execution.id);
    let mut frame = (definition.new_frame)(definition);
    restore(scratch.ground(), execution, frame.as_mut())?;
    let options = CallOptions { strategy: Some(execution.strategy), ..options };
    let running = execute::filled(Scope::from(scratch), frame, Loose::new(), options);
    let ran = match deep::each_level(running).await.1 {
        Ok(completed) => completed.execution,
        Err(error) => {
            let ended = error.execution().map(|id| scratch.execution(id)).transpose()?;
            match (error.kind(), ended) {
                // The failed execution that the error names is nowhere to be found.
                (ErrorKind::Cancelled { callable }, _) => {
                    return Err(Hindrance::Error(ErrorKind::Cancelled { callable }.into()));
                }
                (ErrorKind::TimedOut { .. } | ErrorKind::NoRuntime { .. }, Some(ended)) => {
                    return Err(NotReplayable::Unfinished { status: ended.status().clone() }.into());
                }
                (_, Some(ended)) => ended,
                (_, None) => return Err(error.into()),
            }
        }
    };
    let differences = differences(scratch.ground(), execution, &ran)?;
    let outcome = match differences.is_empty() {
        true => ReplayOutcome::Identical,
        false => ReplayOutcome::Different { differences },
    };
    Ok((ran, outcome))
}

/// The function to run, if it is the one that ran, and decided how that ended.
fn runnable(world: &World, execution: &Execution) -> Result<&'static Definition, Hindrance> {
    let definition = Definition::find(execution.callable()).map_err(|_unknown| NotReplayable::FunctionGone)?;
    let (recorded, found) = (execution.fingerprint(), definition.fingerprint);
    if recorded != found {
        return Err(NotReplayable::CodeChanged { recorded, found }.into());
    }
    // A function that replays what it finds would find and replay itself for ever.
    if let Some(replayed) = world.ground().replayed().filter(|replayed| execution.id >= *replayed) {
        return Err(NotReplayable::NotOlder { replayed }.into());
    }
    match execution.status() {
        Status::Cancelled => Err(NotReplayable::Cancelled.into()),
        Status::Failed { code, .. } if NotReplayable::is_not_by_function(code) => {
            Err(NotReplayable::NotByFunction { status: execution.status().clone() }.into())
        }
        Status::Succeeded | Status::Failed { .. } => Ok(definition),
    }
}

fn refuse_without_outputs(world: &World, execution: &Execution) -> Result<(), Hindrance> {
    let outputs = execution.outputs.iter().map(|output| output.ecs_id).chain(execution.output_entity);
    for version in outputs {
        if find_readable(world.ground(), version)?.is_none() {
            return Err(NotReplayable::OutputGone { version }.into());
        }
    }
    Ok(())
}
