//! Callables that call others through the `&Context`.

#[path = "common/fresh.rs"]
mod fresh;

use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    id: Id,
    value: i64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Step {
    id: Id,
    #[config(default = 1)]
    by: i64,
}

#[callable]
fn advance(counter: &mut Counter, step: &Step) {
    counter.value += step.by;
}

#[callable]
fn describe_steps(steps: Vec<Step>) -> i64 {
    steps.iter().map(|step| step.by).sum()
}

#[callable]
fn advance_twice(context: &Context, counter: &Counter, step: &Step) -> ecs::Result<i64> {
    let once = advance::call(context, counter.clone(), step.clone()).wait()?;
    Ok(advance::call(context, &once, step.clone()).wait()?.value)
}

#[callable]
async fn advance_later(context: &Context, counter: &Counter) -> ecs::Result<i64> {
    let step = Step { by: 10, ..Step::default() };
    Ok(advance::call(context, counter.clone(), step).await?.value)
}

#[callable]
fn advance_then_fail(context: &Context, counter: &Counter) -> ecs::Result<i64> {
    let advanced = advance::call(context, counter.clone(), Step::default()).wait()?;
    // The handle is no longer the head, so this conflicts.
    advance::call(context, counter.clone(), Step::default()).wait()?;
    Ok(advanced.value)
}

#[callable]
fn use_step_as_entity(context: &Context, step: &Step) -> ecs::Result<i64> {
    describe_steps::call(context, vec![step.clone()]).wait()
}

#[callable]
fn advance_by_either(first: &Context, counter: &Counter, second: &Context) -> ecs::Result<i64> {
    assert_eq!(first.execution_id(), second.execution_id());
    let once = advance::call(first, counter.clone(), Step::default()).wait()?;
    Ok(advance::call(second, &once, Step::default()).wait()?.value)
}

fn counter(world: &World) -> ecs::Result<Stored<Counter>> {
    world.insert(Counter { id: Id::new(), value: 0 })
}

#[test]
fn nested_executions_have_the_outer_one_as_their_parent() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counter = counter(&world)?;
    assert_eq!(advance_twice::call(&world, &counter, Step { by: 3, ..Step::default() }).wait()?, 6);
    let outer = &world.executions(&ExecutionFilter::new().callable("advance_twice"))?[0];
    let inner = world.executions(&ExecutionFilter::new().parent(outer.id))?;
    assert_eq!(inner.len(), 2);
    assert!(inner.iter().all(|execution| execution.callable() == "advance" && execution.is_success()));
    assert!(inner.iter().all(|execution| execution.configs == outer.configs), "one config for all three");
    Ok(())
}

#[tokio::test]
async fn an_asynchronous_callable_awaits_others() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counter = counter(&world)?;
    assert_eq!(advance_later::call(&world, &counter).await?, 10);
    assert_eq!(world.head::<Counter>(&counter)?.value, 10);
    Ok(())
}

#[test]
fn an_outer_failure_keeps_the_inner_executions_that_committed() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counter = counter(&world)?;
    let error = advance_then_fail::call(&world, &counter).wait().expect_err("the second call conflicts");
    assert_eq!(error.code(), "callable-failed");
    assert_eq!(world.head::<Counter>(&counter)?.value, 1, "the first call was committed");
    let cause = error.cause::<ecs::Error>().expect("the inner error is the cause");
    assert_eq!(cause.code(), "conflict");
    Ok(())
}

#[test]
fn a_config_first_used_by_the_outer_call_is_an_entity_for_the_inner_one() -> ecs::Result<()> {
    let world = World::fresh()?;
    let total = use_step_as_entity::call(&world, Step { by: 7, ..Step::default() }).wait()?;
    assert_eq!(total, 7);
    let outer = &world.executions(&ExecutionFilter::new().callable("use_step_as_entity"))?[0];
    let inner = &world.executions(&ExecutionFilter::new().callable("describe_steps"))?[0];
    let given = inner.argument("steps").expect("it was given").versions.to_vec();
    assert_eq!(given, outer.configs.to_vec());
    Ok(())
}

#[test]
fn a_callable_may_take_its_context_more_than_once() -> ecs::Result<()> {
    let world = World::fresh()?;
    let counter = counter(&world)?;
    assert_eq!(advance_by_either::call(&world, &counter).wait()?, 2);
    let [outer] = &world.executions(&ExecutionFilter::new().callable("advance_by_either"))?[..] else {
        panic!("it was called once")
    };
    let nested = world.executions(&ExecutionFilter::new().callable("advance").parent(outer.id))?;
    assert_eq!(nested.len(), 2);
    Ok(())
}
