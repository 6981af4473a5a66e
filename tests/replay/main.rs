//! Recorded executions are run again, and the replay tells whether they give the same.

mod all;
mod different;
#[path = "../common/fresh.rs"]
mod fresh;
mod hindered;
mod identical;
mod lasting;
mod nested;
#[path = "../common/one_thread.rs"]
mod one_thread;
mod traceless;

use std::sync::Arc;

use ecs::prelude::*;
use ecs::{RecordedCall, Replay, ReplayOutcome};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    title: String,
    students: Vec<Student>,
}

fn student(name: &str, gpa: f64) -> Student {
    Student { id: Id::new(), name: name.into(), gpa }
}

fn course(title: &str, names: &[&str]) -> Course {
    Course { id: Id::new(), title: title.into(), students: names.iter().map(|name| student(name, 3.0)).collect() }
}

/// Runs what needs no runtime but time.
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
}

/// What was recorded of a call, whether it succeeded or failed.
fn recorded<T>(world: &World, ended: ecs::Result<RecordedCall<T>>) -> Arc<Execution> {
    match ended {
        Ok(call) => call.execution,
        Err(error) => world.execution(error.execution().expect("it ran")).expect("it is recorded"),
    }
}

/// Replays an execution, which must give the same.
fn identical(world: &World, execution: &Execution) -> Replay {
    let replay = world.replay(execution.id).wait().expect("it can be replayed");
    assert_eq!(replay.outcome, ReplayOutcome::Identical, "{replay}");
    assert_eq!(replay.execution.id, execution.id);
    let ran = replay.ran.as_ref().expect("it ran");
    assert_ne!(ran.id, execution.id);
    assert_eq!((ran.callable(), ran.strategy), (execution.callable(), execution.strategy));
    replay
}

#[callable]
fn raise(student: &mut Student, step: f64) {
    student.gpa += step;
}
