//! What calls do when another commit came first: fail, run again, or branch.

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};

use ecs::prelude::*;

use self::fresh::{Fresh as _, FreshBuilder as _};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    id: Id,
    count: u64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair {
    id: Id,
    left: Counter,
    right: Counter,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    id: Id,
    text: String,
}

#[callable]
fn increment(counter: &mut Counter) {
    counter.count += 1;
}

#[callable]
async fn increment_later(counter: &mut Counter) {
    tokio::task::yield_now().await;
    counter.count += 1;
}

#[callable(on_conflict = Retry(3))]
fn increment_again(counter: &mut Counter) {
    counter.count += 1;
}

#[callable(on_conflict = Branch)]
fn increment_beside(counter: &mut Counter) {
    counter.count += 1;
}

#[callable]
fn add(counter: &mut Counter, by: u64) {
    counter.count += by;
}

#[callable]
fn add_all(counters: Vec<Counter>, by: u64) -> Vec<Counter> {
    counters.into_iter().map(|counter| Counter { count: counter.count + by, ..counter }).collect()
}

#[callable]
fn transfer(from: &mut Counter, to: &mut Counter, amount: u64) -> u64 {
    from.count -= amount;
    to.count += amount;
    from.count
}

#[callable]
fn raise_left(pair: &mut Pair) {
    pair.left.count += 1;
}

#[callable]
fn raise_right(pair: &mut Pair) {
    pair.right.count += 1;
}

#[callable]
fn increment_and_note(context: &Context, counter: &mut Counter, other: Id) -> ecs::Result<Note> {
    // Another commit comes first, once.
    static RUNS: AtomicU32 = AtomicU32::new(0);
    if RUNS.fetch_add(1, Ordering::Relaxed) == 0 {
        let head = context.head::<Counter>(other.lineage_id())?;
        increment::call(context, &head).wait()?;
    }
    counter.count += 1;
    Ok(Note { id: Id::new(), text: format!("{} now", counter.count) })
}

fn counter(world: &World, count: u64) -> Stored<Counter> {
    world.insert(Counter { id: Id::new(), count }).expect("it is new")
}

const TASKS: u64 = 8;
const TIMES: u64 = 1_000;

async fn increments(world: &World, zero: &Stored<Counter>, on_conflict: OnConflict) -> Vec<Stored<Counter>> {
    let tasks = (0..TASKS).map(|_| {
        let (world, zero) = (world.clone(), zero.clone());
        tokio::spawn(async move {
            let mut succeeded = Vec::new();
            for _ in 0..TIMES {
                let counter = if on_conflict == OnConflict::Branch {
                    zero.clone()
                } else {
                    world.head(&zero).expect("it is stored")
                };
                match increment_later::call(&world, &counter).on_conflict(on_conflict).await {
                    Ok(counter) => succeeded.push(counter),
                    Err(error) => assert_eq!(error.code(), "conflict"),
                }
            }
            succeeded
        })
    });
    let mut all = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        all.extend(task.await.expect("no task panics"));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_retry_no_increment_is_lost_and_the_history_is_one_line() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    let all = increments(&world, &zero, OnConflict::Retry(u32::MAX)).await;
    assert_eq!(all.len() as u64, TASKS * TIMES);
    assert_eq!(world.head::<Counter>(&zero)?.count, TASKS * TIMES);

    let history = world.history(&zero)?;
    assert_eq!(history.entries().len() as u64, TASKS * TIMES + 1);
    assert_eq!(history.heads().count(), 1);
    for (before, after) in history.entries().iter().zip(&history.entries()[1..]) {
        assert_eq!(after.version.parent(), Some(before.version.ecs_id()));
    }
    let executions = world.executions(&ExecutionFilter::new().callable("increment_later"))?;
    assert_eq!(executions.len() as u64, TASKS * TIMES, "a call that runs again stays one execution");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_fail_as_many_succeed_as_are_counted() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    let all = increments(&world, &zero, OnConflict::Fail).await;
    assert_eq!(world.head::<Counter>(&zero)?.count, all.len() as u64);
    let failed = world.executions(&ExecutionFilter::new().outcome(Outcome::Failed))?;
    assert_eq!(failed.len() + all.len(), (TASKS * TIMES) as usize);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_branch_every_result_is_kept_and_found() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    let all = increments(&world, &zero, OnConflict::Branch).await;
    let made: HashSet<EcsId> = all.iter().map(Stored::ecs_id).collect();
    assert_eq!(made.len() as u64, TASKS * TIMES);
    let heads: HashSet<EcsId> = world.heads::<Counter>(&zero)?.iter().map(Stored::ecs_id).collect();
    assert_eq!(heads, made, "each began from the first version, so each is a head");
    let history = world.history(&zero)?;
    assert_eq!(history.heads().map(|entry| entry.version.ecs_id()).collect::<HashSet<_>>(), made);
    Ok(())
}

#[test]
fn a_retry_says_in_its_record_how_often_it_ran_and_from_which_version_it_succeeded() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    let one = increment::call(&world, &zero).wait()?;
    let ran = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(increment::call(&world, &zero).on_conflict(OnConflict::Retry(1)).recorded())?;
    assert_eq!((ran.output.count, ran.output.parent()), (2, Some(one.ecs_id())));
    assert_eq!(ran.execution.retries(), 1);
    assert_eq!(ran.execution.input, Some(one.ecs_id()));
    assert_eq!(ran.execution.argument("counter").expect("given").versions, [one.ecs_id()]);
    assert!(ran.execution.to_string().contains("ran 2 times"), "{}", ran.execution);
    Ok(())
}

#[test]
fn a_callable_says_what_its_calls_do_and_a_call_says_it_better() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    increment::call(&world, &zero).wait()?;
    assert_eq!(increment_again::call(&world, &zero).wait()?.count, 2);
    assert_eq!(
        increment_again::call(&world, &zero).on_conflict(OnConflict::Fail).wait().expect_err("it is refused").code(),
        "conflict"
    );
    assert_eq!(increment_beside::call(&world, &zero).wait()?.count, 1);
    assert_eq!(world.heads::<Counter>(&zero)?.iter().map(|head| head.count).collect::<Vec<_>>(), [2, 1]);
    Ok(())
}

#[test]
fn a_world_says_what_all_calls_and_commits_do() -> ecs::Result<()> {
    let world = World::builder().on_conflict(OnConflict::Branch).fresh()?;
    let zero = counter(&world, 0);
    let left = increment::call(&world, &zero).wait()?;
    let right = world.commit(Counter { count: 10, ..(*zero).clone() })?;
    assert_eq!(world.heads::<Counter>(&zero)?, [left, right]);

    let world = World::builder().on_conflict(OnConflict::Retry(1)).fresh()?;
    let zero = counter(&world, 0);
    increment::call(&world, &zero).wait()?;
    assert_eq!(increment::call(&world, &zero).wait()?.count, 2);
    assert_eq!(world.execute("increment", args! { counter: &zero }).wait()?.output::<Counter>(0)?.count, 3);
    Ok(())
}

#[test]
fn a_call_by_name_is_told_what_to_do_as_well() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    let one = increment::call(&world, &zero).wait()?;
    let call = || world.execute("increment", args! { counter: zero.address() });
    assert_eq!(call().wait().expect_err("it is refused").code(), "conflict");
    let two = call().on_conflict(OnConflict::Retry(1)).wait()?;
    assert_eq!(two.output::<Counter>(0)?.count, 2);
    let source = &two.execution().argument("counter").expect("given").sources[0];
    assert_eq!(source.from.to_string(), one.address().to_string(), "the source is the version it was bound to at last");
    Ok(())
}

#[test]
fn a_branch_is_continued_without_a_conflict() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    let left = increment::call(&world, &zero).wait()?;
    let right = add::call(&world, &zero, 10).on_conflict(OnConflict::Branch).wait()?;
    assert_eq!(world.head::<Counter>(&zero)?, right, "the newest");
    let left = increment::call(&world, &left).wait()?;
    assert_eq!(world.head::<Counter>(&zero)?, left);
    assert_eq!(world.heads::<Counter>(&zero)?, [right.clone(), left]);
    let told = world.history(&zero)?.to_string();
    assert_eq!(told.matches(", a head").count(), 2, "{told}");
    assert!(told.contains(&format!(", continues @{}", zero.ecs_id())), "{told}");
    Ok(())
}

#[test]
fn a_retry_binds_entities_in_containers_to_their_newest_heads() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (first, second) = (counter(&world, 1), counter(&world, 2));
    increment::call(&world, &second).wait()?;
    let both = vec![first.clone(), second.clone()];
    assert_eq!(add_all::call(&world, both.clone(), 10).wait().expect_err("it is refused").code(), "conflict");
    let call = add_all::call(&world, both, 10).on_conflict(OnConflict::Retry(1));
    assert_eq!(call.wait()?.iter().map(|counter| counter.count).collect::<Vec<_>>(), [11, 13]);
    Ok(())
}

#[test]
fn a_retry_binds_every_contested_entity_at_once_and_records_the_composite_anew() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (from, to) = (counter(&world, 10), counter(&world, 0));
    let (from_1, to_1) = (increment::call(&world, &from).wait()?, increment::call(&world, &to).wait()?);
    let call = world.execute("transfer", args! { from: &from, to: &to, amount: 5 });
    let ran = call.on_conflict(OnConflict::Retry(1)).wait()?;
    assert_eq!((ran.output::<Counter>(0)?.count, ran.output::<Counter>(1)?.count), (6, 6));
    let input = world.version(ran.execution().input.expect("two entities make a composite"))?.to_json()?;
    assert_eq!(input["from"], format!("@{}", from_1.ecs_id()));
    assert_eq!(input["to"], format!("@{}", to_1.ecs_id()));
    assert_eq!(input["amount"], 5);
    Ok(())
}

#[test]
fn two_calls_that_change_different_parts_of_one_tree_both_count_under_retry() -> ecs::Result<()> {
    let world = World::fresh()?;
    let part = || Counter { id: Id::new(), count: 0 };
    let pair = world.insert(Pair { id: Id::new(), left: part(), right: part() })?;
    raise_left::call(&world, &pair).wait()?;
    let both = raise_right::call(&world, &pair).on_conflict(OnConflict::Retry(1)).wait()?;
    assert_eq!((both.left.count, both.right.count), (1, 1));
    Ok(())
}

#[test]
fn branches_of_a_tree_have_heads_of_their_parts() -> ecs::Result<()> {
    let world = World::fresh()?;
    let part = || Counter { id: Id::new(), count: 0 };
    let pair = world.insert(Pair { id: Id::new(), left: part(), right: part() })?;
    let once = raise_left::call(&world, &pair).wait()?;
    let again = raise_left::call(&world, &pair).on_conflict(OnConflict::Branch).wait()?;
    assert_eq!(world.heads::<Pair>(&pair)?, [once, again]);
    assert_eq!(world.heads::<Counter>(pair.left.id.lineage_id())?.len(), 2);
    assert_eq!(world.heads::<Counter>(pair.right.id.lineage_id())?.len(), 1);
    Ok(())
}

#[test]
fn a_retry_ends_when_it_has_run_as_often_as_it_may() -> ecs::Result<()> {
    #[callable]
    fn always_late(context: &Context, counter: &mut Counter) -> ecs::Result<u64> {
        let head = context.head::<Counter>(counter.id.lineage_id())?;
        increment::call(context, &head).wait()?;
        counter.count += 1;
        Ok(counter.count)
    }

    let world = World::fresh()?;
    let zero = counter(&world, 0);
    let error = always_late::call(&world, &zero).on_conflict(OnConflict::Retry(3)).wait().expect_err("it is refused");
    assert_eq!(error.code(), "conflict");
    assert_eq!(error.kept_executions(), 4);
    assert!(error.to_string().ends_with("4 executions called from inside it had committed and stay"), "{error}");
    let failed = world.execution(error.execution().expect("recorded"))?;
    assert_eq!((failed.retries(), failed.outputs.len()), (3, 0));
    assert_eq!(world.head::<Counter>(&zero)?.count, 4);
    Ok(())
}

#[test]
fn what_an_attempt_that_was_lost_called_stays_and_is_nested_in_the_one_execution() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    let call = increment_and_note::call(&world, &zero, zero.id).on_conflict(OnConflict::Retry(1));
    let (two, note) = call.wait()?;
    assert_eq!((two.count, note.text.as_str()), (2, "2 now"));
    let outer = two.execution_id().expect("made by a call");
    assert_eq!(note.execution_id(), Some(outer));
    assert_eq!(world.execution_tree(outer)?.entries().len(), 2);
    Ok(())
}

#[test]
fn an_entity_given_as_a_changed_value_is_not_moved_to_another_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world, 0);
    increment::call(&world, &zero).wait()?;
    let changed = Counter { count: 100, ..(*zero).clone() };
    let error = increment::call(&world, changed).on_conflict(OnConflict::Retry(5)).wait().expect_err("it is refused");
    assert_eq!(error.code(), "conflict");
    Ok(())
}

#[test]
fn a_lineage_without_versions_has_no_heads() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(world.heads::<Counter>(Id::new().lineage_id()).expect_err("it is refused").code(), "unknown-lineage");
    Ok(())
}

#[test]
fn threads_that_wait_lose_no_increment_either() -> ecs::Result<()> {
    let world = World::builder().on_conflict(OnConflict::Retry(u32::MAX)).fresh()?;
    let zero = counter(&world, 0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                (0..500).for_each(|_| drop(increment::call(&world, &zero).wait().expect("it may run again")))
            });
        }
    });
    assert_eq!(world.head::<Counter>(&zero)?.count, 2_000);
    Ok(())
}
