//! Many calls, some at a time, their results in order.

#[path = "common/fresh.rs"]
mod fresh;
#[path = "common/one_thread.rs"]
mod one_thread;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::{Duration, Instant};

use ecs::prelude::*;

use self::fresh::Fresh as _;
use self::one_thread::in_one_thread;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    id: Id,
    count: u64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Factor {
    id: Id,
    #[config(default = 2)]
    by: u64,
}

#[callable]
fn square(x: u64) -> u64 {
    x * x
}

#[callable]
fn halve(x: u64) -> Result<u64, String> {
    if x.is_multiple_of(2) { Ok(x / 2) } else { Err(format!("{x} is odd")) }
}

#[callable]
fn scale(counter: &Counter, factor: &Factor) -> u64 {
    counter.count * factor.by
}

#[callable]
fn increment(counter: &mut Counter) {
    counter.count += 1;
}

#[callable]
async fn after(milliseconds: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    milliseconds
}

#[callable]
async fn wait_if_odd(x: u64) -> u64 {
    if !x.is_multiple_of(2) {
        std::future::pending::<()>().await;
    }
    x
}

#[callable(blocking)]
fn square_on_the_pool(x: u64) -> u64 {
    x * x
}

#[callable]
async fn sum_of_squares(context: &Context, count: u64) -> ecs::Result<u64> {
    let squares = context.batch((0..count).map(|x| square::call(context, x))).await;
    squares.into_iter().sum()
}

#[callable]
fn sum_of_squares_waited_for(context: &Context, count: u64) -> ecs::Result<u64> {
    let squares = context.batch((0..count).map(|x| context.execute("square", args! { x: x }))).concurrency(2).wait();
    squares.into_iter().try_fold(0, |sum, square| {
        let square = square?.value()?.as_u64();
        Ok(sum + square.unwrap_or_default())
    })
}

fn world() -> World {
    World::fresh().expect("names are unique")
}

fn outcomes(world: &World, outcome: Outcome) -> usize {
    world.executions(&ExecutionFilter::new().outcome(outcome)).expect("it is in memory").len()
}

/// Waits until something is so, which another thread is about to see to.
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "never: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Polls a future of no runtime to its end.
fn run_alone<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())) {
            return output;
        }
        std::thread::yield_now();
    }
}

/// Two that have to be there at once.
#[derive(Default)]
struct Meeting {
    here: Mutex<usize>,
    changed: Condvar,
}

impl Meeting {
    /// Whether the other came as well.
    fn meet(&self) -> bool {
        let mut here = self.here.lock().expect("nobody panics");
        *here += 1;
        self.changed.notify_all();
        let (_here, late) =
            self.changed.wait_timeout_while(here, Duration::from_secs(30), |here| *here < 2).expect("nobody panics");
        !late.timed_out()
    }
}

// ---- Results ------------------------------------------------------------------------------------

#[tokio::test]
async fn results_are_in_the_order_of_the_calls_whichever_is_done_first() -> ecs::Result<()> {
    let world = world();
    let results = world.batch([30, 1, 20, 2].map(|x| after::call(&world, x))).concurrency(4).await;
    assert_eq!(results.into_iter().collect::<ecs::Result<Vec<_>>>()?, [30, 1, 20, 2]);
    Ok(())
}

#[tokio::test]
async fn each_call_has_its_own_result() {
    let world = world();
    let results = world.batch((0..4).map(|x| halve::call(&world, x))).await;
    let told: Vec<_> = results.into_iter().map(|result| result.map_err(|error| error.to_string())).collect();
    let odd = |x: u64| Err(format!("`halve` failed: {x} is odd"));
    assert_eq!(told, [Ok(0), odd(1), Ok(1), odd(3)]);
    assert_eq!((outcomes(&world, Outcome::Succeeded), outcomes(&world, Outcome::Failed)), (2, 2));
}

#[test]
fn calls_by_name_may_be_of_several_callables() -> ecs::Result<()> {
    let world = world();
    let names = ["square", "halve", "no_such_callable", "square"];
    let results = world.batch(names.map(|name| world.execute(name, args! { x: 6 }))).wait();
    assert_eq!(results[0].as_ref().expect("it is there").value()?, 36);
    assert_eq!(results[1].as_ref().expect("six is even").value()?, 3);
    assert_eq!(results[2].as_ref().expect_err("there is none").code(), "unknown-callable");
    assert_eq!(results.len(), 4);
    Ok(())
}

#[test]
fn calls_with_a_config_bound_share_it() -> ecs::Result<()> {
    let world = world();
    let counter = world.insert(Counter { id: Id::new(), count: 5 })?;
    let thrice = scale::with(Factor { by: 3, ..Factor::default() });
    let results = world.batch((0..10).map(|_| thrice.call(&world, &counter))).wait();
    assert!(results.into_iter().all(|result| result.is_ok_and(|scaled| scaled == 15)));
    let mut configs: Vec<_> =
        world.executions(&ExecutionFilter::new())?.iter().flat_map(|execution| execution.configs.to_vec()).collect();
    configs.dedup();
    assert_eq!(configs.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_keep_what_they_were_told() -> ecs::Result<()> {
    let world = world();
    let zero = world.insert(Counter { id: Id::new(), count: 0 })?;
    let retried = (0..100).map(|_| increment::call(&world, &zero).on_conflict(OnConflict::Retry(1_000)));
    assert!(world.batch(retried).concurrency(4).await.iter().all(Result::is_ok));
    assert_eq!(world.head::<Counter>(&zero)?.count, 100);

    let late = world.batch([after::call(&world, 60_000).timeout(Duration::from_millis(5))]).await;
    assert_eq!(late[0].as_ref().expect_err("it is late").code(), "timed-out");
    Ok(())
}

#[tokio::test]
async fn a_closure_is_given_each_result_with_its_position() {
    let world = world();
    let mut seen = Vec::new();
    let calls = (0..100).map(|x| square::call(&world, x));
    let progress = world.batch(calls).for_each(|index, result| seen.push((index, result.ok()))).await;
    assert_eq!((progress.done, progress.succeeded, progress.failed), (100, 100, 0));
    assert!(seen.into_iter().eq((0..100).map(|x| (x as usize, Some(x * x)))));
}

#[test]
fn a_batch_of_no_calls_is_done_at_once() {
    let world = world();
    let none: [ecs::NamedCall<'_>; 0] = [];
    assert!(world.batch(none).wait().is_empty());
}

#[test]
fn progress_is_told_with_each_result_and_knows_the_total_where_the_iterator_does() {
    let world = world();
    let mut seen = Vec::new();
    world.batch((0..3).map(|x| halve::call(&world, x))).on_progress(|progress| seen.push(progress)).wait();
    let seen: Vec<_> = seen.iter().map(|told| (told.done, told.succeeded, told.failed, told.total)).collect();
    assert_eq!(seen, [(1, 1, 0, Some(3)), (2, 1, 1, Some(3)), (3, 2, 1, Some(3))]);

    let some = (0..3).filter(|x| *x != 1).map(|x| halve::call(&world, x));
    let mut totals = Vec::new();
    world.batch(some).on_progress(|progress| totals.push(progress.total)).wait();
    assert_eq!(totals, [None, None]);
}

// ---- Where calls run ----------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn synchronous_functions_run_side_by_side_in_a_runtime_of_several_threads() {
    static MEETING: Meeting = Meeting { here: Mutex::new(0), changed: Condvar::new() };

    #[callable]
    fn meet_in_tasks() -> bool {
        MEETING.meet()
    }

    let world = world();
    let met = world.batch((0..2).map(|_| meet_in_tasks::call(&world))).concurrency(2).await;
    assert!(met.into_iter().all(|met| met.is_ok_and(|met| met)));
}

#[test]
fn synchronous_functions_run_side_by_side_without_a_runtime() {
    static MEETING: Meeting = Meeting { here: Mutex::new(0), changed: Condvar::new() };

    #[callable]
    fn meet_on_threads() -> bool {
        MEETING.meet()
    }

    let world = world();
    let met = world.batch((0..2).map(|_| meet_on_threads::call(&world))).concurrency(2).wait();
    assert!(met.into_iter().all(|met| met.is_ok_and(|met| met)));
}

#[test]
fn a_batch_is_waited_for_to_its_end_on_the_only_thread_of_a_runtime() {
    for concurrency in [1, 4] {
        let squares = in_one_thread(move || {
            let world = world();
            world.batch((0..1_000).map(|x| square::call(&world, x))).concurrency(concurrency).wait()
        });
        assert!(squares.into_iter().zip(0..).all(|(square, x)| square.is_ok_and(|square| square == x * x)));
    }
}

#[test]
fn a_batch_that_is_awaited_without_a_runtime_runs_in_its_own_future() -> ecs::Result<()> {
    static OTHERS: AtomicUsize = AtomicUsize::new(0);

    #[callable]
    fn note_the_thread(x: u64) -> u64 {
        if std::thread::current().name() != Some("a_batch_that_is_awaited_without_a_runtime_runs_in_its_own_future") {
            OTHERS.fetch_add(1, Ordering::Relaxed);
        }
        x
    }

    let world = world();
    let results = run_alone(world.batch((0..200).map(|x| note_the_thread::call(&world, x))).into_future());
    assert_eq!(results.into_iter().sum::<ecs::Result<u64>>()?, 19_900);
    assert_eq!(OTHERS.load(Ordering::Relaxed), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_calls_are_under_way_than_allowed() {
    static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);

    #[callable]
    async fn count_those_under_way() -> bool {
        MOST.fetch_max(UNDER_WAY.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(2)).await;
        UNDER_WAY.fetch_sub(1, Ordering::SeqCst);
        true
    }

    let world = world();
    world.batch((0..100).map(|_| count_those_under_way::call(&world))).concurrency(7).await;
    assert_eq!(MOST.load(Ordering::SeqCst), 7);
}

#[tokio::test]
async fn functions_on_the_blocking_pool_are_called_from_a_batch_as_well() -> ecs::Result<()> {
    let world = world();
    let awaited = world.batch((0..10).map(|x| square_on_the_pool::call(&world, x))).await;
    assert_eq!(awaited.into_iter().sum::<ecs::Result<u64>>()?, 285);
    let waited_for = world.batch((0..10).map(|x| square_on_the_pool::call(&world, x))).wait();
    assert_eq!(waited_for.into_iter().sum::<ecs::Result<u64>>()?, 285);
    Ok(())
}

#[tokio::test]
async fn a_batch_can_be_a_task() -> ecs::Result<()> {
    let world = world();
    let task = tokio::spawn(async move { world.batch((0..10).map(|x| square::call(&world, x))).await });
    let squares = task.await.expect("it does not panic");
    assert_eq!(squares.into_iter().sum::<ecs::Result<u64>>()?, 285);
    Ok(())
}

// ---- Back-pressure ------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_consumer_holds_back_the_iterator_and_the_calls() -> ecs::Result<()> {
    const AHEAD: usize = 64;

    let world = world();
    let pulled = AtomicUsize::new(0);
    let million = (0..1_000_000).map(|x| {
        pulled.fetch_add(1, Ordering::Relaxed);
        square::call(&world, x)
    });
    let mut squares = world.batch(million).concurrency(2).stream();
    for given in 1..=2_000 {
        let x = given as u64 - 1;
        assert_eq!(squares.next().await.expect("there are a million")?, x * x);
        if given % 500 == 0 {
            // Long enough for the workers to run away, if they could.
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(outcomes(&world, Outcome::Succeeded) < given + AHEAD, "so many results are held");
        }
        assert!(pulled.load(Ordering::Relaxed) < given + AHEAD);
    }
    drop(squares);
    assert!(pulled.load(Ordering::Relaxed) < 2_000 + AHEAD);
    Ok(())
}

#[test]
fn one_slow_call_holds_back_the_iterator_as_well() {
    let world = world();
    let (pulled, mut done) = (AtomicUsize::new(0), 0);
    let token = CancellationToken::new();
    // The first never ends; the others may run as far ahead as they can.
    let calls = (1..=200).map(|x| {
        pulled.fetch_add(1, Ordering::Relaxed);
        wait_if_odd::call(&world, if x == 1 { 1 } else { 2 })
    });
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Whatever is found, the batch ends.
            let _cancelled = token.clone().drop_guard();
            eventually("the others are done", || outcomes(&world, Outcome::Succeeded) == 63);
            assert_eq!(pulled.load(Ordering::Relaxed), 64);
        });
        world.batch(calls).concurrency(2).cancel_on(&token).for_each(|_, _| done += 1).wait();
    });
    assert_eq!(done, 200);
}

// ---- Stopping -----------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_stops_calls_under_way_and_begins_no_others() {
    static HAS_BEGUN: AtomicBool = AtomicBool::new(false);

    #[callable]
    async fn wait_if_one(x: u64) -> u64 {
        if x == 1 {
            HAS_BEGUN.store(true, Ordering::SeqCst);
            std::future::pending::<()>().await;
        }
        x
    }

    let world = world();
    let token = CancellationToken::new();
    // One after the other: the second waits for ever, the third never begins.
    let batch = world.batch((0..3).map(|x| wait_if_one::call(&world, x))).concurrency(1).cancel_on(&token);
    let cancel = async {
        while !HAS_BEGUN.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        token.cancel();
    };
    let (results, ()) = tokio::join!(batch.into_future(), cancel);
    let codes: Vec<_> = results.iter().map(|result| result.as_ref().map_err(ecs::Error::code)).collect();
    assert_eq!(codes, [Ok(&0), Err("cancelled"), Err("cancelled")]);
    let recorded = |at: usize| results[at].as_ref().expect_err("it is cancelled").execution();
    let under_way = recorded(1).expect("it had begun");
    assert_eq!(*world.execution(under_way).expect("it is recorded").status(), Status::Cancelled);
    assert_eq!(recorded(2), None, "it had not begun");
    assert_eq!(outcomes(&world, Outcome::Cancelled), 1);
}

#[test]
fn a_batch_that_is_cancelled_already_runs_and_records_nothing() {
    let world = world();
    let token = CancellationToken::new();
    token.cancel();
    let other = CancellationToken::new();
    let calls = (0..200).map(|x| square::call(&world, x));
    let results = world.batch(calls).cancel_on(&token).cancel_on(&other).wait();
    assert_eq!(results.len(), 200);
    assert!(results.iter().all(|result| result.as_ref().is_err_and(|error| error.code() == "cancelled")));
    assert!(world.executions(&ExecutionFilter::new()).expect("it is in memory").is_empty());
}

#[test]
fn a_batch_that_stops_on_a_failure_begins_nothing_after_it() {
    let world = world();
    let calls = [2, 4, 5, 6, 8].map(|x| halve::call(&world, x));
    let results = world.batch(calls).concurrency(1).stop_on_failure().wait();
    let codes: Vec<_> = results.iter().map(|result| result.as_ref().map_err(ecs::Error::code)).collect();
    assert_eq!(codes, [Ok(&1), Ok(&2), Err("callable-failed"), Err("cancelled"), Err("cancelled")]);
    assert_eq!(world.executions(&ExecutionFilter::new()).expect("it is in memory").len(), 3);
}

#[test]
fn a_batch_that_is_dropped_drops_what_is_under_way_and_leaves_no_task() {
    static ALIVE: AtomicUsize = AtomicUsize::new(0);

    struct Guard;

    impl Drop for Guard {
        fn drop(&mut self) {
            ALIVE.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[callable]
    async fn hold() -> bool {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        let _guard = Guard;
        std::future::pending::<()>().await;
        true
    }

    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    let world = world();
    runtime.block_on(async {
        let batch = world.batch((0..100).map(|_| hold::call(&world))).concurrency(5);
        assert!(tokio::time::timeout(Duration::from_millis(50), batch.into_future()).await.is_err());
    });
    eventually("no task is alive", || runtime.metrics().num_alive_tasks() == 0);
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
    assert_eq!(outcomes(&world, Outcome::Cancelled), 5, "the others had not begun");
}

#[test]
fn a_synchronous_function_that_runs_when_its_batch_is_dropped_is_not_committed() -> ecs::Result<()> {
    static HAS_BEGUN: AtomicBool = AtomicBool::new(false);
    static MAY_END: AtomicBool = AtomicBool::new(false);

    #[callable]
    fn increment_when_allowed(counter: &mut Counter) {
        HAS_BEGUN.store(true, Ordering::SeqCst);
        eventually("it may end", || MAY_END.load(Ordering::SeqCst));
        counter.count += 1;
    }

    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    let world = world();
    let zero = world.insert(Counter { id: Id::new(), count: 0 })?;
    runtime.block_on(async {
        let mut results = world.batch([increment_when_allowed::call(&world, &zero)]).stream();
        let first = tokio::time::timeout(Duration::from_millis(20), results.next()).await;
        assert!(first.is_err(), "it has not ended");
        eventually("it has begun", || HAS_BEGUN.load(Ordering::SeqCst));
    });
    MAY_END.store(true, Ordering::SeqCst);
    eventually("no task is alive", || runtime.metrics().num_alive_tasks() == 0);
    assert_eq!(outcomes(&world, Outcome::Cancelled), 1);
    assert_eq!(world.head::<Counter>(&zero)?, zero);
    Ok(())
}

#[test]
fn calls_whose_runtime_is_gone_fail() {
    let world = world();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("it starts");
    let mut results = world.batch((0..100).map(|_| wait_if_odd::call(&world, 1))).concurrency(2).stream();
    {
        let _entered = runtime.enter();
        let mut next = pin!(results.next());
        assert!(next.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())).is_pending());
    }
    drop(runtime);
    let mut failed = 0;
    while let Some(result) = run_alone(results.next()) {
        assert_eq!(result.expect_err("nothing runs it").code(), "cancelled");
        failed += 1;
    }
    assert_eq!(failed, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_leaves_the_rest_of_its_task_its_turn() {
    let world = world();
    // Results are always there, for what is done with each takes longer than its call.
    let long = world.batch((0..4_000).map(|x| square::call(&world, x)));
    let slowly = long.for_each(|_, _| std::thread::sleep(Duration::from_millis(1)));
    assert!(tokio::time::timeout(Duration::from_millis(50), slowly).await.is_err());
}

// ---- Inside a call ------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_made_with_a_context_are_inside_its_execution() -> ecs::Result<()> {
    let world = world();
    let outer = sum_of_squares::call(&world, 20).recorded().await?;
    assert_eq!(outer.output, 2_470);
    let tree = world.execution_tree(outer.execution.id)?;
    assert_eq!(tree.entries().iter().filter(|entry| entry.depth == 1).count(), 20);
    Ok(())
}

#[tokio::test]
async fn a_batch_inside_a_synchronous_function_does_not_wait_for_the_thread_that_it_is_on() -> ecs::Result<()> {
    let world = world();
    let outer = world.batch([20, 20].map(|count| sum_of_squares_waited_for::call(&world, count))).await;
    assert_eq!(outer.into_iter().sum::<ecs::Result<u64>>()?, 4_940);
    Ok(())
}

#[test]
fn a_batch_inside_an_execution_that_was_stopped_begins_nothing_more() {
    #[callable]
    fn go_on_after_the_end(context: &Context) -> ecs::Result<u64> {
        eventually("it is late", || context.is_stopped());
        let results = context.batch((0..100).map(|x| square::call(context, x))).wait();
        assert!(results.iter().all(|result| result.as_ref().is_err_and(|error| error.code() == "timed-out")));
        Ok(0)
    }

    let world = world();
    let late = go_on_after_the_end::call(&world).timeout(Duration::from_millis(5)).wait();
    assert_eq!(late.expect_err("it is late").code(), "timed-out");
    assert_eq!(world.executions(&ExecutionFilter::new()).expect("it is in memory").len(), 1);
}

#[test]
#[should_panic(expected = "a call was put into a batch after it had begun")]
fn a_call_that_has_begun_is_not_for_a_batch() {
    let world = world();
    let mut begun = after::call(&world, 1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    let _entered = runtime.enter();
    assert!(pin!(&mut begun).poll(&mut TaskContext::from_waker(Waker::noop())).is_pending());
    drop(world.batch([begun]).concurrency(1).wait());
}
