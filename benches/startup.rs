//! The first world of a program with 1,000 callables: registering them, and checking that their names are unique.
//!
//! Each time in a new process, as it is done once in each.
#![expect(clippy::print_stdout, reason = "it measures and says what it found")]

use std::process::Command;
use std::time::{Duration, Instant};

use ecs::prelude::*;
use seq_macro::seq;

seq!(N in 0..1000 {
    #[callable]
    fn callable~N(x: u64) -> u64 {
        x.wrapping_add(N)
    }
});

/// What it may take.
const MOST: Duration = Duration::from_millis(2);

fn main() {
    if std::env::args().any(|argument| argument == "once") {
        let begun = Instant::now();
        let world = World::in_memory().expect("names are unique");
        let first = begun.elapsed();
        let begun = Instant::now();
        drop(World::in_memory());
        println!("{} {}", first.as_nanos(), begun.elapsed().as_nanos());
        assert_eq!(world.callables().len(), 1000);
        return;
    }
    let once = |_| {
        let program = std::env::current_exe().expect("a running program is somewhere");
        let output = Command::new(program).arg("once").output().expect("it runs again");
        let told = String::from_utf8(output.stdout).expect("numbers are text");
        let mut nanoseconds = told.split_whitespace().map(|number| number.parse().expect("two numbers"));
        [(); 2].map(|()| Duration::from_nanos(nanoseconds.next().expect("two numbers")))
    };
    let mut rounds: Vec<[Duration; 2]> = (0..21).map(once).collect();
    rounds.sort_unstable();
    let [first, second] = rounds[rounds.len() / 2];
    println!(
        "the first world of a program with 1,000 callables takes {first:?}, the second {second:?} (medians of 21)"
    );
    assert!(first < MOST, "{MOST:?} is the most that it may take");
}
