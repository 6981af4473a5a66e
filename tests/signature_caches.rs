//! Input and output signatures are cached apart: equal halves are shared, and different ones never collide.

#[path = "common/fresh.rs"]
mod fresh;

use std::sync::Arc;

use ecs::prelude::*;
use ecs::{input_signatures, output_signatures};

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

type Points = f64;

#[callable]
fn base(student: &Student, by: f64) -> bool {
    student.gpa > by
}

#[callable]
fn same_inputs_other_output(student: &Student, by: f64) -> f64 {
    student.gpa - by
}

#[callable]
fn other_inputs_same_output(student: &Student, threshold: f64) -> bool {
    student.gpa > threshold
}

#[callable]
async fn same_behind_an_alias(student: Student, by: Points) -> bool {
    student.gpa > by
}

#[callable]
fn other_default(student: &Student, #[default(3.5)] by: f64) -> bool {
    student.gpa > by
}

#[callable]
fn other_type(student: &Student, by: f32) -> bool {
    student.gpa > f64::from(by)
}

#[callable]
fn other_order(by: f64, student: &Student) -> bool {
    student.gpa > by
}

#[callable]
fn mutable(student: &mut Student, by: f64) -> bool {
    student.gpa += by;
    true
}

// One function, because the caches are the process's.
#[test]
fn equal_halves_are_shared_and_different_halves_never_collide() -> ecs::Result<()> {
    let world = World::fresh()?;
    input_signatures().clear();
    output_signatures().clear();
    for statistics in [input_signatures().statistics(), output_signatures().statistics()] {
        assert_eq!((statistics.entries, statistics.hits, statistics.misses), (0, 0, 0));
    }

    // The same inputs, different outputs.
    let (base, other) = (world.callable("base")?, world.callable("same_inputs_other_output")?);
    assert!(Arc::ptr_eq(&base.input(), &other.input()), "equal inputs are one model");
    assert!(!Arc::ptr_eq(&base.output(), &other.output()));
    assert_ne!(base.output().hash(), other.output().hash());
    assert_eq!((base.output().type_name(), other.output().type_name()), ("bool", "f64"));

    // The reverse.
    let other = world.callable("other_inputs_same_output")?;
    assert!(Arc::ptr_eq(&base.output(), &other.output()), "equal outputs are one model");
    assert!(!Arc::ptr_eq(&base.input(), &other.input()));
    assert_ne!(base.input().hash(), other.input().hash());
    let names = |info: &ecs::CallableInfo| info.input().parameters().map(|p| p.name()).collect::<Vec<_>>();
    assert_eq!((names(&base), names(&other)), (vec!["student", "by"], vec!["student", "threshold"]));

    // What is resolved away does not count; everything else does.
    let other = world.callable("same_behind_an_alias")?;
    assert!(Arc::ptr_eq(&base.input(), &other.input()) && Arc::ptr_eq(&base.output(), &other.output()));
    for name in ["other_default", "other_type", "other_order", "mutable"] {
        assert_ne!(base.input().hash(), world.callable(name)?.input().hash(), "{name}");
    }
    assert_ne!(base.output().hash(), world.callable("mutable")?.output().hash(), "what is behind `&mut` comes out too");

    // Statistics: one miss for each model there is, a hit for every other look-up.
    let inputs = input_signatures().statistics();
    assert_eq!((inputs.entries, inputs.misses), (6, 6));
    let outputs = output_signatures().statistics();
    assert_eq!((outputs.entries, outputs.misses), (3, 3));
    let before = inputs.hits;
    drop(base.input());
    assert_eq!(input_signatures().statistics().hits, before + 1);
    assert_eq!(input_signatures().statistics().misses, 6);

    // Clearing forgets models, not signatures: a model in use lives on, and is made anew when next asked for.
    let held = base.input();
    input_signatures().clear();
    let cleared = input_signatures().statistics();
    assert_eq!((cleared.entries, cleared.hits, cleared.misses), (0, 0, 0));
    assert_eq!(output_signatures().statistics().entries, 3, "the other cache is another cache");
    let made_anew = base.input();
    assert!(!Arc::ptr_eq(&held, &made_anew));
    assert_eq!(held.hash(), made_anew.hash());
    let statistics = input_signatures().statistics();
    assert_eq!((statistics.entries, statistics.hits, statistics.misses), (1, 0, 1));

    // Threads agree on one model.
    output_signatures().clear();
    let models: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| base.output())).collect();
        threads.into_iter().map(|thread| thread.join().expect("a look-up does not panic")).collect()
    });
    assert!(models.iter().all(|model| Arc::ptr_eq(model, &models[0])));
    let statistics = output_signatures().statistics();
    assert_eq!((statistics.entries, statistics.hits, statistics.misses), (1, 7, 1));
    Ok(())
}
