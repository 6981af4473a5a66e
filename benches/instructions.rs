//! How many instructions the processor runs for one of each of these, as callgrind counts them: the same on a busy
//! machine as on a quiet one. Compared with those that are kept beside this file; `UPDATE=1` keeps what was counted.
//!
//! It needs valgrind, and does nothing where there is none. Another compiler makes other instructions: then the
//! counts are shown and not compared.
#![expect(clippy::print_stdout, reason = "it measures and says what it found")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::mem::forget;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::{env, fs};

use ecs::prelude::*;
use ecs_benches::{Account, Terms, account, accrue, deposit, floor, ready, standing, touch, touch_later};
use serde_json::json;

#[callable(memo)]
fn headroom(account: &Account, limit: f64) -> f64 {
    limit - account.balance
}

/// How many there are before those that are counted, and how many are counted.
const BEFORE: usize = 1_000;
const COUNTED: usize = 1_000;

/// How much more or less than the kept count is another count.
const MARGIN: f64 = 0.05;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.txt");

/// Does something so many times.
type Path = fn(usize);

const PATHS: [(&str, Path); 16] = [
    ("floor: mutation, another value each time", |count| {
        floor_chain(count, |store, version, step| store.deposit(version, step as f64));
    }),
    ("floor: mutation, the same value each time", |count| {
        floor_chain(count, |store, version, _| store.deposit(version, 1.5));
    }),
    ("floor: mutation, no value", |count| floor_chain(count, |store, version, _| store.touch(version))),
    ("floor: creation", floor_creation),
    ("floor: get", floor_get),
    ("typed, another value each time", |count| {
        chain(count, |world, account, step| deposit::call(world, account, step as f64).wait());
    }),
    ("typed, the same value each time", |count| {
        chain(count, |world, account, _| deposit::call(world, account, 1.5).wait());
    }),
    ("typed, no value", |count| chain(count, |world, account, _| touch::call(world, account).wait())),
    ("typed, no value, async", |count| chain(count, |world, account, _| touch_later::call(world, account).wait())),
    ("typed, config by `with`", |count| {
        let bound = accrue::with(Terms { factor: 1.5, ..Terms::default() });
        chain(count, |world, account, _| bound.call(world, account).wait());
    }),
    ("by name, JSON", |count| {
        chain(count, |world, account, step| {
            let arguments = json!({ "account": account.to_string(), "amount": step as f64 });
            ready(world.execute("deposit", arguments))?.output(0)
        });
    }),
    ("read an entity, create another", |count| {
        with_account(|world, account| {
            for _ in 0..count {
                black_box(standing::call(world, account).wait().expect("succeeds"));
            }
        });
    }),
    ("memo hit", |count| {
        with_account(|world, account| {
            for _ in 0..count {
                black_box(headroom::call(world, account, 1.5).wait().expect("succeeds"));
            }
        });
    }),
    ("insert", |count| {
        let world = World::in_memory().expect("names are unique");
        for _ in 0..count {
            black_box(world.insert(account()).expect("it is new"));
        }
        forget(world);
    }),
    ("get", |count| {
        with_account(|world, account| {
            let ecs_id = account.ecs_id();
            for _ in 0..count {
                black_box(world.get::<Account>(black_box(ecs_id)).expect("it is there").balance);
            }
        });
    }),
    ("read a field by its address", |count| {
        with_account(|world, account| {
            let balance = account.at::<f64>("balance");
            for _ in 0..count {
                black_box(world.read(black_box(&balance)).expect("it is there"));
            }
        });
    }),
];

fn with_account(work: impl FnOnce(&World, &Stored<Account>)) {
    let world = World::in_memory().expect("names are unique");
    let account = world.insert(account()).expect("it is new");
    work(&world, &account);
    // What the allocator does while all of it is dropped is another count each time.
    forget(world);
}

/// Calls, each on the version that the one before it made.
fn chain(count: usize, call: impl Fn(&World, &Stored<Account>, usize) -> ecs::Result<Stored<Account>>) {
    with_account(|world, account| {
        let mut account = account.clone();
        for step in 0..count {
            account = call(world, &account, black_box(step)).expect("succeeds");
        }
    });
}

fn floor_account() -> floor::Account {
    floor::Account { owner: "Alice".into(), balance: 100.0, is_open: true, changes: 0 }
}

/// Mutations, each of the version that the one before it made.
fn floor_chain(count: usize, mutate: impl Fn(&floor::Store, &Arc<floor::Version>, usize) -> Arc<floor::Version>) {
    let store = floor::Store::default();
    let mut version = store.insert(floor_account());
    for step in 0..count {
        version = mutate(&store, &version, black_box(step));
    }
    forget(store);
}

fn floor_creation(count: usize) {
    let store = floor::Store::default();
    let version = store.insert(floor_account());
    for _ in 0..count {
        black_box(store.standing(&version).is_sound);
    }
    forget(store);
}

fn floor_get(count: usize) {
    let store = floor::Store::default();
    let version = store.insert(floor_account());
    for _ in 0..count {
        black_box(store.get(black_box(version.ecs_id)).expect("it is there").account.balance);
    }
}

/// Instructions of a process that does something so many times.
fn collected(path: usize, count: usize) -> f64 {
    let program = env::current_exe().expect("a running program is somewhere");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([path, count].map(|number| number.to_string()))
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    assert!(output.status.success(), "valgrind failed: {told}");
    collected.expect("valgrind tells how many")
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().expect("what compiled this is there");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn main() {
    let arguments: Vec<usize> = env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if let [path, count] = arguments[..] {
        return PATHS[path].1(count);
    }
    let valgrind = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if !valgrind.is_ok_and(|status| status.success()) {
        return println!("there is no valgrind here: no instructions are counted");
    }
    let compiler = compiler();
    let kept = fs::read_to_string(KEPT).unwrap_or_default();
    let is_comparable = kept.lines().next() == Some(&compiler);
    let kept: BTreeMap<&str, f64> = kept
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(name, count)| Some((name, count.parse().ok()?)))
        .collect();
    let (mut counted, mut others) = (compiler, Vec::new());
    for (path, (name, _)) in PATHS.iter().enumerate() {
        let count = (collected(path, BEFORE + COUNTED) - collected(path, BEFORE)) / COUNTED as f64;
        let change = kept.get(name).map(|kept| count / kept - 1.0);
        println!(
            "{name}: {count:.0} instructions{}",
            change.map_or(String::new(), |change| format!(", {:+.1} %", 100.0 * change))
        );
        write!(counted, "\n{name}\t{count:.0}").expect("a text takes it");
        if change.is_none_or(|change| change.abs() > MARGIN) {
            others.push(*name);
        }
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(KEPT, counted + "\n").expect("it can be written");
    } else if is_comparable {
        assert!(
            others.is_empty(),
            "{others:?} differ from {KEPT} by more than {MARGIN}; UPDATE=1 keeps the new counts"
        );
    }
}
