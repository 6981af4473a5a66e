//! One recorded mutation of a flat entity with four fields, against a hand-written floor that does
//! the same work in one function: clone, mutate, hash the content, make ids, snapshot, record, and
//! insert all of it into concurrent maps.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ecs::prelude::*;
use serde_json::json;
use tracing_subscriber::layer::SubscriberExt as _;
use uuid::Uuid;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Account {
    id: Id,
    owner: String,
    balance: f64,
    is_open: bool,
    changes: u64,
}

/// The callable under test: one entity and one plain value.
#[callable]
fn deposit(account: &mut Account, amount: f64) {
    account.balance += amount;
    account.changes += 1;
}

/// The same without a plain value, so that no config is generated.
#[callable]
fn touch(account: &mut Account) {
    account.balance += 1.0;
    account.changes += 1;
}

#[derive(ConfigEntity, Clone, Debug, Serialize, Deserialize)]
struct Terms {
    id: Id,
    #[config(default = 1.0)]
    factor: f64,
}

/// The same with a config of its own.
#[callable]
fn accrue(account: &mut Account, terms: &Terms) {
    account.balance += terms.factor;
    account.changes += 1;
}

#[callable]
async fn touch_later(account: &mut Account) {
    account.balance += 1.0;
    account.changes += 1;
}

fn account() -> Account {
    Account { id: Id::new(), owner: "Alice".into(), balance: 100.0, is_open: true, changes: 0 }
}

/// What someone would write by hand for this one function.
mod floor {
    use super::{Arc, Duration, HashMap, RwLock, SystemTime, Uuid};

    #[derive(Clone)]
    pub(super) struct Account {
        pub(super) owner: String,
        pub(super) balance: f64,
        pub(super) is_open: bool,
        pub(super) changes: u64,
    }

    /// Everything a version is known by; kept, as the framework keeps it, to be read later.
    #[allow(dead_code)]
    pub(super) struct Version {
        pub(super) ecs_id: Uuid,
        lineage_id: Uuid,
        parent: Option<Uuid>,
        execution: Uuid,
        content_hash: [u8; 32],
        account: Account,
    }

    #[allow(dead_code)]
    struct Amount {
        ecs_id: Uuid,
        execution: Uuid,
        content_hash: [u8; 32],
        amount: f64,
    }

    #[allow(dead_code)]
    struct Record {
        callable: &'static str,
        inputs: Vec<Uuid>,
        config: Uuid,
        outputs: Vec<Uuid>,
        started_at: SystemTime,
        duration: Duration,
    }

    #[derive(Default)]
    pub(super) struct Store {
        versions: RwLock<HashMap<Uuid, Arc<Version>>>,
        amounts: RwLock<HashMap<[u8; 32], Arc<Amount>>>,
        heads: RwLock<HashMap<Uuid, Uuid>>,
        records: RwLock<HashMap<Uuid, Arc<Record>>>,
    }

    fn hash_account(account: &Account) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(96);
        bytes.extend_from_slice(&(account.owner.len() as u64).to_le_bytes());
        bytes.extend_from_slice(account.owner.as_bytes());
        bytes.extend_from_slice(&account.balance.to_bits().to_le_bytes());
        bytes.push(account.is_open.into());
        bytes.extend_from_slice(&account.changes.to_le_bytes());
        *blake3::hash(&bytes).as_bytes()
    }

    impl Store {
        pub(super) fn insert(&self, account: Account) -> Arc<Version> {
            let version = Arc::new(Version {
                ecs_id: Uuid::now_v7(),
                lineage_id: Uuid::now_v7(),
                parent: None,
                execution: Uuid::nil(),
                content_hash: hash_account(&account),
                account,
            });
            self.versions.write().expect("never poisoned").insert(version.ecs_id, Arc::clone(&version));
            self.heads.write().expect("never poisoned").insert(version.lineage_id, version.ecs_id);
            version
        }

        pub(super) fn deposit(&self, base: &Arc<Version>, amount: f64) -> Arc<Version> {
            let started_at = SystemTime::now();
            let execution = Uuid::now_v7();
            let amount_hash = *blake3::hash(&amount.to_bits().to_le_bytes()).as_bytes();
            let stored_amount = {
                let mut amounts = self.amounts.write().expect("never poisoned");
                let stored = amounts.entry(amount_hash).or_insert_with(|| {
                    Arc::new(Amount { ecs_id: Uuid::now_v7(), execution, content_hash: amount_hash, amount })
                });
                Arc::clone(stored)
            };
            let mut account = base.account.clone();
            account.balance += amount;
            account.changes += 1;
            let version = Arc::new(Version {
                ecs_id: Uuid::now_v7(),
                lineage_id: base.lineage_id,
                parent: Some(base.ecs_id),
                execution,
                content_hash: hash_account(&account),
                account,
            });
            let record = Arc::new(Record {
                callable: "deposit",
                inputs: vec![base.ecs_id],
                config: stored_amount.ecs_id,
                outputs: vec![version.ecs_id],
                started_at,
                duration: started_at.elapsed().unwrap_or_default(),
            });
            {
                let mut heads = self.heads.write().expect("never poisoned");
                let head = heads.get_mut(&base.lineage_id).expect("it was inserted");
                assert_eq!(*head, base.ecs_id, "nobody else moved the head");
                *head = version.ecs_id;
            }
            self.versions.write().expect("never poisoned").insert(version.ecs_id, Arc::clone(&version));
            self.records.write().expect("never poisoned").insert(execution, record);
            version
        }
    }
}

/// Calls in one batch, each on the version that the one before it made. A batch has a new world, so
/// that no world grows without bound and every way is measured at the same size.
const CHAIN: usize = 1_000;

fn calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("{CHAIN} mutations"));
    group.sample_size(30);
    group.bench_function("floor", |bencher| {
        bencher.iter_batched(
            || {
                let store = floor::Store::default();
                let account = floor::Account { owner: "Alice".into(), balance: 100.0, is_open: true, changes: 0 };
                let version = store.insert(account);
                (store, version)
            },
            |(store, mut version)| {
                for step in 0..CHAIN {
                    version = store.deposit(&version, black_box(step as f64));
                }
                (store, version)
            },
            BatchSize::LargeInput,
        );
    });
    let world = || {
        let world = World::in_memory().expect("names are unique");
        let account = world.insert(account()).expect("it is new");
        (world, account)
    };
    macro_rules! chain {
        ($name:literal, |$world:ident, $account:ident, $step:ident| $call:expr) => {
            group.bench_function($name, |bencher| {
                bencher.iter_batched(
                    world,
                    |($world, mut $account)| {
                        for $step in 0..CHAIN {
                            $account = $call;
                        }
                        ($world, $account)
                    },
                    BatchSize::LargeInput,
                );
            });
        };
    }
    chain!("typed", |world, account, step| deposit::call(&world, &account, black_box(step as f64))
        .wait()
        .expect("succeeds"));
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
    let bound = accrue::with(Terms { factor: 1.5, ..Terms::default() });
    chain!("typed, config by `with`", |world, account, step| {
        black_box(step);
        bound.call(&world, &account).wait().expect("succeeds")
    });
    chain!("by name, handle", |world, account, step| {
        let arguments = args! { account: &account, amount: black_box(step as f64) };
        let outcome = pollster(world.execute("deposit", arguments)).expect("succeeds");
        outcome.output::<Account>(0).expect("the account")
    });
    chain!("by name, JSON", |world, account, step| {
        let arguments = json!({ "account": account.to_string(), "amount": black_box(step as f64) });
        let outcome = pollster(world.execute("deposit", arguments)).expect("succeeds");
        outcome.output::<Account>(0).expect("the account")
    });
    group.finish();
}

/// Polls a future that is ready at once: calls by name of a synchronous function.
fn pollster<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut task) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("a synchronous callable runs in place"),
    }
}

criterion_group!(benches, calls);
criterion_main!(benches);
