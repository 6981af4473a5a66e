//! The same calls in a plain loop and in a batch: what a batch costs, and what two workers gain.
//!
//! Each call mutates a thing of its own. A light one does next to nothing but be recorded; a heavy one
//! computes for some tens of microseconds.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ecs::prelude::*;
use ecs_benches::{Account, account};

#[callable]
fn light(account: &mut Account) {
    account.balance += 1.0;
    account.changes += 1;
}

#[callable]
fn heavy(account: &mut Account) {
    account.balance = (0..black_box(20_000_u64)).fold(account.balance, |sum, x| black_box(sum + x as f64));
    account.changes += 1;
}

/// Calls in one batch.
const CALLS: usize = 1_000;

fn accounts() -> (World, Vec<Stored<Account>>) {
    let world = World::in_memory().expect("names are unique");
    let accounts = (0..CALLS).map(|_| world.insert(account()).expect("it is new")).collect();
    (world, accounts)
}

fn batches(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("it starts");
    macro_rules! ways {
        ($callable:ident) => {
            let mut group = criterion.benchmark_group(format!("{CALLS} {} calls", stringify!($callable)));
            group.sample_size(20);
            macro_rules! way {
                ($name:literal, |$world:ident, $accounts:ident| $run:expr) => {
                    group.bench_function($name, |bencher| {
                        bencher.iter_batched(
                            accounts,
                            |($world, $accounts)| {
                                let results: Vec<ecs::Result<Stored<Account>>> = $run;
                                assert!(results.iter().all(Result::is_ok));
                                (results, $world, $accounts)
                            },
                            BatchSize::LargeInput,
                        );
                    });
                };
            }
            way!("loop", |world, accounts| accounts
                .iter()
                .map(|account| $callable::call(&world, account).wait())
                .collect());
            way!("batch, one at a time", |world, accounts| {
                world.batch(accounts.iter().map(|account| $callable::call(&world, account))).concurrency(1).wait()
            });
            way!("batch, two threads", |world, accounts| {
                world.batch(accounts.iter().map(|account| $callable::call(&world, account))).concurrency(2).wait()
            });
            way!("batch, two tasks", |world, accounts| {
                let calls = accounts.iter().map(|account| $callable::call(&world, account));
                runtime.block_on(world.batch(calls).concurrency(2).into_future())
            });
            group.finish();
        };
    }
    ways!(light);
    ways!(heavy);
}

criterion_group!(benches, batches);
criterion_main!(benches);
