//! A million recorded calls in one process, each on the version that the one before it made: what a call
//! adds to the memory in use, and whether the last calls take longer than the first.
//!
//! With `--test`, 20,000 calls.
#![expect(clippy::print_stdout, reason = "it measures and says what it found")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ecs::prelude::*;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Account {
    id: Id,
    owner: String,
    balance: f64,
    is_open: bool,
    changes: u64,
}

#[callable]
fn touch(account: &mut Account) {
    account.balance += 1.0;
    account.changes += 1;
}

#[callable]
fn deposit(account: &mut Account, amount: f64) {
    account.balance += amount;
    account.changes += 1;
}

/// How many calls are the first, and how many the last.
const WINDOW: usize = 10_000;

/// A chain of calls, and what it took.
struct Chain {
    /// Bytes asked of the allocator and still in use, per call.
    allocated: f64,
    /// Growth of the resident set, per call, where the system tells.
    resident: Option<f64>,
    first: Duration,
    last: Duration,
    whole: Duration,
}

/// Bytes of the process that are in memory.
fn resident() -> Option<f64> {
    let statistics = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: f64 = statistics.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096.0)
}

fn chain(calls: usize, call: impl Fn(&World, &Stored<Account>, usize) -> ecs::Result<Stored<Account>>) -> Chain {
    let world = World::in_memory().expect("names are unique");
    let account = Account { id: Id::new(), owner: "Alice".into(), balance: 100.0, is_open: true, changes: 0 };
    let mut account = world.insert(account).expect("it is new");
    let (allocated, in_memory) = (ALLOCATOR.current_usage(), resident());
    let start = Instant::now();
    let (mut first, mut before_last) = (Duration::ZERO, Duration::ZERO);
    for step in 0..calls {
        if step == WINDOW {
            first = start.elapsed();
        }
        if step == calls - WINDOW {
            before_last = start.elapsed();
        }
        account = call(&world, &account, black_box(step)).expect("succeeds");
    }
    let whole = start.elapsed();
    let per_call = |bytes: f64| bytes / calls as f64;
    Chain {
        allocated: per_call((ALLOCATOR.current_usage() - allocated) as f64),
        resident: in_memory.zip(resident()).map(|(before, after)| per_call(after - before)),
        first,
        last: whole - before_last,
        whole,
    }
}

fn main() {
    let calls = if std::env::args().any(|argument| argument == "--test") { 20_000 } else { 1_000_000 };
    let say = |what: &str, chain: &Chain| {
        let resident = chain.resident.map_or_else(|| "unknown".to_owned(), |bytes| format!("{bytes:.0}"));
        println!(
            "{calls} calls, {what}: {:.0} bytes allocated per call, {resident} resident; {:.2} µs a call, \
             last {WINDOW} to first {:.2}",
            chain.allocated,
            chain.whole.as_secs_f64() * 1e6 / calls as f64,
            chain.last.as_secs_f64() / chain.first.as_secs_f64(),
        );
    };
    say("no value", &chain(calls, |world, account, _| touch::call(world, account).wait()));
    say("one value", &chain(calls, |world, account, _| deposit::call(world, account, 1.5).wait()));
    say("a new value each", &chain(calls, |world, account, step| deposit::call(world, account, step as f64).wait()));
}
