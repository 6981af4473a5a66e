//! A memo hit: a call that is answered by what an equal one computed, and recorded as an execution of its own;
//! against a hit of a salsa tracked function with two arguments, which records nothing.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ecs::prelude::*;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
}

#[derive(ConfigEntity, Clone, Debug, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Standing {
    id: Id,
    qualified: bool,
}

/// An entity and a plain value.
#[callable(memo)]
fn margin(student: &Student, threshold: f64) -> f64 {
    student.gpa - threshold
}

/// Two entities.
#[callable(memo)]
fn is_better(one: &Student, other: &Student) -> bool {
    one.gpa > other.gpa
}

/// An entity and a config, and an entity as the result.
#[callable(memo)]
fn standing(student: &Student, honours: &Honours) -> Standing {
    Standing { id: Id::new(), qualified: student.gpa >= honours.threshold }
}

mod floor {
    //! The same in salsa.

    #[salsa::db]
    #[derive(Clone, Default)]
    pub(super) struct Database {
        storage: salsa::Storage<Self>,
    }

    #[salsa::db]
    impl salsa::Database for Database {}

    #[salsa::input]
    pub(super) struct Student {
        pub(super) gpa: f64,
    }

    #[salsa::tracked]
    pub(super) fn margin(database: &dyn salsa::Database, student: Student, threshold: u64) -> f64 {
        student.gpa(database) - f64::from_bits(threshold)
    }
}

/// Hits in one batch. A batch has a new world, so that no world grows without bound.
const HITS: usize = 1_000;

fn hits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("{HITS} memo hits"));
    group.sample_size(50).measurement_time(Duration::from_secs(4));
    group.bench_function("salsa, two arguments", |bencher| {
        let database = floor::Database::default();
        let student = floor::Student::new(&database, 3.5);
        let threshold = 3.0_f64.to_bits();
        floor::margin(&database, student, threshold);
        bencher.iter(|| {
            for _ in 0..HITS {
                black_box(floor::margin(&database, black_box(student), black_box(threshold)));
            }
        });
    });
    macro_rules! hits {
        ($name:literal, |$world:ident, $one:ident, $other:ident| $call:expr) => {
            group.bench_function($name, |bencher| {
                bencher.iter_batched(
                    || {
                        let $world = World::in_memory().expect("names are unique");
                        let student =
                            |name: &str, gpa| $world.insert(Student { id: Id::new(), name: name.into(), gpa });
                        let $one = student("Alice", 3.5).expect("it is new");
                        let $other = student("Bob", 3.0).expect("it is new");
                        black_box($call);
                        ($world, $one, $other)
                    },
                    |($world, $one, $other)| {
                        for _ in 0..HITS {
                            black_box($call);
                        }
                        assert_eq!($world.memo().statistics().hits, HITS as u64);
                        ($world, $one, $other)
                    },
                    BatchSize::LargeInput,
                );
            });
        };
    }
    hits!("entity and value", |world, one, _other| margin::call(&world, &one, black_box(3.0))
        .wait()
        .expect("succeeds"));
    hits!("two entities", |world, one, other| is_better::call(&world, &one, &other).wait().expect("succeeds"));
    let bound = standing::with(Honours::default());
    hits!("entity and config by `with`", |world, one, _other| bound.call(&world, &one).wait().expect("succeeds"));
    group.finish();
}

criterion_group!(benches, hits);
criterion_main!(benches);
