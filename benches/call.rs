//! One recorded mutation of a flat entity with four fields, against a hand-written floor that does
//! the same work in one function: clone, mutate, hash the content, make ids, snapshot, record, and
//! insert all of it into concurrent maps.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ecs::prelude::*;
use ecs_benches::{Account, Terms, account, accrue, deposit, floor, ready, touch, touch_later};
use serde_json::json;
use tracing_subscriber::layer::SubscriberExt as _;

/// Calls in one batch, each on the version that the one before it made. A batch has a new world, so
/// that no world grows without bound and every way is measured at the same size.
const CHAIN: usize = 1_000;

fn calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("{CHAIN} mutations"));
    group.sample_size(30);
    macro_rules! floor_chain {
        ($name:literal, |$store:ident, $version:ident, $step:ident| $mutation:expr) => {
            group.bench_function($name, |bencher| {
                bencher.iter_batched(
                    || {
                        let store = floor::Store::default();
                        let account =
                            floor::Account { owner: "Alice".into(), balance: 100.0, is_open: true, changes: 0 };
                        let version = store.insert(account);
                        (store, version)
                    },
                    |($store, mut $version)| {
                        for $step in 0..CHAIN {
                            $version = $mutation;
                        }
                        ($store, $version)
                    },
                    BatchSize::LargeInput,
                );
            });
        };
    }
    floor_chain!("floor", |store, version, step| store.deposit(&version, black_box(step as f64)));
    floor_chain!("floor, the same value", |store, version, step| {
        black_box(step);
        store.deposit(&version, 1.5)
    });
    floor_chain!("floor, no value", |store, version, step| {
        black_box(step);
        store.touch(&version)
    });
    let world = || {
        let world = World::in_memory().expect("names are unique");
        let account = world.insert(account()).expect("it is new");
        (world, account)
    };
    macro_rules! chain {
        ($name:literal, |$world:ident, $account:ident, $step:ident| $call:expr) => {
            chain!($name, _nothing: (), |$world, $account, $step| $call);
        };
        ($name:literal, $made:ident: $make:expr, |$world:ident, $account:ident, $step:ident| $call:expr) => {
            group.bench_function($name, |bencher| {
                bencher.iter_batched(
                    || (world(), $make),
                    |(($world, mut $account), $made)| {
                        for $step in 0..CHAIN {
                            $account = $call;
                        }
                        ($world, $account, $made)
                    },
                    BatchSize::LargeInput,
                );
            });
        };
    }
    chain!("typed", |world, account, step| deposit::call(&world, &account, black_box(step as f64))
        .wait()
        .expect("succeeds"));
    chain!("typed, the same value", |world, account, step| {
        black_box(step);
        deposit::call(&world, &account, 1.5).wait().expect("succeeds")
    });
    // What the span of a call costs when there is a subscriber that wants everything but it; the line
    // above has none at all.
    let of_others = tracing_subscriber::filter::filter_fn(|metadata| metadata.target() != "ecs");
    tracing::subscriber::with_default(tracing_subscriber::registry().with(of_others), || {
        chain!("typed, spans refused", |world, account, step| deposit::call(&world, &account, black_box(step as f64))
            .wait()
            .expect("succeeds"));
    });
    chain!("typed, no value", |world, account, step| {
        black_box(step);
        touch::call(&world, &account).wait().expect("succeeds")
    });
    chain!("typed, async, no value", |world, account, step| {
        black_box(step);
        touch_later::call(&world, &account).wait().expect("succeeds")
    });
    // Bound anew for each world, as in a program that has one; in the third and later worlds of one that has more, each
    // call waits for a lock.
    let terms = || Terms { factor: 1.5, ..Terms::default() };
    chain!("typed, config by `with`", bound: accrue::with(terms()), |world, account, step| {
        black_box(step);
        bound.call(&world, &account).wait().expect("succeeds")
    });
    chain!("by name, handle", |world, account, step| {
        let arguments = args! { account: &account, amount: black_box(step as f64) };
        let outcome = ready(world.execute("deposit", arguments)).expect("succeeds");
        outcome.output::<Account>(0).expect("the account")
    });
    chain!("by name, JSON", |world, account, step| {
        let arguments = json!({ "account": account.to_string(), "amount": black_box(step as f64) });
        let outcome = ready(world.execute("deposit", arguments)).expect("succeeds");
        outcome.output::<Account>(0).expect("the account")
    });
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
