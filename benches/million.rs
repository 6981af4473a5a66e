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
use ecs_benches::{Call, KINDS, account};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// How many calls are the first, and how many the last.
const WINDOW: usize = 10_000;

/// The most bytes that one call of each kind may add. With another value each time, the generated config is a
/// second entity that each call stores.
const MOST: [f64; KINDS.len()] = [600.0, 600.0, 780.0];

/// Bytes of the process that are in memory, where the system tells.
fn resident() -> Option<f64> {
    let pages: f64 = read_to_string("/proc/self/statm").ok()?.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096.0)
}

fn measure(name: &str, call: Call, most: f64, calls: usize) {
    let world = World::in_memory().expect("names are unique");
    let mut account = world.insert(account()).expect("it is new");
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
    let chosen = KINDS.iter().zip(MOST).find(|((name, _), _)| arguments.iter().any(|argument| argument == name));
    if let Some(((name, call), most)) = chosen {
        return measure(name, *call, most, calls);
    }
    for (name, _) in KINDS {
        let program = std::env::current_exe().expect("a running program is somewhere");
        let status = Command::new(program).args(&arguments[1..]).arg(name).status().expect("it runs again");
        assert!(status.success(), "{name}: {status}");
    }
}
