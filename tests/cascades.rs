//! Handlers call callables, whose events call handlers: linked as parents and children, and never for ever.

#[path = "common/fresh.rs"]
mod fresh;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ecs::prelude::*;
use ecs::{FailureReason, Subscription};

use self::fresh::{Fresh as _, FreshBuilder as _};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Reading {
    id: Id,
    value: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Doubled {
    id: Id,
    value: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    id: Id,
    text: String,
}

#[callable]
fn read(value: i64) -> Reading {
    Reading { id: Id::new(), value }
}

#[callable]
fn double(reading: &Reading) -> Doubled {
    Doubled { id: Id::new(), value: 2 * reading.value }
}

#[callable]
async fn report(doubled: &Doubled) -> Report {
    Report { id: Id::new(), text: format!("twice is {}", doubled.value) }
}

#[callable]
fn grow(reading: &mut Reading) {
    reading.value += 1;
}

#[callable]
fn refuse_always(reading: &Reading) -> Result<i64, String> {
    Err(format!("{} is refused", reading.value))
}

fn created<T: ecs::Entity>() -> EventFilter {
    EventFilter::new().event(EventType::VersionCreated).entity::<T>()
}

/// Doubles each reading, and reports what was doubled.
fn subscribe(world: &World) -> [Subscription; 2] {
    let doubling = world
        .on(created::<Reading>())
        .handle(|context, event| double::call(context, &event.stored(context)?).wait().map(drop));
    let reporting = world
        .on(created::<Doubled>())
        .handle_async(|context, event| async move { report::call(&context, &event.stored(&context)?).await.map(drop) });
    [doubling, reporting]
}

/// The callables from the outermost execution to the one that is most deeply inside.
fn chain_of(world: &World, execution: ExecutionId) -> ecs::Result<Vec<&'static str>> {
    let mut chain = Vec::new();
    let mut next = Some(execution);
    while let Some(id) = next {
        let execution = world.execution(id)?;
        chain.insert(0, execution.callable());
        next = execution.parent;
    }
    Ok(chain)
}

#[test]
fn what_handlers_call_is_nested_below_the_execution_of_the_event() -> ecs::Result<()> {
    let world = World::fresh()?;
    let subscriptions = subscribe(&world);
    let mut reports = world.on(created::<Report>()).stream();
    let reading = read::call(&world, 21).wait()?;
    world.events().wait_idle();

    let event = reports.try_next().expect("the whole cascade is worked off");
    assert_eq!(world.get::<Report>(event.ecs_id().expect("it is about one"))?.text, "twice is 42");
    let last = event.execution.expect("a callable made it");
    assert_eq!(chain_of(&world, last)?, ["read", "double", "report"]);
    assert_eq!(event.parent, world.execution(last)?.parent);
    let tree = world.execution_tree(reading.execution_id().expect("a callable made it"))?;
    let shown = tree.to_string();
    assert!(["read", "double", "report"].iter().all(|callable| shown.contains(callable)), "{shown}");
    drop(subscriptions);
    Ok(())
}

#[test]
fn idle_means_that_all_that_followed_is_worked_off() -> ecs::Result<()> {
    let world = World::fresh()?;
    let subscriptions = subscribe(&world);
    for value in 0..200 {
        read::call(&world, value).wait()?;
    }
    world.events().wait_idle();
    let count = |callable| world.executions(&ExecutionFilter::new().callable(callable)).map(|all| all.len());
    assert_eq!((count("double")?, count("report")?), (200, 200));
    assert_eq!(world.events().statistics().pending, 0);
    assert!(world.events().failures().is_empty(), "{:?}", world.events().failures());
    drop(subscriptions);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_is_awaited_while_tasks_work_the_cascade_off() -> ecs::Result<()> {
    let world = World::fresh()?;
    let subscriptions = subscribe(&world);
    for value in 0..200 {
        read::call(&world, value).await?;
    }
    world.events().idle().await;
    assert_eq!(world.executions(&ExecutionFilter::new().callable("report"))?.len(), 200);
    drop(subscriptions);
    Ok(())
}

#[test]
fn what_follows_from_an_insert_has_no_execution_to_be_nested_below() -> ecs::Result<()> {
    let world = World::fresh()?;
    let contexts = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&contexts);
    let subscription = world.on(created::<Reading>()).handle(move |context, event| {
        seen.lock().expect("nobody panics with it").push(context.execution_id());
        double::call(context, &event.stored(context)?).wait().map(drop)
    });
    world.insert(Reading { id: Id::new(), value: 4 })?;
    let read = read::call(&world, 5).wait()?;
    world.events().wait_idle();
    assert_eq!(*contexts.lock().expect("nobody panics with it"), [None, read.execution_id()]);
    let parents: Vec<_> = world
        .executions(&ExecutionFilter::new().callable("double"))?
        .iter()
        .map(|execution| execution.parent)
        .collect();
    assert_eq!(parents, [None, read.execution_id()]);
    drop(subscription);
    Ok(())
}

#[test]
fn what_a_handler_stores_and_tells_itself_stays_linked_to_the_event() -> ecs::Result<()> {
    let world = World::fresh()?;
    let subscription = world.on(created::<Reading>()).handle(|context, event| {
        let reading = event.stored::<Reading>(context)?;
        context.insert(Doubled { id: Id::new(), value: 2 * reading.value })?;
        context.emit("doubled");
        Ok::<(), Error>(())
    });
    let mut following = world.on(EventFilter::new().event(EventType::VersionCreated).entity::<Doubled>()).stream();
    let mut telling = world.on(EventFilter::new().payload::<&str>()).stream();
    let reading = read::call(&world, 3).wait()?;
    world.events().wait_idle();
    for stream in [&mut following, &mut telling] {
        let event = stream.try_next().expect("the handler has run");
        assert_eq!((event.execution, event.parent), (None, reading.execution_id()));
    }
    drop(subscription);
    Ok(())
}

#[test]
fn a_cascade_that_feeds_itself_ends_at_the_depth_limit_with_a_failed_execution_that_says_so() -> ecs::Result<()> {
    let world = World::builder().depth_limit(20).fresh()?;
    let growing = EventFilter::new().event(EventType::VersionMutated).entity::<Reading>();
    let subscription =
        world.on(growing).handle(|context, event| grow::call(context, &event.stored(context)?).wait().map(drop));
    let reading = world.insert(Reading { id: Id::new(), value: 0 })?;
    grow::call(&world, &reading).wait()?;
    world.events().wait_idle();

    assert_eq!(world.head::<Reading>(&reading)?.value, 21, "one at each depth from 0 to 20");
    let failed = world.executions(&ExecutionFilter::new().outcome(Outcome::Failed))?;
    assert_eq!(failed.len(), 1);
    assert!(matches!(&failed[0].status(), Status::Failed { code: "too-deep", .. }), "{}", failed[0].status());
    assert_eq!(chain_of(&world, failed[0].id)?.len(), 22);
    let failures = world.events().failures();
    assert_eq!(failures.len(), 1);
    assert!(failures[0].to_string().contains("20"), "{}", failures[0]);
    drop(subscription);
    Ok(())
}

#[test]
fn a_cascade_that_feeds_itself_with_its_failures_ends() -> ecs::Result<()> {
    let world = World::builder().depth_limit(20).fresh()?;
    let reading = world.insert(Reading { id: Id::new(), value: 0 })?;
    let refused = reading.clone();
    let subscription = world
        .on(EventFilter::new().event(EventType::ExecutionFailed))
        .handle(move |context, _| refuse_always::call(context, &refused).wait().map(drop));
    refuse_always::call(&world, &reading).wait().expect_err("it always refuses");
    world.events().wait_idle();
    assert_eq!(world.executions(&ExecutionFilter::new())?.len(), 22, "21 refusals, and one call that was too deep");
    assert_eq!(world.events().statistics().stopped, 1);
    let failures = world.events().failures();
    let stopped = failures.iter().find(|failure| failure.reason == FailureReason::TooDeep { depth: 21, limit: 20 });
    assert!(stopped.is_some_and(|stopped| stopped.to_string().contains("a cascade seems to feed itself")));
    drop(subscription);
    Ok(())
}

#[test]
fn a_cascade_that_feeds_itself_without_calling_anything_ends_too() -> ecs::Result<()> {
    let world = World::builder().depth_limit(20).fresh()?;
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let inserting = world.on(created::<Reading>()).handle(move |context, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        context.insert(Reading { id: Id::new(), value: 0 }).map(drop)
    });
    let emitting = world.on(EventFilter::new().payload::<u32>()).handle_async(|context, event| async move {
        context.emit(event.payload::<u32>().map_or(0, |number| number + 1));
    });
    let mut numbers = world.on(EventFilter::new().payload::<u32>()).stream();
    world.insert(Reading { id: Id::new(), value: 0 })?;
    world.emit(0_u32);
    world.events().wait_idle();
    assert_eq!(count.load(Ordering::Relaxed), 21, "one at each depth from 0 to 20");
    let told = std::iter::from_fn(|| numbers.try_next()).count();
    assert_eq!(told, 22, "the last one reaches streams, but no handler");
    assert_eq!(world.events().statistics().stopped, 2);
    drop((inserting, emitting));
    Ok(())
}

#[test]
fn a_cascade_that_calls_without_its_context_ends_too() -> ecs::Result<()> {
    let world = World::builder().depth_limit(20).fresh()?;
    let subscription = world
        .on(EventFilter::new().event(EventType::VersionMutated).entity::<Reading>())
        .handle(|context, event| grow::call(context.world(), &event.stored(context)?).wait().map(drop));
    let reading = world.insert(Reading { id: Id::new(), value: 0 })?;
    grow::call(&world, &reading).wait()?;
    world.events().wait_idle();
    assert_eq!(world.head::<Reading>(&reading)?.value, 22);
    assert!(world.executions(&ExecutionFilter::new())?.iter().all(|execution| execution.parent.is_none()));
    assert_eq!(world.events().statistics().stopped, 1);
    drop(subscription);
    Ok(())
}

#[test]
fn two_handlers_that_feed_each_other_end() -> ecs::Result<()> {
    #[derive(Clone, Copy)]
    struct Ping;
    struct Pong;
    let world = World::builder().depth_limit(10).fresh()?;
    let pinged = world.on(EventFilter::new().payload::<Ping>()).handle(|context, _| context.emit(Pong));
    let ponged = world.on(EventFilter::new().payload::<Pong>()).handle(|context, _| context.emit(Ping));
    world.emit(Ping);
    world.events().wait_idle();
    let statistics = world.events().statistics();
    assert_eq!((statistics.published(EventType::UserDefined), statistics.stopped), (12, 1));
    drop((pinged, ponged));
    Ok(())
}

#[test]
fn a_handler_that_fails_half_way_keeps_what_it_has_called() -> ecs::Result<()> {
    let world = World::fresh()?;
    let subscription = world.on(created::<Reading>()).handle(|context, event| {
        let reading = event.stored::<Reading>(context)?;
        double::call(context, &reading).wait()?;
        refuse_always::call(context, &reading).wait()?;
        Ok::<(), Error>(())
    });
    let reading = read::call(&world, 8).wait()?;
    world.events().wait_idle();
    let inside = world.executions(&ExecutionFilter::new().parent(reading.execution_id().expect("a call made it")))?;
    let outcomes: Vec<_> =
        inside.iter().map(|execution| (execution.callable(), execution.status().outcome())).collect();
    assert_eq!(outcomes, [("double", Outcome::Succeeded), ("refuse_always", Outcome::Failed)]);
    assert!(world.events().failures()[0].to_string().contains("8 is refused"));
    drop(subscription);
    Ok(())
}

#[test]
fn a_handler_of_a_nested_execution_is_nested_below_that_one() -> ecs::Result<()> {
    #[callable]
    fn read_inside(context: &Context, value: i64) -> ecs::Result<i64> {
        Ok(read::call(context, value).wait()?.value)
    }

    let world = World::fresh()?;
    let subscriptions = subscribe(&world);
    read_inside::call(&world, 6).wait()?;
    world.events().wait_idle();
    let reports = world.executions(&ExecutionFilter::new().callable("report"))?;
    assert_eq!(chain_of(&world, reports[0].id)?, ["read_inside", "read", "double", "report"]);
    drop(subscriptions);
    Ok(())
}
