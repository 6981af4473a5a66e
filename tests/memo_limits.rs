//! How much is kept, and how it is forgotten.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::sync::atomic::{AtomicU64, Ordering};

use common::{Student, student};
use ecs::prelude::*;

use self::fresh::{Fresh as _, FreshBuilder as _};

#[callable(memo)]
fn double(value: u64) -> u64 {
    2 * value
}

#[callable(memo)]
fn text_of(length: usize) -> String {
    "x".repeat(length)
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scale {
    id: Id,
    #[config(default = 1.0)]
    factor: f64,
}

#[callable(memo)]
fn scaled(student: &Student, scale: &Scale) -> f64 {
    student.gpa * scale.factor
}

/// Whether a call of `double` is answered by a kept result.
fn is_kept(world: &World, value: u64) -> ecs::Result<bool> {
    Ok(world.execute("double", args! { value: value }).wait()?.execution().reused().is_some())
}

#[test]
fn what_was_longest_not_used_gives_way_to_what_is_one_too_many() -> ecs::Result<()> {
    let world = World::builder().memo_entries(3).fresh()?;
    for value in [1, 2, 3] {
        double::call(&world, value).wait()?;
    }
    assert!(is_kept(&world, 1)?);
    double::call(&world, 4).wait()?;
    let statistics = world.memo().statistics();
    assert_eq!((statistics.entries, statistics.evictions), (3, 1));
    assert!(is_kept(&world, 1)? && is_kept(&world, 3)? && is_kept(&world, 4)?);
    assert!(!is_kept(&world, 2)?, "it was longest not used");
    Ok(())
}

#[test]
fn many_results_stay_within_the_limit() -> ecs::Result<()> {
    let world = World::builder().memo_entries(100).fresh()?;
    for value in 0..1_000 {
        double::call(&world, value).wait()?;
        assert!(world.memo().statistics().entries <= 100);
    }
    let statistics = world.memo().statistics();
    assert_eq!(statistics.entries as u64 + statistics.evictions, 1_000);
    assert!(is_kept(&world, 999)? && !is_kept(&world, 0)?);
    Ok(())
}

#[test]
fn bytes_are_limited_too_and_what_is_too_large_alone_is_not_kept() -> ecs::Result<()> {
    let world = World::builder().memo_bytes(50_000).fresh()?;
    text_of::call(&world, 1_000).wait()?;
    let bytes = world.memo().statistics().bytes;
    assert!((2_000..4_000).contains(&bytes), "{bytes}: the text is in the output entity and in the typed output");
    for length in 1_001..1_100 {
        text_of::call(&world, length).wait()?;
        assert!(world.memo().statistics().bytes <= 50_000);
    }
    let statistics = world.memo().statistics();
    assert!((10..=25).contains(&statistics.entries), "{statistics:?}");
    assert_eq!((statistics.entries as u64 + statistics.evictions, statistics.not_kept), (100, 0));

    text_of::call(&world, 100_000).wait()?;
    assert_eq!(world.memo().statistics().not_kept, 1);
    assert_eq!(world.memo().statistics().entries, statistics.entries, "nothing gave way to it");
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    members: Vec<Student>,
}

#[callable(memo)]
fn course_of(members: u64, name: String) -> Course {
    Course { id: Id::new(), members: (0..members).map(|_| student(&name, 1.0)).collect() }
}

#[test]
fn a_tree_counts_everything_in_it() -> ecs::Result<()> {
    let bytes = |members: u64| -> ecs::Result<usize> {
        let world = World::fresh()?;
        course_of::call(&world, members, "x".repeat(1_000)).wait()?;
        Ok(world.memo().statistics().bytes)
    };
    let (one, hundred) = (bytes(1)?, bytes(100)?);
    assert!((99_000..150_000).contains(&(hundred - one)), "{one} {hundred}");
    Ok(())
}

#[test]
fn a_memo_without_room_keeps_nothing_and_hinders_nobody() -> ecs::Result<()> {
    let world = World::builder().memo_entries(0).fresh()?;
    assert_eq!(double::call(&world, 1).wait()?, 2);
    assert_eq!(double::call(&world, 1).wait()?, 2);
    let statistics = world.memo().statistics();
    assert_eq!((statistics.entries, statistics.bytes, statistics.misses, statistics.not_kept), (0, 0, 2, 2));
    Ok(())
}

#[test]
fn the_results_of_one_callable_are_forgotten() -> ecs::Result<()> {
    let world = World::fresh()?;
    double::call(&world, 1).wait()?;
    double::call(&world, 2).wait()?;
    text_of::call(&world, 1).wait()?;
    assert_eq!(world.memo().forget_callable("double")?, 2);
    assert_eq!(world.memo().statistics().entries, 1);
    assert!(!is_kept(&world, 1)?);
    let error = world.memo().forget_callable("dubble").expect_err("there is none");
    assert!(error.to_string().contains("did you mean `double`?"), "{error}");
    Ok(())
}

#[test]
fn what_was_computed_from_an_input_or_its_equal_is_forgotten() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let twin = world.insert(student("Alice", 3.5))?;
    let bob = world.insert(student("Bob", 3.0))?;
    for student in [&alice, &bob] {
        for factor in [1.0, 2.0] {
            scaled::call(&world, student, Scale { factor, ..Scale::default() }).wait()?;
        }
    }
    assert_eq!(world.memo().forget_input(&twin)?, 2, "an equal input finds the same results");
    assert_eq!(world.memo().statistics().entries, 2);
    let twice = scaled::call(&world, &bob, Scale { factor: 2.0, ..Scale::default() });
    let twice = world.execution(twice_id(&world, twice.wait()?)?)?;
    assert_eq!(world.memo().forget_input(twice.configs[0])?, 1, "a config is an input too");
    assert_eq!(world.memo().statistics().entries, 1);
    let nobody = World::fresh()?.insert(student("Nobody", 0.0))?;
    assert_eq!(world.memo().forget_input(&nobody).expect_err("it is of another world").code(), "unknown-version");
    Ok(())
}

/// The last execution of `scaled`, which returned this.
fn twice_id(world: &World, value: f64) -> ecs::Result<ExecutionId> {
    assert_eq!(value, 6.0);
    let executions = world.executions(&ExecutionFilter::new().callable("scaled"))?;
    Ok(executions.last().expect("it was called").id)
}

#[test]
fn the_result_of_one_execution_is_forgotten_by_it_or_by_one_that_reused_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let call = || world.execute("double", args! { value: 1_u64 }).wait();
    let (computed, reused) = (call()?, call()?);
    assert_eq!(world.memo().forget_execution(reused.execution().id)?, 1);
    let again = call()?;
    assert_eq!(again.execution().reused(), None);
    assert_eq!(world.memo().forget_execution(computed.execution().id)?, 0, "its result is forgotten already");
    assert_eq!(world.memo().forget_execution(again.execution().id)?, 1);
    Ok(())
}

#[test]
fn everything_is_forgotten_with_the_statistics() -> ecs::Result<()> {
    let world = World::fresh()?;
    double::call(&world, 1).wait()?;
    double::call(&world, 1).wait()?;
    world.memo().clear();
    assert_eq!(world.memo().statistics(), ecs::MemoStatistics::default());
    assert!(!is_kept(&world, 1)?);
    Ok(())
}

static RATE: AtomicU64 = AtomicU64::new(1);

#[callable(memo)]
fn at_the_rate(context: &Context, value: u64) -> u64 {
    let before = RATE.load(Ordering::SeqCst);
    if before == 1 {
        // What it depends on changes while it runs, and whoever changed it says so.
        RATE.store(2, Ordering::SeqCst);
        context.memo().clear();
    }
    before * value
}

#[test]
fn what_was_running_when_it_was_forgotten_is_not_kept() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(at_the_rate::call(&world, 10).wait()?, 10);
    assert_eq!(at_the_rate::call(&world, 10).wait()?, 20);
    Ok(())
}
