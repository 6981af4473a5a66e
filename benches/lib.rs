//! What several benchmarks measure.
#![expect(missing_docs, clippy::missing_panics_doc, reason = "only benchmarks read it")]

pub mod floor;

use std::task::{Context, Poll, Waker};

use ecs::prelude::*;

/// A flat entity with four fields.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub id: Id,
    pub owner: String,
    pub balance: f64,
    pub is_open: bool,
    pub changes: u64,
}

/// One of them, not stored.
#[must_use]
pub fn account() -> Account {
    Account { id: Id::new(), owner: "Alice".into(), balance: 100.0, is_open: true, changes: 0 }
}

/// One entity and nothing else.
#[callable]
pub fn touch(account: &mut Account) {
    account.balance += 1.0;
    account.changes += 1;
}

/// One entity and a plain value, which is recorded in the generated config.
#[callable]
pub fn deposit(account: &mut Account, amount: f64) {
    account.balance += amount;
    account.changes += 1;
}

#[derive(ConfigEntity, Clone, Debug, Serialize, Deserialize)]
pub struct Terms {
    pub id: Id,
    #[config(default = 1.0)]
    pub factor: f64,
}

/// One entity and a config of its own.
#[callable]
pub fn accrue(account: &mut Account, terms: &Terms) {
    account.balance += terms.factor;
    account.changes += 1;
}

/// The same as `touch`, asynchronous.
#[callable]
pub async fn touch_later(account: &mut Account) {
    account.balance += 1.0;
    account.changes += 1;
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
pub struct Standing {
    pub id: Id,
    pub is_sound: bool,
}

/// Reads an entity and creates another.
#[callable]
pub fn standing(account: &Account) -> Standing {
    Standing { id: Id::new(), is_sound: account.is_open && account.balance >= 0.0 }
}

/// Polls a future that is ready at once: a call by name of a synchronous function.
pub fn ready<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut task = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut task) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a synchronous callable runs in place"),
    }
}

/// A typed call, the so many-th.
pub type Call = fn(&World, &Stored<Account>, usize) -> ecs::Result<Stored<Account>>;

/// The kinds of typed calls, each with its name.
pub const KINDS: [(&str, Call); 3] = [
    ("no value", |world, account, _| touch::call(world, account).wait()),
    ("the same value each time", |world, account, _| deposit::call(world, account, 1.5).wait()),
    ("another value each time", |world, account, step| deposit::call(world, account, step as f64).wait()),
];
