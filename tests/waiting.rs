//! An asynchronous function that waits is polled whenever the call is, and no more often.

#[path = "common/fresh.rs"]
mod fresh;

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    id: Id,
    polls: u64,
}

/// How often it is polled before it ends.
const POLLS: u64 = 4;

#[callable]
async fn wait(counter: &mut Counter) {
    poll_fn(|_| {
        counter.polls += 1;
        if counter.polls < POLLS { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}

#[callable(memo)]
async fn wait_and_keep(polls: u64) -> u64 {
    let mut left = polls;
    poll_fn(|_| {
        left -= 1;
        if left > 0 { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    polls
}

/// Checks that a call is done the moment that its function was polled so often.
fn assert_polled<T>(name: &str, call: impl Future<Output = ecs::Result<T>>) {
    let mut call = pin!(call);
    let mut task = TaskContext::from_waker(Waker::noop());
    for poll in 1..POLLS {
        assert!(call.as_mut().poll(&mut task).is_pending(), "{name}: poll {poll} of {POLLS}");
    }
    match call.as_mut().poll(&mut task) {
        Poll::Ready(done) => assert!(done.is_ok(), "{name}"),
        Poll::Pending => panic!("{name}: its function was polled less often than it was"),
    }
}

#[test]
fn a_function_is_polled_as_often_as_its_call() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counter = || Counter { id: Id::new(), polls: 0 };
    assert_polled("typed", wait::call(&world, counter()));
    assert_polled("recorded", wait::call(&world, counter()).recorded());
    assert_polled("by name", world.execute("wait", args! { counter: world.insert(counter())?.address() }));
    let token = CancellationToken::new();
    assert_polled("with a token", wait::call(&world, counter()).cancel_on(&token));
    assert_polled("with a deadline", wait::call(&world, counter()).timeout(Duration::from_secs(600)));
    assert_polled("kept", wait_and_keep::call(&world, POLLS));
    Ok(())
}

#[test]
fn a_call_that_lost_its_race_begins_at_once_again() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counter = world.insert(Counter { id: Id::new(), polls: 0 })?;
    let mut call = pin!(wait::call(&world, &counter).on_conflict(OnConflict::Retry(1)));
    let mut task = TaskContext::from_waker(Waker::noop());
    for _ in 1..POLLS {
        assert!(call.as_mut().poll(&mut task).is_pending());
    }
    let other = world.commit(Counter { polls: POLLS - 1, ..(*counter).clone() })?;
    let Poll::Ready(done) = call.as_mut().poll(&mut task) else { panic!("it has one poll left on the newest version") };
    assert_eq!(done?.parent(), Some(other.ecs_id()));
    Ok(())
}
