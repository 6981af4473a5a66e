//! A million recorded calls in one process, each on the version that the one before it made: what a call
//! adds to the memory of the process, and whether the last calls take longer than the first.
//!
//! Each kind of call has a process of its own. With `--test`, they are 20,000.
#![expect(clippy::print_stdout, reason = "it measures and says what it found")]

use std::fs::read_to_string;
use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use cpu_time::ThreadTime;
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

/// One entity and nothing else.
#[callable]
fn touch(account: &mut Account) {
    account.balance += 1.0;
    account.changes += 1;
}

/// One entity and a plain value, which is recorded in the generated config.
#[callable]
fn deposit(account: &mut Account, amount: f64) {
    account.balance += amount;
    account.changes += 1;
}

/// How many calls are the first, and how many the last.
const WINDOW: usize = 10_000;

type Call = fn(&World, &Stored<Account>, usize) -> ecs::Result<Stored<Account>>;

/// Each kind of call, and the most bytes that one may add.
const KINDS: [(&str, Call, f64); 3] = [
    ("no value", |world, account, _| touch::call(world, account).wait(), 600.0),
    ("the same value each time", |world, account, _| deposit::call(world, account, 1.5).wait(), 600.0),
    // The generated config is a second entity that each call stores; it points at its type, as the code of all
    // generated entities is one.
    ("another value each time", |world, account, step| deposit::call(world, account, step as f64).wait(), 760.0),
];

/// Bytes of the process that are in memory, where the system tells.
fn resident() -> Option<f64> {
    let pages: f64 = read_to_string("/proc/self/statm").ok()?.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096.0)
}

fn measure(name: &str, call: Call, most: f64, calls: usize) {
    let world = World::in_memory().expect("names are unique");
    let account = Account { id: Id::new(), owner: "Alice".into(), balance: 100.0, is_open: true, changes: 0 };
    let mut account = world.insert(account).expect("it is new");
    let (allocated, in_memory) = (ALLOCATOR.current_usage(), resident());
    // Other processes have the processor too.
    let clock = ThreadTime::now();
    let (mut first, mut before_last) = (Duration::ZERO, Duration::ZERO);
    for step in 0..calls {
        if step == WINDOW {
            first = clock.elapsed();
        }
        if step == calls - WINDOW {
            before_last = clock.elapsed();
        }
        account = call(&world, &account, black_box(step)).expect("succeeds");
    }
    let end = clock.elapsed();
    let per_call = |total: f64| total / calls as f64;
    let allocated = per_call((ALLOCATOR.current_usage() - allocated) as f64);
    let resident = in_memory.zip(resident()).map(|(before, after)| format!("{:.0}", per_call(after - before)));
    println!(
        "{calls} calls, {name}: {allocated:.0} bytes a call, {} with what the allocator takes; {:.2} µs a call, the last \
         {WINDOW} take {:.2} times the first",
        resident.as_deref().unwrap_or("unknown"),
        per_call(end.as_secs_f64() * 1e6),
        (end - before_last).as_secs_f64() / first.as_secs_f64(),
    );
    assert!(allocated <= most, "a call may add {most} bytes");
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let calls = if arguments.iter().any(|argument| argument == "--test") { 20_000 } else { 1_000_000 };
    let chosen = KINDS.iter().find(|(name, ..)| arguments.iter().any(|argument| argument == name));
    if let Some((name, call, most)) = chosen {
        return measure(name, *call, *most, calls);
    }
    for (name, ..) in KINDS {
        let program = std::env::current_exe().expect("a running program is somewhere");
        let status = Command::new(program).args(&arguments[1..]).arg(name).status().expect("it runs again");
        assert!(status.success(), "{name}: {status}");
    }
}
