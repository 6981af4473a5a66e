//! Nothing of a replay is seen in the world, whatever the function does.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ecs::prelude::*;

use super::fresh::Fresh as _;
use super::{Course, Student, block_on, course, raise, student};

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Rule {
    id: Id,
    step: f64,
}

#[callable]
fn apply(student: &mut Student, rule: &Rule) -> Course {
    student.gpa += rule.step;
    course("Applied", &["Ann"])
}

struct Done;

/// Calls, inserts, commits, tells, and leaves a handle behind.
static LEFT_BEHIND: Mutex<Vec<Stored<Student>>> = Mutex::new(Vec::new());

#[callable]
fn do_everything(context: &Context, student: &mut Student, salt: f64) -> ecs::Result<Vec<Student>> {
    let runs = context.executions(&ExecutionFilter::new())?.len() as f64;
    let inserted = context.insert(super::student("Inserted", 1.0))?;
    let committed = context.commit(Student { gpa: 2.0, ..(*inserted).clone() })?;
    // A config that is another every time, so that the replay has one of its own.
    let rule = Rule { id: Id::new(), step: salt + runs };
    apply::call(context, &committed, rule.clone()).wait()?;
    context.insert(Rule { id: Id::new(), ..rule })?;
    raise::call(context, super::student("Given", 1.0), runs).wait()?;
    let failed = context.execute("raise", args! { student: &inserted }).wait();
    assert_eq!(failed.expect_err("there is no step").code(), "missing-argument");
    LEFT_BEHIND.lock().expect("no test panics").push(committed);
    context.emit(Done);
    student.gpa += 1.0;
    Ok(vec![super::student("Returned", runs)])
}

/// Everything that can be seen of a world.
fn seen(world: &World) -> ecs::Result<BTreeMap<String, Vec<String>>> {
    let mut seen = BTreeMap::new();
    for execution in world.executions(&ExecutionFilter::new())? {
        let tree = world.execution_tree(execution.id)?;
        seen.insert(format!("execution {}", execution.id), vec![format!("{execution:?}"), tree.to_string()]);
        for ecs_id in execution.versions() {
            let version = world.version(ecs_id)?;
            let lineage_id = version.lineage_id();
            let history = world.history(lineage_id)?;
            let mut told = vec![history.to_string()];
            told.extend(history.heads().map(|head| head.version.to_string()));
            told.push(world.any_head(lineage_id)?.to_string());
            told.push(world.dependents(ecs_id, None)?.to_string());
            seen.insert(format!("version {ecs_id}"), told);
        }
    }
    Ok(seen)
}

#[test]
fn a_replay_leaves_no_trace() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let outcome = world.execute("do_everything", args! { student: &alice, salt: 0.5 }).wait()?;
    let before = seen(&world)?;
    let mut events = world.on(EventFilter::new()).stream();
    let counted = format!("{:?}", world.events().statistics());
    LEFT_BEHIND.lock().expect("no test panics").clear();

    let replay = world.replay(outcome.execution().id).wait()?;
    // It read how many executions there are, so it is not the same.
    assert!(!replay.differences().is_empty(), "{replay}");
    assert_eq!(seen(&world)?, before);
    assert!(events.try_next().is_none(), "its events reach nobody");
    assert_eq!(format!("{:?}", world.events().statistics()), counted);

    let ran = replay.ran.expect("it ran");
    assert_eq!(world.execution(ran.id).expect_err("it is nowhere").code(), "unknown-execution");
    for output in &ran.outputs {
        assert_eq!(world.version(output.ecs_id).expect_err("it is nowhere").code(), "unknown-version");
    }
    // A handle that the function left behind is one of another world.
    let foreign = LEFT_BEHIND.lock().expect("no test panics").pop().expect("the replay left one");
    let error = raise::call(&world, &foreign, 1.0).wait().expect_err("it is of no version here");
    assert_eq!(error.code(), "unknown-version");
    let error = raise::call(&world, (*foreign).clone(), 1.0).wait().expect_err("it is of no version here");
    assert_eq!(error.code(), "foreign-entity");
    Ok(())
}

#[test]
fn a_config_that_a_replay_made_is_made_again_by_a_call() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let outcome = world.execute("do_everything", args! { student: &alice, salt: 0.25 }).wait()?;
    let runs = world.executions(&ExecutionFilter::new())?.len() as f64;
    world.replay(outcome.execution().id).wait()?;
    // The content of the one that the replay made.
    let rule = Rule { id: Id::new(), step: 0.25 + runs };
    let applied = block_on(apply::call(&world, &world.head::<Student>(&alice)?, rule).recorded())?;
    let config = world.version(applied.execution.configs[0])?;
    assert_eq!(config.execution_id(), Some(applied.execution.id));
    assert_eq!(world.history(&config)?.entries().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_replay_that_is_dropped_leaves_no_trace() -> ecs::Result<()> {
    let world = World::fresh()?;
    let slow = doze::call(&world, student("Alice", 1.0)).recorded().await?;
    let before = seen(&world)?;
    let dropped =
        tokio::time::timeout(std::time::Duration::from_millis(2), world.replay(slow.execution.id).into_future());
    assert!(dropped.await.is_err(), "it dozes longer");
    assert_eq!(seen(&world)?, before);
    Ok(())
}

#[callable]
async fn doze(student: &mut Student) {
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    student.gpa += 1.0;
}
