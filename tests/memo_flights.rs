//! Equal calls at one time: one runs, the others wait for it, and none waits for itself.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use common::{Student, student};
use ecs::prelude::*;
use tokio::sync::Semaphore;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    id: Id,
    text: String,
}

fn report(text: &str) -> Report {
    Report { id: Id::new(), text: text.to_owned() }
}

const SOON: Duration = Duration::from_millis(20);
const AT_LAST: Duration = Duration::from_secs(60);

/// Waits until so many calls of this world wait for an equal one.
fn until_waiting(world: &World, calls: u64) {
    let begun = Instant::now();
    while world.memo().statistics().waits < calls {
        assert!(begun.elapsed() < AT_LAST, "{:?}", world.memo().statistics());
        thread::sleep(Duration::from_millis(1));
    }
}

/// A door that opens once, for threads.
struct Door(Mutex<bool>, std::sync::Condvar);

impl Door {
    const fn new() -> Self {
        Self(Mutex::new(false), std::sync::Condvar::new())
    }

    fn open(&self) {
        *self.0.lock().expect("nobody panics") = true;
        self.1.notify_all();
    }

    fn pass(&self) {
        let is_open = self.0.lock().expect("nobody panics");
        let (_open, late) = self.1.wait_timeout_while(is_open, AT_LAST, |is_open| !*is_open).expect("nobody panics");
        assert!(!late.timed_out(), "the door stays closed");
    }
}

static RUNS_IN_THREADS: AtomicUsize = AtomicUsize::new(0);
static DOOR_OF_THREADS: Door = Door::new();

#[callable(memo)]
fn slowly(student: &Student) -> Report {
    RUNS_IN_THREADS.fetch_add(1, Ordering::SeqCst);
    DOOR_OF_THREADS.pass();
    report(&student.name)
}

#[test]
fn of_equal_calls_in_many_threads_one_runs() -> ecs::Result<()> {
    const THREADS: usize = 8;
    let world = World::fresh()?;
    let barrier = Barrier::new(THREADS);
    let reports = thread::scope(|scope| {
        let call = || {
            barrier.wait();
            slowly::call(&world, student("Alice", 1.0)).wait()
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(call)).collect();
        until_waiting(&world, THREADS as u64 - 1);
        DOOR_OF_THREADS.open();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect::<ecs::Result<Vec<_>>>()
    })?;
    assert_eq!(RUNS_IN_THREADS.load(Ordering::SeqCst), 1);
    assert!(reports.iter().all(|report| *report == reports[0]));
    let executions = world.executions(&ExecutionFilter::new().callable("slowly"))?;
    assert_eq!(executions.len(), THREADS);
    assert_eq!(executions.iter().filter(|execution| execution.reused().is_some()).count(), THREADS - 1);
    let statistics = world.memo().statistics();
    assert_eq!((statistics.misses, statistics.hits, statistics.waits), (1, THREADS as u64 - 1, THREADS as u64 - 1));
    Ok(())
}

static RUNS_IN_TASKS: AtomicUsize = AtomicUsize::new(0);
static DOOR_OF_TASKS: Semaphore = Semaphore::const_new(0);

#[callable(memo)]
async fn slowly_later(text: String) -> Report {
    RUNS_IN_TASKS.fetch_add(1, Ordering::SeqCst);
    let _permit = DOOR_OF_TASKS.acquire().await.expect("it is not closed");
    report(&text)
}

#[tokio::test]
async fn of_equal_calls_in_many_tasks_one_runs() -> ecs::Result<()> {
    const TASKS: u64 = 100;
    let world = World::fresh()?;
    let task = |_| {
        let world = world.clone();
        tokio::spawn(async move { slowly_later::call(&world, "a".to_owned()).await })
    };
    let tasks: Vec<_> = (0..TASKS).map(task).collect();
    while world.memo().statistics().waits < TASKS - 1 {
        tokio::task::yield_now().await;
    }
    DOOR_OF_TASKS.add_permits(1);
    let mut first = None;
    for task in tasks {
        let report = task.await.expect("it does not panic")?;
        assert_eq!(*first.get_or_insert(report.clone()), report);
    }
    assert_eq!(RUNS_IN_TASKS.load(Ordering::SeqCst), 1);
    Ok(())
}

static RUNS_OF_FAILING: AtomicUsize = AtomicUsize::new(0);
static DOOR_OF_FAILING: Door = Door::new();

#[callable(memo)]
fn fail_first(value: u64) -> Result<u64, String> {
    if RUNS_OF_FAILING.fetch_add(1, Ordering::SeqCst) == 0 {
        DOOR_OF_FAILING.pass();
        return Err("the first fails".to_owned());
    }
    Ok(value)
}

#[test]
fn if_the_first_fails_one_that_waits_runs() -> ecs::Result<()> {
    let world = World::fresh()?;
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| fail_first::call(&world, 7).wait())).collect();
        until_waiting(&world, 3);
        DOOR_OF_FAILING.open();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
    assert!(results.iter().flatten().all(|value| *value == 7));
    assert_eq!(RUNS_OF_FAILING.load(Ordering::SeqCst), 2);
    Ok(())
}

static RUNS_OF_DROPPED: AtomicUsize = AtomicUsize::new(0);

#[callable(memo)]
async fn hang_first(value: u64) -> u64 {
    if RUNS_OF_DROPPED.fetch_add(1, Ordering::SeqCst) == 0 {
        std::future::pending::<()>().await;
    }
    value
}

#[tokio::test]
async fn if_the_first_is_dropped_one_that_waits_runs() -> ecs::Result<()> {
    let world = World::fresh()?;
    let task = |_| {
        let world = world.clone();
        tokio::spawn(async move { hang_first::call(&world, 7).recorded().await })
    };
    let mut tasks: Vec<_> = (0..3).map(task).collect();
    while world.memo().statistics().waits < 2 {
        tokio::task::yield_now().await;
    }
    // They were polled in the order in which they were spawned.
    tasks.remove(0).abort();
    let (second, third) = (tasks.remove(0), tasks.remove(0));
    let (second, third) = (second.await.expect("it runs")?, third.await.expect("it runs")?);
    assert_eq!((second.output, third.output), (7, 7));
    assert_eq!(RUNS_OF_DROPPED.load(Ordering::SeqCst), 2);
    let outcomes = world.executions(&ExecutionFilter::new().callable("hang_first"))?;
    assert_eq!(outcomes.iter().filter(|execution| *execution.status() == Status::Cancelled).count(), 1);
    Ok(())
}

#[callable(memo)]
async fn never(value: u64) -> u64 {
    std::future::pending::<()>().await;
    value
}

#[tokio::test]
async fn a_deadline_and_a_token_end_the_waiting_too() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = {
        let world = world.clone();
        tokio::spawn(async move { never::call(&world, 1).await })
    };
    while world.memo().statistics().misses == 0 {
        tokio::task::yield_now().await;
    }
    let late = never::call(&world, 1).timeout(SOON).await.expect_err("it is late");
    assert_eq!(late.code(), "timed-out");
    let token = CancellationToken::new();
    let cancel = async {
        tokio::time::sleep(SOON).await;
        token.cancel();
    };
    let (cancelled, ()) = tokio::join!(never::call(&world, 1).cancel_on(&token), cancel);
    assert_eq!(cancelled.expect_err("it was cancelled").code(), "cancelled");
    assert_eq!(world.memo().statistics().waits, 2);
    first.abort();
    Ok(())
}

static DOOR_OF_PATIENCE: Door = Door::new();

#[callable(memo)]
fn behind_a_door(value: u64) -> u64 {
    DOOR_OF_PATIENCE.pass();
    value
}

#[test]
fn a_deadline_ends_the_waiting_of_a_thread_too() -> ecs::Result<()> {
    let world = World::fresh()?;
    thread::scope(|scope| {
        let first = scope.spawn(|| behind_a_door::call(&world, 1).wait());
        while world.memo().statistics().misses == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        let late = behind_a_door::call(&world, 1).timeout(SOON).wait().expect_err("it is late");
        assert_eq!(late.code(), "timed-out");
        DOOR_OF_PATIENCE.open();
        assert_eq!(first.join().expect("it does not panic")?, 1);
        Ok(())
    })
}

#[callable(memo)]
fn again(context: &Context, value: u64) -> ecs::Result<u64> {
    if context.depth() < 3 { again::call(context, value).wait() } else { Ok(value + u64::from(context.depth())) }
}

#[callable(memo)]
async fn again_later(context: &Context, value: u64) -> ecs::Result<u64> {
    if context.depth() < 3 { Box::pin(again_later::call(context, value)).await } else { Ok(value) }
}

#[callable(memo)]
fn for_ever(context: &Context, value: u64) -> ecs::Result<u64> {
    for_ever::call(context, value).wait()
}

#[tokio::test]
async fn a_call_inside_an_equal_one_runs() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(again::call(&world, 7).wait()?, 10);
    assert_eq!(again_later::call(&world, 7).await?, 7);
    let error = for_ever::call(&world, 7).wait().expect_err("it goes too deep");
    assert!(error.to_string().contains("256 is the limit"));
    assert_eq!(world.memo().statistics().waits, 0);
    Ok(())
}

static WORLD: OnceLock<World> = OnceLock::new();
static DEPTH: AtomicUsize = AtomicUsize::new(0);

#[callable(memo)]
fn through_a_static(value: u64) -> ecs::Result<u64> {
    let world = WORLD.get().expect("it is there");
    if DEPTH.fetch_add(1, Ordering::SeqCst) < 3 { through_a_static::call(world, value).wait() } else { Ok(value) }
}

#[test]
fn a_call_inside_an_equal_one_runs_even_if_it_is_not_made_through_the_context() -> ecs::Result<()> {
    let world = WORLD.get_or_init(|| World::fresh().expect("names are unique"));
    assert_eq!(through_a_static::call(world, 7).wait()?, 7);
    Ok(())
}

static MEETING: OnceLock<Barrier> = OnceLock::new();

fn meet(context: &Context) {
    if context.depth() == 0 {
        MEETING.get_or_init(|| Barrier::new(2)).wait();
    }
}

#[callable(memo)]
fn ping(context: &Context, value: u64) -> ecs::Result<u64> {
    meet(context);
    if context.depth() < 4 { pong::call(context, value).wait() } else { Ok(value) }
}

#[callable(memo)]
fn pong(context: &Context, value: u64) -> ecs::Result<u64> {
    meet(context);
    if context.depth() < 4 { ping::call(context, value).wait() } else { Ok(value) }
}

#[test]
fn two_callables_that_wait_for_each_other_do_not_stand_still() -> ecs::Result<()> {
    let world = World::fresh()?;
    thread::scope(|scope| {
        let threads = [scope.spawn(|| ping::call(&world, 1).wait()), scope.spawn(|| pong::call(&world, 1).wait())];
        for thread in threads {
            assert_eq!(thread.join().expect("it does not panic")?, 1);
        }
        Ok(())
    })
}

/// Each of three calls the next one, once all three have begun.
#[callable(memo)]
async fn round_table(context: &Context, seat: u64) -> ecs::Result<u64> {
    static SEATED: OnceLock<tokio::sync::Barrier> = OnceLock::new();
    if context.depth() == 0 {
        SEATED.get_or_init(|| tokio::sync::Barrier::new(3)).wait().await;
    }
    if context.depth() > 4 {
        return Ok(seat);
    }
    Box::pin(round_table::call(context, (seat + 1) % 3)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_circle_of_three_tasks_does_not_stand_still() -> ecs::Result<()> {
    let world = World::fresh()?;
    let seats = [0, 1, 2].map(|seat| {
        let world = world.clone();
        tokio::spawn(async move { round_table::call(&world, seat).await })
    });
    for seat in seats {
        tokio::time::timeout(AT_LAST, seat).await.expect("it does not stand still").expect("it does not panic")?;
    }
    Ok(())
}
