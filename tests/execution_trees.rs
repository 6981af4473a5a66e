//! Who called whom: execution trees, how deep calls go, and what stays of a failure.

#[path = "common/fresh.rs"]
mod fresh;

use ecs::prelude::*;

use self::fresh::{Fresh as _, FreshBuilder as _};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    id: Id,
    count: u64,
}

#[callable]
fn increment(counter: &mut Counter) {
    counter.count += 1;
}

#[callable]
fn refuse(counter: &Counter) -> Result<u64, String> {
    Err(format!("{} is not for sale", counter.count))
}

#[callable]
fn descend(context: &Context, left: u32) -> ecs::Result<u32> {
    if left == 0 { Ok(context.depth()) } else { descend::call(context, left - 1).wait() }
}

#[callable]
async fn descend_later(context: &Context, left: u32) -> ecs::Result<u32> {
    if left == 0 { Ok(context.depth()) } else { Box::pin(descend_later::call(context, left - 1)).await }
}

#[callable]
async fn descend_by_name(context: &Context, left: u32) -> ecs::Result<u32> {
    if left == 0 {
        return Ok(context.depth());
    }
    let below = context.execute("descend_by_name", args! { left: left - 1 }).await?;
    Ok(below.value()?.as_u64().and_then(|depth| u32::try_from(depth).ok()).unwrap_or_default())
}

#[callable]
fn ping(context: &Context, n: u32) -> ecs::Result<u32> {
    pong::call(context, n + 1).wait()
}

#[callable]
fn pong(context: &Context, n: u32) -> ecs::Result<u32> {
    ping::call(context, n + 1).wait()
}

#[callable]
async fn twice_then_fail(context: &Context, counter: &Counter) -> ecs::Result<u64> {
    let one = increment::call(context, counter.clone()).await?;
    let two = increment::call(context, &one).await?;
    refuse::call(context, &two).await
}

#[callable]
fn outermost(context: &Context, counter: &Counter) -> ecs::Result<u64> {
    twice_then_fail::call(context, counter.clone()).wait()
}

fn counter(world: &World) -> Stored<Counter> {
    world.insert(Counter { id: Id::new(), count: 0 }).expect("it is new")
}

#[test]
fn an_outer_failure_keeps_what_inner_executions_committed_and_says_so() -> ecs::Result<()> {
    let world = World::fresh()?;
    let zero = counter(&world);
    let error = outermost::call(&world, &zero).wait().expect_err("it is refused");
    assert_eq!(error.code(), "callable-failed");
    assert_eq!(error.kept_executions(), 2);
    assert!(error.to_string().contains("2 is not for sale"), "{error}");
    assert!(error.to_string().ends_with("2 executions called from inside it had committed and stay"), "{error}");
    assert_eq!(world.head::<Counter>(&zero)?.count, 2);

    let tree = world.execution_tree(error.execution().expect("recorded"))?;
    let told: Vec<_> = tree
        .entries()
        .iter()
        .map(|entry| (entry.depth, entry.execution.callable(), entry.execution.is_success()))
        .collect();
    assert_eq!(
        told,
        [
            (0, "outermost", false),
            (1, "twice_then_fail", false),
            (2, "increment", true),
            (2, "increment", true),
            (2, "refuse", false)
        ]
    );
    let text = tree.to_string();
    assert!(text.starts_with("outermost failed (callable-failed): "), "{text}");
    assert!(text.contains("\n    increment succeeded in "), "{text}");
    let Status::Failed { message, .. } = tree.entries()[0].execution.status() else { panic!("it failed") };
    assert!(message.ends_with("2 executions called from inside it had committed and stay"), "{message}");
    Ok(())
}

#[test]
fn calls_may_be_as_deep_as_the_world_allows() -> ecs::Result<()> {
    let world = World::builder().depth_limit(2_000).fresh()?;
    assert_eq!(descend::call(&world, 2_000).wait()?, 2_000);
    assert_eq!(descend_later::call(&world, 2_000).wait()?, 2_000);
    assert_eq!(descend_by_name::call(&world, 2_000).wait()?, 2_000);
    let deepest = world.executions(&ExecutionFilter::new().callable("descend"))?;
    assert_eq!(world.execution_tree(deepest[0].id)?.entries().last().map(|entry| entry.depth), Some(2_000));
    Ok(())
}

#[test]
fn calls_deeper_than_that_are_refused_and_recorded() -> ecs::Result<()> {
    let world = World::builder().depth_limit(3).fresh()?;
    assert_eq!(descend::call(&world, 3).wait()?, 3);
    let error = descend_later::call(&world, 4).wait().expect_err("it is refused");
    assert!(
        error.to_string().contains("`descend_later` was called from inside 4 other calls, and 3 is the limit"),
        "{error}"
    );
    let refused = world.executions(&ExecutionFilter::new().callable("descend_later").outcome(Outcome::Failed))?;
    assert!(matches!(refused.last().expect("recorded").status(), Status::Failed { code: "too-deep", .. }));
    Ok(())
}

#[test]
fn calls_that_call_each_other_in_a_circle_end_at_the_limit() -> ecs::Result<()> {
    let world = World::fresh()?;
    let error = ping::call(&world, 0).wait().expect_err("it is refused");
    assert!(error.to_string().contains("calls that call each other in a circle never end"), "{error}");
    let executions = world.executions(&ExecutionFilter::new())?;
    assert_eq!(executions.len(), 258, "256 inside the first, and the one that was refused");
    Ok(())
}

#[test]
fn an_unknown_execution_has_no_tree() -> ecs::Result<()> {
    let (world, other) = (World::fresh()?, World::fresh()?);
    let zero = counter(&other);
    let ran = other.execute("increment", args! { counter: &zero }).wait()?;
    assert_eq!(world.execution_tree(ran.execution().id).expect_err("it is refused").code(), "unknown-execution");
    Ok(())
}
