//! Two changes that started from one version cannot both win silently, whichever way they were made.

#[path = "common/fresh.rs"]
mod fresh;

use std::sync::Barrier;
use std::thread;

use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    id: Id,
    count: u64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    id: Id,
    seen: u64,
}

#[callable]
fn increment(counter: &mut Counter) -> Entry {
    counter.count += 1;
    Entry { id: Id::new(), seen: counter.count }
}

#[callable]
async fn increment_slowly(counter: &mut Counter) {
    let started_from = counter.count;
    tokio::task::yield_now().await;
    counter.count = started_from + 1;
}

#[callable]
fn move_one(from: &mut Counter, to: &mut Counter) {
    from.count -= 1;
    to.count += 1;
}

#[callable]
fn total(left: &Counter, right: &Counter) -> u64 {
    left.count + right.count
}

fn counter(world: &World, count: u64) -> ecs::Result<Stored<Counter>> {
    world.insert(Counter { id: Id::new(), count })
}

/// Checks that an error is a conflict that names both versions, and is recorded as a failed execution.
fn assert_conflict(world: &World, error: &Error, started_from: EcsId, head: EcsId) -> ecs::Result<()> {
    let ErrorKind::Conflict { expected, found, .. } = error.kind() else { panic!("not a conflict: {error}") };
    assert_eq!((*expected, *found), (Some(started_from), Some(head)));
    let message = error.to_string();
    assert!(message.contains(&started_from.to_string()) && message.contains(&head.to_string()), "{message}");
    let execution = world.execution(error.execution().expect("the failed execution is recorded"))?;
    assert_eq!(*execution.status(), Status::Failed { code: "conflict", message: message.into() });
    assert!(execution.outputs.is_empty() && execution.output_entity.is_none());
    assert!(
        execution.arguments().next().expect("a parameter").versions.contains(&started_from),
        "what it started from is in the record"
    );
    for version in execution.versions() {
        world.version(version)?;
    }
    Ok(())
}

#[tokio::test]
async fn using_the_old_handle_again_is_a_conflict_not_a_lost_update() -> ecs::Result<()> {
    let world = World::fresh()?;
    let old = counter(&world, 0)?;
    let (new, _) = increment::call(&world, &old).await?;
    for _ in 0..4 {
        let error = increment::call(&world, &old).await.expect_err("the head has moved");
        assert_conflict(&world, &error, old.ecs_id(), new.ecs_id())?;
    }
    let error = world.execute("increment", args! { counter: old.address() }).await.expect_err("the head has moved");
    assert_conflict(&world, &error, old.ecs_id(), new.ecs_id())?;
    assert_eq!(world.head::<Counter>(&old)?, new);
    assert_eq!(world.history(&old)?.entries().len(), 2);

    let (newest, _) = increment::call(&world, world.head(&old)?).await?;
    assert_eq!(newest.count, 2, "reading the head and calling again is the cure");
    Ok(())
}

#[tokio::test]
async fn a_conflict_writes_nothing_of_what_the_call_put_out() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (left, right) = (counter(&world, 5)?, counter(&world, 5)?);
    let (newer, _) = increment::call(&world, &right).await?;
    let error = move_one::call(&world, &left, &right).await.expect_err("the right head has moved");
    let ErrorKind::Conflict { lineage_id, .. } = error.kind() else { panic!("not a conflict: {error}") };
    assert_eq!(*lineage_id, right.lineage_id());
    let execution = world.execution(error.execution().expect("the failed execution is recorded"))?;
    for version in execution.versions() {
        world.version(version)?;
    }
    assert_eq!(world.head::<Counter>(&left)?, left, "the half without a conflict was not written either");
    assert_eq!(world.head::<Counter>(&right)?, newer);

    let entries = |outcome| world.executions(&ExecutionFilter::new().callable("increment").outcome(outcome));
    let put_out = entries(Outcome::Succeeded)?.len();
    increment::call(&world, &right).await.expect_err("the head has moved");
    assert_eq!(entries(Outcome::Succeeded)?.len(), put_out);
    assert_eq!(entries(Outcome::Failed)?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn reading_an_old_version_is_no_conflict() -> ecs::Result<()> {
    let world = World::fresh()?;
    let old = counter(&world, 1)?;
    let (new, _) = increment::call(&world, &old).await?;
    assert_eq!(total::call(&world, &old, &new).await?, 3);
    Ok(())
}

#[tokio::test]
async fn the_address_of_the_head_always_starts_from_the_newest_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counter = counter(&world, 0)?;
    for _ in 0..5 {
        world.execute("increment", args! { counter: Address::of_head(counter.lineage_id()) }).await?;
    }
    assert_eq!(world.head::<Counter>(&counter)?.count, 5);
    Ok(())
}

#[tokio::test]
async fn of_several_calls_under_way_from_one_version_the_first_to_commit_wins() -> ecs::Result<()> {
    let world = World::fresh()?;
    let old = counter(&world, 0)?;
    let (first, second, third) = tokio::join!(
        increment_slowly::call(&world, &old),
        increment_slowly::call(&world, &old),
        world.execute("increment_slowly", args! { counter: &old }),
    );
    let called = [first.map(|counter| counter.ecs_id()), second.map(|counter| counter.ecs_id())];
    let outcomes = called.into_iter().chain([third.map(|outcome| outcome.outputs()[0].ecs_id())]);
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 2));
    let head = world.head::<Counter>(&old)?;
    assert_eq!(won[0].as_ref().ok(), Some(&head.ecs_id()));
    for error in lost.iter().filter_map(|called| called.as_ref().err()) {
        assert_conflict(&world, error, old.ecs_id(), head.ecs_id())?;
    }
    Ok(())
}

#[test]
fn of_eight_threads_that_start_from_one_version_exactly_one_wins() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut current = counter(&world, 0)?;
    for round in 1..=50 {
        let barrier = Barrier::new(8);
        let called: Vec<_> = thread::scope(|scope| {
            let call = || {
                barrier.wait();
                increment::call(&world, &current).wait()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(call)).collect();
            threads.into_iter().map(|thread| thread.join().expect("a conflict is no panic")).collect()
        });
        let (won, lost): (Vec<_>, Vec<_>) = called.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 7));
        let head = world.head::<Counter>(&current)?;
        assert_eq!(head.count, round);
        for error in lost.iter().filter_map(|called| called.as_ref().err()) {
            assert_conflict(&world, error, current.ecs_id(), head.ecs_id())?;
        }
        current = head;
    }
    assert_eq!(world.history(&current)?.entries().len(), 51);
    let failed = world.executions(&ExecutionFilter::new().outcome(Outcome::Failed))?;
    assert_eq!(failed.len(), 50 * 7, "no conflict goes unrecorded");
    let of_counter = world.executions(&ExecutionFilter::new().lineage(&current))?;
    assert_eq!(of_counter.len(), 50 * 8, "those that failed are found by what they took");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_tasks_that_start_from_one_version_exactly_one_wins() -> ecs::Result<()> {
    let world = World::fresh()?;
    let old = counter(&world, 0)?;
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let (world, old) = (world.clone(), old.clone());
            tokio::spawn(async move { increment_slowly::call(&world, &old).await })
        })
        .collect();
    let mut won = Vec::new();
    for task in tasks {
        match task.await.expect("a conflict is no panic") {
            Ok(counter) => won.push(counter),
            Err(error) => assert_eq!(error.code(), "conflict"),
        }
    }
    assert_eq!(won, [world.head::<Counter>(&old)?]);
    assert_eq!(world.history(&old)?.entries().len(), 2);
    Ok(())
}

#[test]
fn eight_threads_that_read_the_head_and_try_again_lose_no_update() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counter = counter(&world, 0)?;
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    loop {
                        let head = world.head::<Counter>(&counter).expect("the counter is stored");
                        match increment::call(&world, &head).wait() {
                            Ok(_) => break,
                            Err(error) => assert_eq!(error.code(), "conflict"),
                        }
                    }
                }
            });
        }
    });
    assert_eq!(world.head::<Counter>(&counter)?.count, 200);
    let parents: Vec<_> = world.history(&counter)?.entries().iter().map(|entry| entry.version.parent()).collect();
    let versions: Vec<_> = world.history(&counter)?.entries().iter().map(|entry| entry.version.ecs_id()).collect();
    assert_eq!(parents[0], None);
    for (parent, version) in parents[1..].iter().zip(&versions) {
        assert_eq!(*parent, Some(*version), "the lineage is one chain");
    }
    Ok(())
}

#[test]
fn calls_on_different_lineages_all_win() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counters: Vec<_> = (0..8).map(|_| counter(&world, 0)).collect::<Result<_, _>>()?;
    thread::scope(|scope| {
        for counter in &counters {
            scope.spawn(|| {
                let mut current = counter.clone();
                for _ in 0..50 {
                    (current, _) = increment::call(&world, &current).wait().expect("nobody else changes this counter");
                }
            });
        }
    });
    for counter in &counters {
        assert_eq!(world.head::<Counter>(counter)?.count, 50);
    }
    assert!(world.executions(&ExecutionFilter::new().outcome(Outcome::Failed))?.is_empty());
    Ok(())
}

#[test]
fn calls_on_two_lineages_in_opposite_order_neither_wait_for_ever_nor_lose_anything() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (left, right) = (counter(&world, 1000)?, counter(&world, 1000)?);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (from, to) = if thread % 2 == 0 { (&left, &right) } else { (&right, &left) };
            let world = &world;
            scope.spawn(move || {
                for _ in 0..50 {
                    let heads = (world.head::<Counter>(from), world.head::<Counter>(to));
                    let (from, to) = (heads.0.expect("it is stored"), heads.1.expect("it is stored"));
                    if let Err(error) = move_one::call(world, &from, &to).wait() {
                        assert_eq!(error.code(), "conflict");
                    }
                }
            });
        }
    });
    let (left, right) = (world.head::<Counter>(&left)?, world.head::<Counter>(&right)?);
    assert_eq!(left.count + right.count, 2000, "every call moved one, or nothing");
    Ok(())
}

#[callable]
fn increment_inside_out(counter: &mut Counter, context: &Context) -> ecs::Result<()> {
    increment::call(context, counter.clone()).wait()?;
    counter.count += 10;
    Ok(())
}

#[tokio::test]
async fn a_call_that_changes_its_own_input_through_another_call_overwrites_nothing() -> ecs::Result<()> {
    let world = World::fresh()?;
    let old = counter(&world, 0)?;
    let error = increment_inside_out::call(&world, &old).await.expect_err("the inner call moved the head");
    let head = world.head::<Counter>(&old)?;
    assert_eq!(head.count, 1, "what the inner call committed stays");
    assert_conflict(&world, &error, old.ecs_id(), head.ecs_id())
}

// ---- Outside callables --------------------------------------------------------------------------

#[test]
fn inserting_a_stored_lineage_is_an_error_that_says_the_cure() -> ecs::Result<()> {
    let world = World::fresh()?;
    let value = Counter { id: Id::new(), count: 0 };
    let stored = world.insert(value.clone())?;
    for again in [value, Counter::clone(&stored), Counter { count: 7, ..Counter::clone(&stored) }] {
        let error = world.insert(again).expect_err("it is stored already");
        assert_eq!(error.code(), "already-stored");
        let message = error.to_string();
        assert!(message.contains("World::commit") && message.contains(".fork()"), "{message}");
        assert!(message.contains(&stored.ecs_id().to_string()), "{message}");
    }
    assert_eq!(world.history(&stored)?.entries().len(), 1);
    Ok(())
}

#[test]
fn a_commit_is_the_next_version_if_the_value_differs() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = world.commit(Counter { id: Id::new(), count: 0 })?;
    assert_eq!((first.parent(), first.execution_id()), (None, None), "a new value is the first version");
    assert_eq!(world.commit(Counter::clone(&first))?, first, "an unchanged value is the same version");
    let second = world.commit(Counter { count: 1, ..Counter::clone(&first) })?;
    assert_eq!(second.parent(), Some(first.ecs_id()));
    assert_eq!(second.id.ecs_id(), Some(second.ecs_id()), "the value knows its version");
    assert_eq!(world.head::<Counter>(&first)?, second);
    Ok(())
}

#[test]
fn a_commit_from_an_old_version_is_a_conflict() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = counter(&world, 0)?;
    let second = world.commit(Counter { count: 1, ..Counter::clone(&first) })?;
    let error = world.commit(Counter { count: 2, ..Counter::clone(&first) }).expect_err("the head has moved");
    let ErrorKind::Conflict { expected, found, lineage_id } = error.kind() else { panic!("not a conflict: {error}") };
    assert_eq!((*expected, *found), (Some(first.ecs_id()), Some(second.ecs_id())));
    assert_eq!(*lineage_id, first.lineage_id());
    assert_eq!(world.head::<Counter>(&first)?, second);
    assert_eq!(world.commit(Counter::clone(&first))?, first, "an unchanged old value changes nothing");
    Ok(())
}

#[test]
fn a_value_of_a_stored_lineage_that_was_never_read_cannot_overwrite_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let value = Counter { id: Id::new(), count: 0 };
    let stored = world.insert(value.clone())?;
    assert_eq!(world.commit(value.clone())?, stored, "an equal value is the version it equals");
    let error = world.commit(Counter { count: 1, ..value }).expect_err("it was read from no version");
    assert_eq!(error.code(), "never-read");
    assert_eq!(world.head::<Counter>(&stored)?, stored);
    Ok(())
}

#[tokio::test]
async fn a_changed_value_as_argument_conflicts_like_a_commit() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = counter(&world, 0)?;
    let (second, _) = increment::call(&world, &first).await?;
    let changed = Counter { count: 9, ..Counter::clone(&first) };
    let error = increment::call(&world, changed).await.expect_err("the head has moved");
    assert_eq!(error.code(), "conflict");
    assert!(error.execution().is_some());
    assert_eq!(world.head::<Counter>(&first)?, second);
    Ok(())
}

#[test]
fn of_eight_threads_that_commit_one_new_lineage_exactly_one_begins_it() -> ecs::Result<()> {
    for _ in 0..50 {
        let world = World::fresh()?;
        let id = Id::new();
        let barrier = Barrier::new(8);
        let committed: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|count| {
                    let (world, barrier) = (&world, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        world.insert(Counter { id, count })
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("a conflict is no panic")).collect()
        });
        assert_eq!(committed.iter().filter(|inserted| inserted.is_ok()).count(), 1);
        assert_eq!(world.history(id.lineage_id())?.entries().len(), 1);
    }
    Ok(())
}
