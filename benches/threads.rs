//! Two threads that call on different lineages of one world, against one thread, and against two that have a
//! world each and so wait for nothing of each other's.
//!
//! All are measured in turns, each time in a new process, so that they have the same memory to begin with. What
//! threads do to each other shows only while each has a processor, so a round counts if those that wait for
//! nothing had one nearly all the time, before and after. With `--test`, two rounds of whatever kind.
#![expect(clippy::print_stdout, reason = "it measures and says what it found")]

use std::hint::black_box;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use ecs::prelude::*;
use ecs_benches::{Call, KINDS, account};

/// Calls of one thread.
const CHAIN: usize = 20_000;

/// How many rounds count, and how many are made for it at most.
const ROUNDS: usize = 40;
const MOST: usize = 400;

/// How many threads there are, on how many worlds.
const ONE: (usize, usize) = (1, 1);
const TOGETHER: (usize, usize) = (2, 1);
const APART: (usize, usize) = (2, 2);

/// What it took, in seconds.
#[derive(Clone, Copy)]
struct Taken {
    /// From the first call to the last.
    whole: f64,
    /// What the threads had of a processor, on average.
    working: f64,
}

impl Taken {
    fn is_undisturbed(&self) -> bool {
        self.working > 0.9 * self.whole
    }
}

/// One thread's chain of calls: when it began and ended, and what it had of a processor.
fn chain(number: usize, world: &World, call: Call, waiting: &AtomicUsize) -> (Instant, Instant, Duration) {
    let mut account = world.insert(account()).expect("it is new");
    // A thread that sleeps until the other is there wakes late.
    waiting.fetch_sub(1, Ordering::Relaxed);
    while waiting.load(Ordering::Relaxed) > 0 {
        std::hint::spin_loop();
    }
    let (begun, working) = (Instant::now(), ThreadTime::now());
    for step in 0..CHAIN {
        account = call(world, &account, black_box(number * CHAIN + step)).expect("succeeds");
    }
    (begun, Instant::now(), working.elapsed())
}

fn measure(threads: usize, worlds: usize, call: Call) -> Taken {
    let worlds: Vec<World> = (0..worlds).map(|_| World::in_memory().expect("names are unique")).collect();
    let waiting = AtomicUsize::new(threads);
    let ran: Vec<_> = thread::scope(|scope| {
        let (worlds, waiting) = (&worlds, &waiting);
        let run = |number| scope.spawn(move || chain(number, &worlds[number % worlds.len()], call, waiting));
        let running: Vec<_> = (0..threads).map(run).collect();
        running.into_iter().map(|thread| thread.join().expect("it succeeds")).collect()
    });
    let begun = ran.iter().map(|(begun, ..)| *begun).min().expect("there is a thread");
    let ended = ran.iter().map(|(_, ended, _)| *ended).max().expect("there is a thread");
    let working: Duration = ran.iter().map(|(.., working)| *working).sum();
    Taken { whole: (ended - begun).as_secs_f64(), working: working.as_secs_f64() / threads as f64 }
}

/// Measures in a process of its own.
fn apart(kind: usize, (threads, worlds): (usize, usize)) -> Taken {
    let program = std::env::current_exe().expect("a running program is somewhere");
    let arguments = [kind, threads, worlds].map(|number| number.to_string());
    let output = Command::new(program).args(arguments).output().expect("it runs again");
    let output = String::from_utf8(output.stdout).expect("it writes numbers");
    let (whole, working) = output.trim().split_once(' ').expect("it writes two");
    let seconds = |text: &str| text.parse().expect("it writes seconds");
    Taken { whole: seconds(whole), working: seconds(working) }
}

fn median(ratios: impl Iterator<Item = f64>) -> f64 {
    let mut ratios: Vec<f64> = ratios.collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if let [kind, threads, worlds] = numbers[..] {
        let Taken { whole, working } = measure(threads, worlds, KINDS[kind].1);
        return println!("{whole} {working}");
    }
    let is_test = std::env::args().any(|argument| argument == "--test");
    for (kind, (name, _)) in KINDS.iter().enumerate() {
        let round = |_| [ONE, TOGETHER, APART].map(|how| apart(kind, how));
        let rounds: Vec<[Taken; 3]> = if is_test {
            (0..2).map(round).collect()
        } else {
            (0..MOST)
                .map(round)
                .filter(|[one, _, apart]| one.is_undisturbed() && apart.is_undisturbed())
                .take(ROUNDS)
                .collect()
        };
        if rounds.is_empty() {
            println!("{name}: the machine had no two processors to give");
            continue;
        }
        println!(
            "{name}: two threads on one world make {:.2} times the calls of one thread, on a world each {:.2} (medians of {} \
             rounds)",
            median(rounds.iter().map(|[one, together, _]| 2.0 * one.whole / together.whole)),
            median(rounds.iter().map(|[one, _, apart]| 2.0 * one.whole / apart.whole)),
            rounds.len(),
        );
    }
}
