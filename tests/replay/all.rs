//! Many executions are replayed, and summed up.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ecs::prelude::*;

use super::fresh::Fresh as _;
use super::one_thread::in_one_thread;
use super::{Student, raise, student};

static TICKS: AtomicU64 = AtomicU64::new(0);

#[callable]
fn tick(student: &mut Student) {
    student.gpa = TICKS.fetch_add(1, Ordering::Relaxed) as f64;
}

#[callable]
async fn linger(student: &Student, milliseconds: u64) -> f64 {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    student.gpa
}

#[callable]
fn refuse(student: &Student) -> Result<f64, String> {
    Err(format!("{} is refused", student.name))
}

#[tokio::test]
async fn a_summary_counts_and_lists_what_is_not_identical() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut alice = world.insert(student("Alice", 1.0))?;
    for _ in 0..3 {
        alice = raise::call(&world, &alice, 1.0).await?;
    }
    refuse::call(&world, &alice).await.expect_err("it refuses");
    let ticked = tick::call(&world, &alice).recorded().await?;
    let stale = raise::call(&world, &alice, 1.0).await.expect_err("it is no head");
    let late = linger::call(&world, &alice, 60_000).timeout(Duration::from_millis(1)).await.expect_err("it is late");
    let token = CancellationToken::new();
    token.cancel();
    linger::call(&world, &alice, 1).cancel_on(&token).await.expect_err("it is cancelled");

    let mut told = Vec::new();
    let summary = world
        .replay_all(&ExecutionFilter::new())
        .on_progress(|done, of| told.push((done, of)))
        .timeout(Duration::from_secs(60))
        .await?;
    assert_eq!(told, (1..=8).map(|done| (done, 8)).collect::<Vec<_>>());
    assert_eq!((summary.identical, summary.different, summary.left, summary.total()), (4, 1, 0, 8));
    let reasons: Vec<_> = summary.not_replayable.iter().map(|(reason, count)| (*reason, *count)).collect();
    assert_eq!(reasons, [("cancelled", 1), ("not-by-function", 2)]);
    assert!(!summary.is_identical());
    let others: Vec<_> = summary.others.iter().map(|replay| replay.execution.id).collect();
    let failed = |error: &ecs::Error| error.execution().expect("it is recorded");
    assert_eq!(others[..3], [ticked.execution.id, failed(&stale), failed(&late)]);

    let text = summary.to_string();
    let first =
        "8 executions: 4 identical, 1 different, 1 not replayable (cancelled), 2 not replayable (not-by-function)";
    assert_eq!(text.lines().next(), Some(first));
    assert!(text.contains(&format!("{} tick: different", ticked.execution.id)), "{text}");
    Ok(())
}

#[test]
fn a_filter_says_which_executions_are_replayed() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 1.0))?;
    let raised = raise::call(&world, &alice, 1.0).wait()?;
    tick::call(&world, &raised).wait()?;
    let summary = world.replay_all(&ExecutionFilter::new().callable("raise")).wait()?;
    assert!(summary.is_identical());
    assert_eq!(summary.to_string(), "1 execution: 1 identical");
    let none = world.replay_all(&ExecutionFilter::new().callable("nobody")).wait()?;
    assert_eq!(none.to_string(), "0 executions: 0 identical");
    Ok(())
}

#[tokio::test]
async fn a_token_ends_the_replays_with_a_summary_of_those_that_are_done() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut alice = world.insert(student("Alice", 1.0))?;
    for _ in 0..5 {
        alice = raise::call(&world, &alice, 1.0).await?;
    }
    let token = CancellationToken::new();
    let cancel_after_two = |done: usize, _of: usize| {
        if done == 2 {
            token.cancel()
        }
    };
    let summary = world.replay_all(&ExecutionFilter::new()).on_progress(cancel_after_two).cancel_on(&token).await?;
    assert_eq!((summary.identical, summary.left), (2, 3));
    assert!(!summary.is_identical());
    assert_eq!(summary.to_string(), "5 executions: 2 identical, 3 left when cancelled");
    Ok(())
}

#[test]
fn replays_are_waited_for_on_the_only_thread_of_a_runtime() -> ecs::Result<()> {
    let summary = in_one_thread(|| {
        let world = World::fresh()?;
        let alice = world.insert(student("Alice", 1.0))?;
        raise::call(&world, &alice, 1.0).wait()?;
        world.replay_all(&ExecutionFilter::new()).wait()
    })?;
    assert_eq!((summary.identical, summary.total()), (1, 1));
    Ok(())
}

#[tokio::test]
async fn others_get_their_turn_between_two_replays() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut alice = world.insert(student("Alice", 1.0))?;
    for _ in 0..100 {
        alice = raise::call(&world, &alice, 1.0).await?;
    }
    let (turns, token) = (AtomicU64::new(0), CancellationToken::new());
    let others = async {
        while !token.is_cancelled() {
            turns.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    };
    let replays = async {
        let summary = world.replay_all(&ExecutionFilter::new()).await;
        token.cancel();
        summary
    };
    let ((), summary) = tokio::join!(others, replays);
    assert!(summary?.is_identical());
    assert!(turns.into_inner() >= 100);
    Ok(())
}
