//! What cannot be replayed, and why.

use std::sync::Arc;
use std::time::Duration;

use ecs::prelude::*;
use ecs::store::{Commit, ExecutionRecord, MemoryStore, Store};
use ecs::{CancellationToken, NotReplayable};

use super::fresh::Fresh as _;
use super::{Course, Student, course, raise, student};

/// A world whose store can be written to directly.
struct Open {
    world: World,
    store: Arc<MemoryStore>,
}

impl Open {
    fn new() -> ecs::Result<Self> {
        let store = Arc::new(MemoryStore::default());
        Ok(Self { world: World::with_store(Arc::clone(&store) as Arc<dyn Store>)?, store })
    }

    /// Records `execution` under another id than its own, changed.
    fn record(
        &self,
        execution: &Execution,
        id: ExecutionId,
        change: impl FnOnce(&mut ExecutionRecord),
    ) -> ecs::Result<()> {
        let mut changed = ExecutionRecord::of(execution);
        changed.id = id;
        change(&mut changed);
        let mut commit = Commit::default();
        commit.execution = Some(changed.restore()?);
        self.store.commit(&commit)
    }

    fn reason(&self, id: ExecutionId) -> ecs::Result<NotReplayable> {
        let replay = self.world.replay(id).wait()?;
        let reason = replay.reason().cloned();
        assert_eq!(replay.execution.id, id);
        assert!(replay.ran.is_none());
        Ok(reason.unwrap_or_else(|| panic!("{replay}")))
    }
}

/// A raised student, and an id that is not taken.
fn raised() -> ecs::Result<(Open, Arc<Execution>, ExecutionId)> {
    let open = Open::new()?;
    let alice = open.world.insert(student("Alice", 3.5))?;
    let raised = raise::call(&open.world, &alice, 0.25).wait()?;
    let execution = open.world.execution(raised.execution_id().expect("a call made it"))?;
    let other = ExecutionId::try_from(raised.ecs_id().as_uuid()).expect("an id");
    Ok((open, execution, other))
}

#[test]
fn an_unknown_execution_is_an_error() -> ecs::Result<()> {
    let (_, execution, _) = raised()?;
    let error = World::fresh()?.replay(execution.id).wait().expect_err("it is of another world");
    assert_eq!(error.code(), "unknown-execution");
    Ok(())
}

#[test]
fn a_function_that_is_gone_is_not_replayed() -> ecs::Result<()> {
    let (open, execution, id) = raised()?;
    open.record(&execution, id, |execution| execution.callable = "no_such_function".into())?;
    let reason = open.reason(id)?;
    assert_eq!(reason, NotReplayable::FunctionGone);
    assert_eq!(reason.to_string(), "no callable of that name is in this program");
    Ok(())
}

#[callable]
fn lower(student: &mut Student, step: f64) {
    student.gpa -= step;
}

#[test]
fn code_that_has_changed_is_not_replayed() -> ecs::Result<()> {
    let (open, execution, id) = raised()?;
    let (recorded, found) = (open.world.callable("lower")?.fingerprint(), execution.fingerprint());
    open.record(&execution, id, |execution| execution.fingerprint = *recorded.as_bytes())?;
    let reason = open.reason(id)?;
    assert_eq!(reason, NotReplayable::CodeChanged { recorded, found });
    assert_eq!(reason.name(), "code-changed");
    assert!(reason.to_string().contains(&recorded.to_string()), "{reason}");
    Ok(())
}

#[test]
fn inputs_that_are_gone_are_named() -> ecs::Result<()> {
    let (open, execution, id) = raised()?;
    // A version that this store never had.
    let elsewhere = World::fresh()?.insert(student("Bob", 1.0))?.ecs_id();
    open.record(&execution, id, |execution| execution.arguments[0].versions[0] = elsewhere)?;
    let reason = open.reason(id)?;
    assert_eq!(reason, NotReplayable::InputGone { parameter: "student", version: Some(elsewhere) });
    assert_eq!(reason.to_string(), format!("what was given for `student` is gone: @{elsewhere} is not stored"));

    let (open, execution, id) = raised()?;
    open.record(&execution, id, |execution| execution.configs.clear())?;
    let reason = open.reason(id)?;
    assert_eq!(reason, NotReplayable::InputGone { parameter: "step", version: None });
    assert_eq!(reason.to_string(), "what was given for `step` is not in the record");

    let (open, execution, id) = raised()?;
    open.record(&execution, id, |execution| execution.arguments.clear())?;
    assert_eq!(open.reason(id)?, NotReplayable::InputGone { parameter: "student", version: None });
    Ok(())
}

#[test]
fn an_input_that_is_another_type_now_cannot_be_read() -> ecs::Result<()> {
    let (open, execution, id) = raised()?;
    let version = open.world.insert(course("Latin", &[]))?.ecs_id();
    open.record(&execution, id, |execution| execution.arguments[0].versions[0] = version)?;
    let reason = open.reason(id)?;
    assert!(matches!(reason, NotReplayable::Unreadable { version: unreadable, .. } if unreadable == version));
    assert!(reason.to_string().contains("`Course`"), "{reason}");
    Ok(())
}

#[callable]
fn names(students: Vec<Student>) -> Vec<String> {
    students.into_iter().map(|student| student.name).collect()
}

#[test]
fn inputs_in_a_container_that_are_gone_are_named() -> ecs::Result<()> {
    let open = Open::new()?;
    let outcome = open.world.execute("names", args! { students: vec![student("Alice", 1.0)] }).wait()?;
    // The same record in a store that has the generated input, and not what it refers to.
    let other = Open::new()?;
    let mut commit = Commit::default();
    commit.versions.push(open.world.version(outcome.execution().input.expect("a generated input"))?);
    other.store.commit(&commit)?;
    other.record(outcome.execution(), outcome.execution().id, |execution| execution.output_entity = None)?;
    let gone = outcome.execution().argument("students").expect("a parameter").versions[0];
    let reason = other.reason(outcome.execution().id)?;
    assert_eq!(reason, NotReplayable::InputGone { parameter: "students", version: Some(gone) });
    Ok(())
}

#[test]
fn an_output_that_is_gone_has_nothing_to_compare_with() -> ecs::Result<()> {
    let (open, execution, id) = raised()?;
    let version = World::fresh()?.insert(student("Bob", 1.0))?.ecs_id();
    open.record(&execution, id, |execution| execution.outputs[0].ecs_id = version)?;
    assert_eq!(open.reason(id)?, NotReplayable::OutputGone { version });
    Ok(())
}

#[callable]
async fn hang(course: &mut Course, seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    course.title.push('!');
}

#[callable]
fn stumble(student: &Student) -> f64 {
    student.gpa
}

#[tokio::test]
async fn executions_that_the_function_did_not_end_are_not_replayed() -> ecs::Result<()> {
    let open = Open::new()?;
    let latin = open.world.insert(course("Latin", &[]))?;
    let token = CancellationToken::new();
    token.cancel();
    let cancelled = hang::call(&open.world, &latin, 60).cancel_on(&token).await.expect_err("it is cancelled");
    let cancelled = open.reason(cancelled.execution().expect("it is recorded"))?;
    assert_eq!(cancelled, NotReplayable::Cancelled);

    let soon = Duration::from_millis(1);
    let late = hang::call(&open.world, &latin, 60).timeout(soon).await.expect_err("it is late");
    let refused = open.world.execute("stumble", args! { pupil: 1 }).await.expect_err("there is no `pupil`");
    let changed = open.world.commit(Course { title: "Greek".into(), ..(*latin).clone() })?;
    let lost = hang::call(&open.world, &latin, 0).await.expect_err("there is another head");
    assert_ne!(changed, latin);
    for (error, code) in [(late, "timed-out"), (refused, "unknown-argument"), (lost, "conflict")] {
        assert_eq!(error.code(), code);
        let reason = open.reason(error.execution().expect("it is recorded"))?;
        let NotReplayable::NotByFunction { status } = &reason else { panic!("{reason}") };
        assert!(matches!(status, Status::Failed { code: recorded, .. } if *recorded == code), "{reason}");
    }
    Ok(())
}

#[callable]
async fn hang_if_replayed(context: &Context, student: &Student) -> ecs::Result<f64> {
    if !context.executions(&ExecutionFilter::new().callable("hang_if_replayed"))?.is_empty() {
        std::future::pending::<()>().await;
    }
    Ok(student.gpa)
}

#[tokio::test]
async fn a_replay_that_hangs_is_stopped_by_its_time_or_a_token() -> ecs::Result<()> {
    let world = World::fresh()?;
    let ran = hang_if_replayed::call(&world, student("Alice", 1.0)).recorded().await?;
    let late = world.replay(ran.execution.id).timeout(Duration::from_millis(10)).await?;
    let Some(NotReplayable::Unfinished { status }) = late.reason() else { panic!("{late}") };
    assert!(matches!(status, Status::Failed { code: "timed-out", .. }), "{late}");

    let token = CancellationToken::new();
    let replay = tokio::spawn({
        let (world, token, id) = (world.clone(), token.clone(), ran.execution.id);
        async move { world.replay(id).cancel_on(&token).await }
    });
    tokio::time::sleep(Duration::from_millis(10)).await;
    token.cancel();
    let error = replay.await.expect("it does not panic").expect_err("it is cancelled");
    assert_eq!((error.code(), error.execution()), ("cancelled", None));
    Ok(())
}

#[callable(blocking)]
fn block(student: &Student) -> f64 {
    student.gpa
}

#[test]
fn a_blocking_function_is_not_replayed_without_a_runtime() -> ecs::Result<()> {
    let open = Open::new()?;
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let ran = runtime.block_on(block::call(&open.world, student("Alice", 1.0)).recorded())?;
    let reason = open.reason(ran.execution.id)?;
    assert!(matches!(reason, NotReplayable::Unfinished { .. }), "{reason}");
    assert!(reason.to_string().contains("needs a tokio runtime"), "{reason}");
    assert!(runtime.block_on(open.world.replay(ran.execution.id).into_future())?.is_identical());
    Ok(())
}
