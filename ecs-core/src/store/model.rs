//! The commits of the store in memory under a scheduler that chooses which thread goes on at each lock.
//!
//! The store is compiled here a second time, over locks that ask the scheduler. A thread that waits for ever, or
//! a schedule under which a rule is broken, fails the test and is printed; `shuttle::replay` runs it again.
//! The smallest rules are tried under every schedule there is, the others under few random ones with the other
//! tests and under many by the test that is ignored.

// What only other parts of the crate use.
#![allow(dead_code, clippy::duplicate_mod, reason = "it is used where it is compiled the first time")]

mod sync {
    /// Few, so that what a schedule decides is about something.
    pub(super) const SHARDS: usize = 4;

    pub(super) use shuttle::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
}

#[path = "memory.rs"]
mod memory;
#[path = "sharded.rs"]
mod sharded;
#[path = "../shards.rs"]
mod shards;

use std::sync::Arc;

use shuttle::scheduler::{DfsScheduler, PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, Runner, thread};

use self::memory::MemoryStore;
use self::sharded::shard_of;
use super::conformance::{commit_of, execution, first, next, version};
use super::{Commit, Store, Use, VersionEntry, lineage, table, uses};
use crate::entity::{AnyStored, EcsId, Id, Origin};
use crate::error::{ErrorKind, Result};
use crate::execution::{Output, Semantics};

/// How many schedules of each kind are tried with the other tests, and otherwise.
const FEW: usize = 300;
const MANY: usize = 100_000;

/// How often a thread looks for what another one writes.
const LOOKS: usize = 10;

fn run(scheduler: impl Scheduler + 'static, rule: impl Fn() + Send + Sync + 'static) -> usize {
    let mut config = Config::new();
    // What code takes that is not optimized.
    config.stack_size = 256 * 1024;
    Runner::new(scheduler, config).run(rule)
}

/// Tries a rule under random schedules, and under schedules with few changes of thread in unlikely places.
fn try_under(schedules: usize, rule: impl Fn() + Send + Sync + 'static) {
    let rule = Arc::new(rule);
    let again = Arc::clone(&rule);
    assert_eq!(run(RandomScheduler::new(schedules), move || rule()), schedules);
    assert_eq!(run(PctScheduler::new(3, schedules), move || again()), schedules);
}

/// Tries a rule under every schedule there is, and says how many those are.
fn try_all(rule: impl Fn() + Send + Sync + 'static) -> usize {
    run(DfsScheduler::new(None, false), rule)
}

/// The versions of the rules, made once: what a schedule decides must be all that differs between runs.
struct Made(crate::store::MemoryStore);

impl Made {
    fn new() -> Self {
        Self(crate::store::MemoryStore::default())
    }

    fn first(&self, number: i64) -> AnyStored {
        first(&self.0, number)
    }

    fn next(&self, parent: &AnyStored, number: i64) -> AnyStored {
        next(&self.0, parent, number)
    }

    /// Two first versions whose lineages have different locks.
    fn two_apart(&self) -> [AnyStored; 2] {
        let one = self.first(1);
        let is_apart = |other: &AnyStored| shard_of(other.lineage_id()) != shard_of(one.lineage_id());
        let other = std::iter::repeat_with(|| self.first(2)).find(is_apart);
        [one.clone(), other.unwrap_or(one)]
    }
}

/// Commits to one store from two threads.
fn commit_both(store: &Arc<MemoryStore>, one: Commit, other: Commit) -> [Result<()>; 2] {
    [one, other]
        .map(|commit| {
            let store = Arc::clone(store);
            thread::spawn(move || store.commit(&commit))
        })
        .map(|running| running.join().expect("a commit does not panic"))
}

/// A store that has these versions already.
fn store_with(versions: &[&AnyStored]) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::default());
    store.commit(&commit_of(versions)).expect("they begin their lineages");
    store
}

fn head(store: &MemoryStore, of: &AnyStored) -> Option<EcsId> {
    store.head(of.lineage_id()).expect("it can be read").map(|head| head.ecs_id())
}

fn lineage_of(store: &MemoryStore, of: &AnyStored) -> Vec<EcsId> {
    store.lineage(of.lineage_id()).expect("it can be read").iter().map(AnyStored::ecs_id).collect()
}

fn is_there(store: &MemoryStore, version: &AnyStored) -> bool {
    store.version(version.ecs_id()).expect("it can be read").is_some()
}

/// Of two changes of one head one is written, and the other is told which.
fn of_two_changes_one_is_written() -> impl Fn() + Send + Sync + 'static {
    let made = Made::new();
    let begun = made.first(0);
    let changes = [made.next(&begun, 1), made.next(&begun, 2)];
    move || {
        let store = store_with(&[&begun]);
        let results = commit_both(&store, commit_of(&[&changes[0]]), commit_of(&[&changes[1]]));
        let (written, refused) = match &results {
            [Ok(()), Err(error)] => (&changes[0], error),
            [Err(error), Ok(())] => (&changes[1], error),
            _ => panic!("one of two is written: {results:?}"),
        };
        let ErrorKind::Conflict { found, .. } = refused.kind() else { panic!("the other is a conflict: {refused}") };
        assert_eq!(*found, Some(written.ecs_id()), "a conflict names the head that was found");
        assert_eq!(lineage_of(&store, &begun), [begun.ecs_id(), written.ecs_id()]);
        assert_eq!(changes.iter().filter(|change| is_there(&store, change)).count(), 1, "the other left nothing");
    }
}

/// Two commits that change the same two things, in opposite order, do not wait for each other for ever, and
/// are each written whole or not at all.
fn commits_in_opposite_order_are_whole() -> impl Fn() + Send + Sync + 'static {
    let made = Made::new();
    let begun = made.two_apart();
    let [one, other] = [1, 2].map(|number| [0, 1].map(|at: usize| made.next(&begun[at], number)));
    move || {
        let store = store_with(&[&begun[0], &begun[1]]);
        let results = commit_both(&store, commit_of(&[&one[0], &one[1]]), commit_of(&[&other[1], &other[0]]));
        let [written, refused] = match &results {
            [Ok(()), Err(_)] => [&one, &other],
            [Err(_), Ok(())] => [&other, &one],
            _ => panic!("one of two is written: {results:?}"),
        };
        for at in [0, 1] {
            assert_eq!(lineage_of(&store, &begun[at]), [begun[at].ecs_id(), written[at].ecs_id()]);
            assert!(!is_there(&store, &refused[at]), "what was refused left something");
        }
    }
}

/// Who sees a head finds everything that was committed with it.
fn a_head_is_not_seen_before_the_rest() -> impl Fn() + Send + Sync + 'static {
    let made = Made::new();
    let begun = made.two_apart();
    let changed = [0, 1].map(|at: usize| made.next(&begun[at], 1));
    let config = made.first(2);
    let run = execution("model");
    move || {
        let store = store_with(&[&begun[0], &begun[1]]);
        let commit = Commit {
            versions: changed.iter().cloned().collect(),
            shared: [config.clone()].into_iter().collect(),
            execution: Some(Arc::clone(&run)),
            is_branching: false,
        };
        let writing = {
            let store = Arc::clone(&store);
            thread::spawn(move || store.commit(&commit))
        };
        let is_seen = (0..LOOKS).any(|_| head(&store, &begun[0]) == Some(changed[0].ecs_id()));
        if is_seen {
            assert_eq!(head(&store, &begun[1]), Some(changed[1].ecs_id()), "the other head has moved too");
            assert!(changed.iter().chain([&config]).all(|version| is_there(&store, version)), "every version is there");
            assert_eq!(lineage_of(&store, &config), [config.ecs_id()]);
            assert!(store.execution(run.id).expect("it can be read").is_some(), "the record is there");
        }
        writing.join().expect("a commit does not panic").expect("nobody else commits");
        assert_eq!(head(&store, &begun[0]), Some(changed[0].ecs_id()));
    }
}

/// The same of a commit of one version, which is written by a shorter way.
fn a_head_is_not_seen_before_its_record() -> impl Fn() + Send + Sync + 'static {
    let made = Made::new();
    let begun = made.first(0);
    let changed = made.next(&begun, 1);
    let run = execution("model");
    move || {
        let store = store_with(&[&begun]);
        let commit = Commit { execution: Some(Arc::clone(&run)), ..commit_of(&[&changed]) };
        let writing = {
            let store = Arc::clone(&store);
            thread::spawn(move || store.commit(&commit))
        };
        if (0..LOOKS).any(|_| head(&store, &begun) == Some(changed.ecs_id())) {
            assert!(is_there(&store, &changed), "the version is there");
            assert!(store.execution(run.id).expect("it can be read").is_some(), "the record is there");
        }
        writing.join().expect("a commit does not panic").expect("nobody else commits");
        assert_eq!(head(&store, &begun), Some(changed.ecs_id()));
    }
}

/// A config that two commits share is written once, and is in the way of neither.
fn a_shared_config_is_written_once() -> impl Fn() + Send + Sync + 'static {
    let made = Made::new();
    let begun = made.two_apart();
    let config = made.first(3);
    move || {
        let store = Arc::new(MemoryStore::default());
        let sharing = |version| Commit { shared: [config.clone()].into_iter().collect(), ..commit_of(&[version]) };
        let results = commit_both(&store, sharing(&begun[0]), sharing(&begun[1]));
        assert!(results.iter().all(Result::is_ok), "neither is a conflict: {results:?}");
        assert_eq!(lineage_of(&store, &config), [config.ecs_id()]);
        assert!(begun.iter().all(|version| head(&store, version) == Some(version.ecs_id())));
    }
}

/// Who asks what used a version while it is being used hears nothing that is not so, and all of it later.
fn uses_are_complete() -> impl Fn() + Send + Sync + 'static {
    let made = Made::new();
    let begun = made.first(0);
    let mut run = (*execution("model")).clone();
    let changed = version(&made.0, begun.lineage_id(), Origin::Next(begun.ecs_id()), 1, Some(&run));
    run.input = Some(begun.ecs_id());
    run.outputs.push(Output {
        output_index: 0,
        ecs_id: changed.ecs_id(),
        lineage_id: changed.lineage_id(),
        semantics: Semantics::Mutation,
        is_changed: true,
    });
    let run = Arc::new(run);
    let fork = version(&made.0, Id::new().lineage_id(), Origin::Fork(begun.ecs_id()), 2, None);
    let all = [Use::Execution(run.id), Use::Version(changed.ecs_id()), Use::Version(fork.ecs_id())];
    move || {
        let store = store_with(&[&begun]);
        let asking = {
            let (store, of) = (Arc::clone(&store), begun.ecs_id());
            let ask = move |_| store.uses(of).expect("it can be read");
            thread::spawn(move || (0..LOOKS).flat_map(ask).collect::<Vec<Use>>())
        };
        let running = Commit { execution: Some(Arc::clone(&run)), ..commit_of(&[&changed]) };
        let results = commit_both(&store, running, commit_of(&[&fork]));
        assert!(results.iter().all(Result::is_ok), "neither is in the way of the other: {results:?}");
        let heard = asking.join().expect("asking does not panic");
        assert!(heard.iter().all(|usage| all.contains(usage)), "{heard:?}");
        let found = store.uses(begun.ecs_id()).expect("it can be read");
        assert!(found.len() == all.len() && all.iter().all(|usage| found.contains(usage)), "{found:?}");
    }
}

#[test]
fn of_two_changes_of_one_head_one_is_written_under_every_schedule() {
    try_all(of_two_changes_one_is_written());
}

#[test]
fn commits_in_opposite_order_are_written_whole_under_every_schedule() {
    try_all(commits_in_opposite_order_are_whole());
}

#[test]
fn a_head_is_not_seen_before_the_rest_of_its_commit_under_random_schedules() {
    try_under(FEW, a_head_is_not_seen_before_the_rest());
}

#[test]
fn a_head_is_not_seen_before_its_record_under_random_schedules() {
    try_under(FEW, a_head_is_not_seen_before_its_record());
}

#[test]
fn a_config_that_two_commits_share_is_written_once_under_random_schedules() {
    try_under(FEW, a_shared_config_is_written_once());
}

#[test]
fn uses_are_complete_under_random_schedules() {
    try_under(FEW, uses_are_complete());
}

#[test]
#[ignore = "it takes minutes"]
#[expect(clippy::print_stdout, reason = "it says how much it tried")]
fn every_rule_holds_under_many_schedules() {
    println!("two changes of one head: all {} schedules", try_all(of_two_changes_one_is_written()));
    println!("opposite order: all {} schedules", try_all(commits_in_opposite_order_are_whole()));
    println!("a shared config: all {} schedules", try_all(a_shared_config_is_written_once()));
    try_under(MANY, of_two_changes_one_is_written());
    try_under(MANY, commits_in_opposite_order_are_whole());
    try_under(MANY, a_head_is_not_seen_before_the_rest());
    try_under(MANY, a_head_is_not_seen_before_its_record());
    try_under(MANY, a_shared_config_is_written_once());
    try_under(MANY, uses_are_complete());
    println!("{} random schedules of each rule", 2 * MANY);
}
