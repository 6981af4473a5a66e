//! What an event costs a call: with no subscriber, with one that wants other events, and with one that takes
//! everything.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ecs::prelude::*;
use ecs_benches::{account, deposit};

/// Calls in one batch, each on the version that the one before it made. A batch has a new world.
const CHAIN: usize = 1_000;

fn calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("{CHAIN} mutations"));
    group.sample_size(30);
    let world = || {
        let world = World::in_memory().expect("names are unique");
        let account = world.insert(account()).expect("it is new");
        (world, account)
    };
    /// Calls with what `subscribe` returns kept until the last call.
    macro_rules! chain {
        ($name:literal, $subscribe:expr) => {
            group.bench_function($name, |bencher| {
                bencher.iter_batched(
                    || {
                        let (world, account) = world();
                        let subscribed = $subscribe(&world);
                        (world, account, subscribed)
                    },
                    |(world, mut account, subscribed)| {
                        for step in 0..CHAIN {
                            account = deposit::call(&world, &account, black_box(step as f64)).wait().expect("succeeds");
                        }
                        (world, account, subscribed)
                    },
                    BatchSize::LargeInput,
                );
            });
        };
    }
    chain!("no subscriber", |_: &World| ());
    chain!("another type of event", |world: &World| {
        world.on(EventFilter::new().event(EventType::ExecutionFailed)).stream()
    });
    chain!("another callable", |world: &World| world.on(EventFilter::new().callable("with*")).stream());
    chain!("a stream of everything", |world: &World| world.on(EventFilter::new()).stream());
    chain!("a handler of everything", |world: &World| {
        world.on(EventFilter::new()).handle(|_, event| {
            black_box(event);
        })
    });
    chain!("a history of 1,000", |world: &World| world.events().keep_recent(1_000));
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
