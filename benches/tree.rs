//! Trees of entities: one leaf changed in wide trees, against a hand-written floor where there is one;
//! how the cost grows with the tree; reading an entity by its own id; storing and attaching.
//!
//! A change goes to another leaf each time, so that a large tree pays for the memory it is spread over.

use std::cell::{LazyCell, RefCell};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, SamplingMode, criterion_group, criterion_main};
use ecs::im;
use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Leaf {
    id: Id,
    owner: String,
    balance: f64,
    changes: u64,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Listed {
    id: Id,
    turn: u32,
    leaves: Vec<Leaf>,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Shared {
    id: Id,
    turn: u32,
    leaves: Vec<Arc<Leaf>>,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Mapped {
    id: Id,
    turn: u32,
    leaves: im::Map<u32, Leaf>,
}

/// An entity of a tree that has ten below each, down to the lowest.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Knot {
    id: Id,
    weight: f64,
    below: Vec<Knot>,
}

fn leaf(number: u32) -> Leaf {
    Leaf { id: Id::new(), owner: format!("Owner {number}"), balance: 100.0, changes: 0 }
}

fn leaves(count: u32) -> impl Iterator<Item = Leaf> {
    (0..count).map(leaf)
}

fn listed(count: u32) -> Listed {
    Listed { id: Id::new(), turn: 0, leaves: leaves(count).collect() }
}

fn shared(count: u32) -> Shared {
    Shared { id: Id::new(), turn: 0, leaves: leaves(count).map(Arc::new).collect() }
}

fn mapped(count: u32) -> Mapped {
    Mapped { id: Id::new(), turn: 0, leaves: (0..).zip(leaves(count)).collect() }
}

fn knot(levels: u32) -> Knot {
    let below = if levels == 0 { Vec::new() } else { (0..10).map(|_| knot(levels - 1)).collect() };
    Knot { id: Id::new(), weight: 1.0, below }
}

fn stored<T: Entity>(value: T) -> (World, Stored<T>) {
    let world = World::in_memory().expect("names are unique");
    let stored = world.insert(value).expect("it is new");
    (world, stored)
}

/// Some position below `count`, another at every turn.
fn spread(turn: u32, count: usize) -> usize {
    turn.wrapping_mul(0x9e37_79b1) as usize % count
}

fn change(leaf: &mut Leaf) {
    leaf.balance += 1.0;
    leaf.changes += 1;
}

#[callable]
fn change_listed(root: &mut Listed) {
    root.turn += 1;
    let at = spread(root.turn, root.leaves.len());
    change(&mut root.leaves[at]);
}

#[callable]
fn change_shared(root: &mut Shared) {
    root.turn += 1;
    let at = spread(root.turn, root.leaves.len());
    change(Arc::make_mut(&mut root.leaves[at]));
}

#[callable]
fn change_mapped(root: &mut Mapped) {
    root.turn += 1;
    let at = spread(root.turn, root.leaves.len()) as u32;
    change(root.leaves.get_mut(&at).expect("keys are dense"));
}

#[callable]
fn attach(root: &mut Mapped) {
    let key = root.leaves.len() as u32;
    root.leaves.insert(key, leaf(key));
}

#[callable]
fn leave_listed(root: &mut Listed) {
    black_box(root);
}

#[callable]
fn leave_shared(root: &mut Shared) {
    black_box(root);
}

#[callable]
fn leave_mapped(root: &mut Mapped) {
    black_box(root);
}

#[callable]
fn leave_knot(root: &mut Knot) {
    black_box(root);
}

/// What someone would write by hand for a vector of which one element changes.
mod floor {
    use super::{Arc, Leaf, black_box, change, spread};

    fn hash(leaf: &Leaf) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(96);
        bytes.extend_from_slice(&(leaf.owner.len() as u64).to_le_bytes());
        bytes.extend_from_slice(leaf.owner.as_bytes());
        bytes.extend_from_slice(&leaf.balance.to_bits().to_le_bytes());
        bytes.extend_from_slice(&leaf.changes.to_le_bytes());
        *blake3::hash(&bytes).as_bytes()
    }

    pub(super) type Version = (Arc<Vec<Leaf>>, Vec<[u8; 32]>);

    /// The next version: cloned, changed, compared, and hashed where it differs.
    pub(super) fn next(old: &Version, turn: u32) -> Version {
        let mut new = (*old.0).clone();
        let at = spread(turn, new.len());
        change(black_box(&mut new[at]));
        let hashes = old.0.iter().zip(&new).filter(|(old, new)| old != new).map(|(_, new)| hash(new)).collect();
        (Arc::new(new), hashes)
    }
}

/// Calls in one batch, each on the version that the one before it made. A batch has a new world.
const CHAIN: u32 = 200;

fn in_little_time(group: &mut BenchmarkGroup<'_, WallTime>) {
    group.sample_size(15).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.sampling_mode(SamplingMode::Flat);
}

/// What is done to trees that are small enough to make anew for each chain.
fn small(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("{CHAIN} changes of one leaf in 1,000"));
    in_little_time(&mut group);
    group.measurement_time(Duration::from_secs(2));
    group.bench_function("Vec<Leaf>, floor", |bencher| {
        bencher.iter_batched(
            || (Vec::new(), (Arc::new(leaves(1_000).collect()), Vec::new())),
            |(mut kept, mut version)| {
                for turn in 0..CHAIN {
                    let next = floor::next(&version, turn);
                    kept.push(std::mem::replace(&mut version, next));
                }
                (kept, version)
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("Vec<Leaf>, floor that keeps nothing", |bencher| {
        bencher.iter_batched(
            || (Arc::new(leaves(1_000).collect()), Vec::new()),
            |mut version| {
                for turn in 0..CHAIN {
                    version = floor::next(&version, turn);
                }
                version
            },
            BatchSize::PerIteration,
        );
    });
    macro_rules! chain {
        ($name:literal, $tree:expr, $call:ident) => {
            group.bench_function($name, |bencher| {
                bencher.iter_batched(
                    || stored($tree),
                    |(world, mut root)| {
                        for _ in 0..CHAIN {
                            root = $call::call(&world, &root).wait().expect("succeeds");
                        }
                        (world, root)
                    },
                    BatchSize::PerIteration,
                );
            });
        };
    }
    chain!("Vec<Leaf>", listed(1_000), change_listed);
    chain!("Vec<Arc<Leaf>>", shared(1_000), change_shared);
    chain!("im::Map<u32, Leaf>", mapped(1_000), change_mapped);
    group.finish();
}

/// Makes a chain of calls on one tree, which is made once.
macro_rules! continued {
    ($group:ident, $name:expr, $tree:expr, $call:ident) => {
        let tree = LazyCell::new(|| {
            let (world, root) = stored($tree);
            (world, RefCell::new(root))
        });
        $group.bench_function($name, |bencher| {
            let (world, root) = &*tree;
            let mut root = root.borrow_mut();
            bencher.iter(|| *root = $call::call(world, &*root).wait().expect("succeeds"));
        });
    };
}

fn large(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one leaf changed");
    in_little_time(&mut group);
    continued!(group, "im::Map<u32, Leaf>, 1,000", mapped(1_000), change_mapped);
    continued!(group, "im::Map<u32, Leaf>, 1,000,000", mapped(1_000_000), change_mapped);
    // Each version has a vector of its own, so there is room for few.
    group.measurement_time(Duration::from_millis(500));
    continued!(group, "Vec<Arc<Leaf>>, 1,000", shared(1_000), change_shared);
    continued!(group, "Vec<Arc<Leaf>>, 100,000", shared(100_000), change_shared);
    group.finish();

    let mut group = criterion.benchmark_group("one leaf attached");
    in_little_time(&mut group);
    continued!(group, "im::Map<u32, Leaf>, 100,000", mapped(100_000), attach);
    group.finish();

    let mut group = criterion.benchmark_group("nothing changed");
    in_little_time(&mut group);
    continued!(group, "im::Map<u32, Leaf>, 100,000", mapped(100_000), leave_mapped);
    continued!(group, "Vec<Arc<Leaf>>, 100,000", shared(100_000), leave_shared);
    continued!(group, "Vec<Leaf>, 100,000", listed(100_000), leave_listed);
    continued!(group, "fan-out 10, 111,111", knot(5), leave_knot);
    group.finish();
}

fn inserts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inserted");
    in_little_time(&mut group);
    group.sample_size(10);
    macro_rules! insert {
        ($name:literal, $tree:expr) => {
            group.bench_function($name, |bencher| {
                bencher.iter_batched(
                    || (World::in_memory().expect("names are unique"), $tree),
                    |(world, tree)| {
                        let root = world.insert(tree).expect("it is new");
                        (world, root)
                    },
                    BatchSize::PerIteration,
                );
            });
        };
    }
    insert!("Vec<Leaf>, 100,000", listed(100_000));
    insert!("im::Map<u32, Leaf>, 100,000", mapped(100_000));
    insert!("fan-out 10, 111,111", knot(5));
    group.finish();
}

/// The addresses of a field of some entities that are lowest in a tree.
fn addresses(ids: impl Iterator<Item = Id>, field: &str) -> Vec<Address> {
    let mut ids: Vec<Id> = ids.collect();
    // So that one after another is not one beside another.
    (0_u32..).zip(0..ids.len()).for_each(|(turn, at)| ids.swap(at, spread(turn, at + 1)));
    let address = |id: Id| format!("@{}.{field}", id.ecs_id().expect("it is stored"));
    ids.into_iter().map(|id| address(id).parse().expect("it is one")).collect()
}

fn lowest(knot: &Knot) -> Vec<&Knot> {
    if knot.below.is_empty() { vec![knot] } else { knot.below.iter().flat_map(lowest).collect() }
}

fn resolves(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("@leaf.field");
    in_little_time(&mut group);
    macro_rules! resolve {
        ($name:literal, $tree:expr, |$root:ident| $ids:expr, $field:literal) => {
            // Made when the first of the two is measured.
            let tree = LazyCell::new(|| {
                let (world, $root) = stored($tree);
                let all = addresses($ids, $field);
                (world, all)
            });
            group.bench_function(concat!($name, ", one leaf"), |bencher| {
                let (world, all) = &*tree;
                bencher.iter(|| world.resolve(black_box(&all[0])).expect("it is there"));
            });
            group.bench_function(concat!($name, ", all leaves in turn"), |bencher| {
                let (world, all) = &*tree;
                let mut turns = all.iter().cycle();
                bencher.iter(|| world.resolve(turns.next().expect("it is a cycle")).expect("it is there"));
            });
        };
    }

    resolve!("Vec<Leaf>, 10", listed(10), |root| root.leaves.iter().map(|leaf| leaf.id), "balance");
    resolve!("Vec<Leaf>, 100,000", listed(100_000), |root| root.leaves.iter().map(|leaf| leaf.id), "balance");
    resolve!("fan-out 10, 11", knot(1), |root| lowest(&root).into_iter().map(|knot| knot.id), "weight");
    resolve!("fan-out 10, 111,111", knot(5), |root| lowest(&root).into_iter().map(|knot| knot.id), "weight");
    group.finish();
}

criterion_group!(benches, small, large, inserts, resolves);
criterion_main!(benches);
