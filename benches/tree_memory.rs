//! What versions take in memory, beside what a program keeps that keeps nothing but the changed data.
#![expect(clippy::print_stdout, reason = "it measures and says what it found")]

use std::sync::Arc;

use ecs::im;
use ecs::prelude::*;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Leaf {
    id: Id,
    owner: String,
    balance: f64,
    changes: u64,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Root {
    id: Id,
    turn: u64,
    leaves: Vec<Arc<Leaf>>,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Mapped {
    id: Id,
    turn: u64,
    leaves: im::Map<u64, Leaf>,
}

/// How many versions are made, and how many leaves there are.
const MANY: u64 = 1_000;

fn leaf(number: u64) -> Leaf {
    Leaf { id: Id::new(), owner: format!("Owner {number}"), balance: 100.0, changes: 0 }
}

fn root() -> Root {
    Root { id: Id::new(), turn: 0, leaves: (0..MANY).map(leaf).map(Arc::new).collect() }
}

fn mapped(count: u64) -> Mapped {
    Mapped { id: Id::new(), turn: 0, leaves: (0..count).map(|number| (number, leaf(number))).collect() }
}

fn change(leaf: &mut Leaf) {
    leaf.balance += 1.0;
    leaf.changes += 1;
}

#[callable]
fn change_one(root: &mut Root) {
    root.turn += 1;
    let at = root.turn * 7 % MANY;
    change(Arc::make_mut(&mut root.leaves[at as usize]));
}

#[callable]
fn change_mapped(root: &mut Mapped) {
    root.turn += 1;
    let at = root.turn * 7_919 % root.leaves.len() as u64;
    change(root.leaves.get_mut(&at).expect("keys are dense"));
}

#[callable]
fn change_flat(leaf: &mut Leaf) {
    change(leaf);
}

/// What each step of `steps` adds to the memory in use, as long as what it returns is kept.
fn bytes_per_version<S, K>(state: S, mut step: impl FnMut(&mut S) -> K) -> f64 {
    let mut state = state;
    let mut kept = Vec::with_capacity(MANY as usize);
    // What is made once, with the first version, is no part of one.
    kept.push(step(&mut state));
    let before = ALLOCATOR.current_usage();
    for _ in 1..MANY {
        kept.push(step(&mut state));
    }
    (ALLOCATOR.current_usage() - before) as f64 / (MANY - 1) as f64
}

fn in_world<T: Entity>(value: T, call: impl Fn(&World, &Stored<T>) -> ecs::Result<Stored<T>>) -> f64 {
    let world = World::in_memory().expect("names are unique");
    let first = world.insert(value).expect("it is new");
    // The world keeps the versions.
    bytes_per_version((world, first), |(world, newest)| *newest = call(world, newest).expect("succeeds"))
}

fn say(what: &str, taken: f64, floor: f64) {
    println!("{what}: {taken:.0} bytes per version, {floor:.0} of them changed data, ratio {:.2}", taken / floor);
}

fn main() {
    let tree = in_world(root(), |world, root| change_one::call(world, root).wait());
    let tree_floor = bytes_per_version(root(), |root| {
        change_one(root);
        root.leaves.clone()
    });
    say("one leaf changed in a Vec<Arc<Leaf>> of 1,000", tree, tree_floor);
    for count in [MANY, 100 * MANY] {
        let map = in_world(mapped(count), |world, root| change_mapped::call(world, root).wait());
        let map_floor = bytes_per_version(mapped(count), |root| {
            change_mapped(root);
            root.leaves.clone()
        });
        say(&format!("one leaf changed in an im::Map<u64, Leaf> of {count}"), map, map_floor);
    }
    let flat = in_world(leaf(0), |world, leaf| change_flat::call(world, leaf).wait());
    let flat_floor = bytes_per_version(leaf(0), |leaf| {
        change_flat(leaf);
        Box::new(leaf.clone())
    });
    say("a flat entity changed", flat, flat_floor);
}
