//! Callables that call others, read the world and store things.

use ecs::prelude::*;
use ecs::{Difference, ReplayOutcome};

use super::fresh::Fresh as _;
use super::{Student, block_on, identical, raise, recorded, student};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    id: Id,
    before: Ref<Student>,
    after: Ref<Student>,
    copies: Vec<Ref<Student>>,
}

#[callable]
fn raised_report(context: &Context, student: &Student, step: f64) -> ecs::Result<(Report, Vec<Student>)> {
    let raised = raise::call(context, student.clone(), step).wait()?;
    let copy = context.insert(super::student("Copy", raised.gpa))?;
    let again = copied::call(context, &raised).wait()?;
    let before = Ref::to(student).expect("what is given is stored");
    let copies = vec![copy.to_ref(), again.to_ref()];
    let report = Report { id: Id::new(), before, after: raised.to_ref(), copies };
    Ok((report, vec![(*again).clone(), (*copy).clone()]))
}

#[callable]
fn copied(student: &Student) -> Student {
    student.fork()
}

#[test]
fn references_to_what_the_run_made_count_by_what_they_point_at() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let outcome = world.execute("raised_report", args! { student: &alice, step: 0.25 }).wait()?;
    let replay = identical(&world, outcome.execution());
    let (recorded, ran) = (replay.execution, replay.ran.expect("it ran"));
    assert_ne!(recorded.outputs[0].ecs_id, ran.outputs[0].ecs_id);
    Ok(())
}

#[callable(on_conflict = Retry(3))]
fn count_patiently(student: &mut Student) {
    student.gpa += 1.0;
}

#[callable]
fn count_twice(context: &Context, student: &Student) -> ecs::Result<f64> {
    count_patiently::call(context, student.clone()).wait()?;
    let twice = count_patiently::call(context, student.clone()).wait()?;
    Ok(twice.gpa)
}

#[callable]
fn count_against_itself(context: &Context, student: &Student) -> ecs::Result<f64> {
    let student = context.stored(student)?;
    raise::call(context, &student, 1.0).wait()?;
    // The handle is no longer to the head.
    Ok(raise::call(context, &student, 1.0).wait()?.gpa)
}

#[test]
fn a_replay_is_in_conflict_with_itself_alone() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 1.0))?;
    let twice = block_on(count_twice::call(&world, &alice).recorded())?;
    assert_eq!(twice.output, 3.0, "the second call was bound to the version of the first");
    identical(&world, &twice.execution);

    let bob = world.insert(student("Bob", 1.0))?;
    let failed = recorded(&world, block_on(count_against_itself::call(&world, &bob).recorded()));
    assert!(matches!(&failed.status(), Status::Failed { code: "callable-failed", .. }), "{}", failed.status());
    // The message names the head that was found, which is another in the replay.
    identical(&world, &failed);
    // And neither is in conflict with what was written since.
    let head = world.head::<Student>(&alice)?;
    raise::call(&world, &head, 1.0).wait()?;
    identical(&world, &twice.execution);
    Ok(())
}

#[callable]
fn newest_gpa(context: &Context, student: &Student) -> ecs::Result<f64> {
    Ok(context.head::<Student>(student.id().lineage_id())?.gpa)
}

#[test]
fn what_a_function_reads_from_the_world_is_read_as_it_is_now() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let outcome = world.execute("newest_gpa", args! { student: &alice }).wait()?;
    identical(&world, outcome.execution());
    raise::call(&world, &alice, 0.25).wait()?;
    let replay = world.replay(outcome.execution().id).wait()?;
    let ReplayOutcome::Different { differences } = &replay.outcome else { panic!("{replay}") };
    let [Difference::Output(output)] = &differences[..] else { panic!("{replay}") };
    assert_eq!(output.output_index, None);
    assert_eq!(output.entities[0].fields[0].to_string(), "result 3.5, replayed 3.75");
    Ok(())
}

#[callable]
fn replayed(context: &Context, steps: u64) -> ecs::Result<bool> {
    let raises = context.executions(&ExecutionFilter::new().callable("raise"))?;
    let all = raises.iter().take(steps as usize).map(|execution| context.replay(execution.id).wait());
    all.map(|replay| replay.map(|replay| replay.is_identical())).try_fold(true, |all, one| Ok(all && one?))
}

#[test]
fn a_callable_may_replay_others_and_be_replayed() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    raise::call(&world, &alice, 0.25).wait()?;
    let outcome = world.execute("replayed", args! { steps: 1 }).wait()?;
    assert_eq!(outcome.value()?, true);
    identical(&world, outcome.execution());
    Ok(())
}

#[test]
fn an_execution_called_from_inside_another_is_replayed_on_its_own() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let outcome = world.execute("raised_report", args! { student: &alice, step: 0.25 }).wait()?;
    let tree = world.execution_tree(outcome.execution().id)?;
    assert_eq!(tree.entries().len(), 3);
    for entry in &tree.entries()[1..] {
        let replay = identical(&world, &entry.execution);
        assert_eq!(replay.ran.expect("it ran").parent, None);
    }
    Ok(())
}

#[callable]
fn audit(context: &Context) -> ecs::Result<Vec<String>> {
    let summary = context.replay_all(&ExecutionFilter::new()).wait()?;
    Ok(summary.others.iter().filter_map(|replay| replay.reason()).map(|reason| reason.name().to_owned()).collect())
}

#[test]
fn a_callable_that_replays_everything_does_not_replay_itself_for_ever() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    raise::call(&world, &alice, 0.25).wait()?;
    for _ in 0..3 {
        assert!(audit::call(&world).wait()?.is_empty(), "it is not recorded while it runs");
    }
    let last = world.executions(&ExecutionFilter::new().callable("audit"))?.pop().expect("there are three");
    let replay = world.replay(last.id).wait()?;
    // It finds its own record now, and leaves it alone.
    let [Difference::Output(output)] = replay.differences() else { panic!("{replay}") };
    assert_eq!(output.entities[0].fields[0].to_string(), "result [], replayed [\"not-older\"]");
    Ok(())
}
