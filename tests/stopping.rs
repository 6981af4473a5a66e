//! Calls that are stopped before they are done: by a deadline, by a token, or dropped.

#[path = "common/fresh.rs"]
mod fresh;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    id: Id,
    count: u64,
}

#[callable]
async fn increment_after(counter: &mut Counter, milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    counter.count += 1;
}

#[callable]
async fn never(counter: &mut Counter) {
    counter.count += 1;
    std::future::pending::<()>().await;
}

#[callable]
fn increment_slowly(counter: &mut Counter, milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
    counter.count += 1;
}

#[callable(blocking)]
fn block_for(counter: &mut Counter, milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
    counter.count += 1;
}

#[callable]
async fn outer(context: &Context, counter: &Counter) -> ecs::Result<Counter> {
    never::call(context, counter.clone()).await.map(|counter| (*counter).clone())
}

#[callable]
fn work_until_stopped(context: &Context) -> u64 {
    let begun = Instant::now();
    while !context.is_stopped() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    1
}

#[callable]
async fn wait_until_stopped(context: &Context) -> u64 {
    context.stopped().await;
    1
}

fn counter(world: &World) -> Stored<Counter> {
    world.insert(Counter { id: Id::new(), count: 0 }).expect("it is new")
}

/// Nothing was written but one execution that ended so.
fn only_recorded(
    world: &World,
    zero: &Stored<Counter>,
    callable: &str,
    outcome: Outcome,
) -> ecs::Result<Arc<Execution>> {
    assert_eq!(world.head::<Counter>(zero)?, *zero);
    let executions = world.executions(&ExecutionFilter::new().callable(callable))?;
    assert_eq!(executions.len(), 1);
    assert_eq!(executions[0].status().outcome(), outcome);
    assert!(executions[0].outputs.is_empty());
    Ok(Arc::clone(&executions[0]))
}

const SOON: Duration = Duration::from_millis(20);
const LONG: u64 = 60_000;

#[tokio::test]
async fn an_asynchronous_call_that_is_late_fails_and_leaves_no_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world);
    let begun = Instant::now();
    let error = increment_after::call(&world, &zero, LONG).timeout(SOON).await.expect_err("it is refused");
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert_eq!(error.to_string(), "`increment_after` was not done within 20ms; nothing of it was committed");
    let recorded = only_recorded(&world, &zero, "increment_after", Outcome::Failed)?;
    assert!(matches!(recorded.status(), Status::Failed { code: "timed-out", .. }));
    assert_eq!(error.execution(), Some(recorded.id));
    Ok(())
}

#[tokio::test]
async fn a_call_that_is_done_in_time_is_as_if_it_had_no_deadline() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world);
    let one = increment_after::call(&world, &zero, 0).timeout(Duration::from_secs(60)).await?;
    assert_eq!(one.count, 1);
    Ok(())
}

#[test]
fn a_deadline_needs_no_runtime() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world);
    assert_eq!(never::call(&world, &zero).timeout(SOON).wait().expect_err("it is refused").code(), "timed-out");
    only_recorded(&world, &zero, "never", Outcome::Failed)?;
    Ok(())
}

#[test]
fn a_synchronous_function_that_ran_over_its_deadline_is_not_committed() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world);
    assert_eq!(
        increment_slowly::call(&world, &zero, 50).timeout(SOON).wait().expect_err("it is refused").code(),
        "timed-out"
    );
    only_recorded(&world, &zero, "increment_slowly", Outcome::Failed)?;
    Ok(())
}

#[tokio::test]
async fn a_call_on_the_blocking_pool_is_left_at_its_deadline() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world);
    let error = block_for::call(&world, &zero, 300).timeout(SOON).await.expect_err("it is refused");
    assert_eq!(error.code(), "timed-out");
    only_recorded(&world, &zero, "block_for", Outcome::Failed)?;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(world.head::<Counter>(&zero)?, zero, "what it returns later is dropped");
    Ok(())
}

#[tokio::test]
async fn a_token_cancels_a_call_that_waits() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world);
    let token = CancellationToken::new();
    let cancel = async {
        tokio::time::sleep(SOON).await;
        token.cancel();
    };
    let (ended, ()) = tokio::join!(never::call(&world, &zero).cancel_on(&token), cancel);
    let error = ended.expect_err("it is refused");
    assert_eq!(error.to_string(), "`never` was cancelled; nothing of it was committed");
    let recorded = only_recorded(&world, &zero, "never", Outcome::Cancelled)?;
    assert_eq!(error.execution(), Some(recorded.id));
    Ok(())
}

#[test]
fn a_token_that_is_cancelled_already_lets_nothing_run() -> ecs::Result<()> {
    static HAS_RUN: AtomicBool = AtomicBool::new(false);

    #[callable]
    fn run(counter: &mut Counter) {
        HAS_RUN.store(true, Ordering::Relaxed);
        counter.count += 1;
    }

    let world = World::fresh()?;
    let zero = counter(&world);
    let token = CancellationToken::new();
    token.cancel();
    assert_eq!(run::call(&world, &zero).cancel_on(&token).wait().expect_err("it is refused").code(), "cancelled");
    let by_name = world.execute("run", args! { counter: &zero }).cancel_on(&token);
    assert_eq!(by_name.wait().expect_err("it is refused").code(), "cancelled");
    assert!(!HAS_RUN.load(Ordering::Relaxed));
    assert_eq!(world.executions(&ExecutionFilter::new().outcome(Outcome::Cancelled))?.len(), 2);
    Ok(())
}

#[test]
fn what_stops_a_call_stops_the_calls_inside_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world);
    let error = outer::call(&world, &zero).timeout(SOON).wait().expect_err("it is refused");
    assert_eq!(error.code(), "timed-out");
    let tree = world.execution_tree(error.execution().expect("recorded"))?;
    let [outer, inner] = tree.entries() else { panic!("{tree}") };
    assert_eq!(outer.execution.status().outcome(), Outcome::Failed);
    assert_ne!(inner.execution.status().outcome(), Outcome::Succeeded);
    assert_eq!(world.head::<Counter>(&zero)?, zero);
    Ok(())
}

#[test]
fn a_function_is_told_that_it_was_stopped() -> ecs::Result<()> {
    let world = World::fresh()?;
    let begun = Instant::now();
    assert_eq!(work_until_stopped::call(&world).timeout(SOON).wait().expect_err("it is refused").code(), "timed-out");
    assert_eq!(wait_until_stopped::call(&world).timeout(SOON).wait().expect_err("it is refused").code(), "timed-out");
    assert!(begun.elapsed() < Duration::from_secs(30));
    Ok(())
}

#[test]
fn the_narrower_of_two_deadlines_counts_inside_a_call() -> ecs::Result<()> {
    #[callable]
    fn ask(context: &Context) -> bool {
        context.deadline().is_some_and(|deadline| deadline < Instant::now() + Duration::from_secs(120))
    }

    #[callable]
    fn ask_inside(context: &Context) -> ecs::Result<bool> {
        ask::call(context).timeout(Duration::from_secs(3_600)).wait()
    }

    let world = World::fresh()?;
    assert!(ask_inside::call(&world).timeout(Duration::from_secs(60)).wait()?);
    assert!(!ask_inside::call(&world).wait()?);
    Ok(())
}

#[tokio::test]
async fn a_stopped_call_keeps_nothing_alive() -> ecs::Result<()> {
    static ALIVE: AtomicUsize = AtomicUsize::new(0);

    struct Guard;

    impl Drop for Guard {
        fn drop(&mut self) {
            ALIVE.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[callable]
    async fn hold(counter: &mut Counter) {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        let _guard = Guard;
        counter.count += 1;
        std::future::pending::<()>().await;
    }

    let world = World::fresh()?;
    let zero = counter(&world);
    let token = CancellationToken::new();
    assert!(hold::call(&world, &zero).timeout(SOON).await.is_err());
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
    let call = hold::call(&world, &zero).cancel_on(&token);
    let (ended, ()) = tokio::join!(call, async { token.cancel() });
    assert!(ended.is_err());
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
    assert!(tokio::time::timeout(SOON, hold::call(&world, &zero)).await.is_err(), "dropped");
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
    assert_eq!(world.executions(&ExecutionFilter::new().outcome(Outcome::Cancelled))?.len(), 2);
    Ok(())
}
