//! What holds of commits that run against each other.

use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use smallvec::SmallVec;

use super::asking::{commit, head_of, is_there, lineage_of};
use super::rule::{assert_conflict, must};
use super::sample::{commit_of, execution, first, next, version};
use crate::entity::{AnyStored, Origin};
use crate::error::ErrorKind;
use crate::store::{Commit, Store};

/// How many threads race.
const THREADS: usize = 8;
/// How often they do.
const ROUNDS: usize = 50;
/// How long a race may take before its threads are taken to wait for each other for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `race` on a thread for each number, and fails if they do not come to an end.
fn in_threads<T: Send + 'static>(rule: &str, race: impl Fn(usize) -> T + Send + Sync + 'static) -> Vec<T> {
    let (race, (sender, receiver)) = (Arc::new(race), mpsc::channel());
    for thread in 0..THREADS {
        let (race, sender) = (Arc::clone(&race), sender.clone());
        thread::spawn(move || {
            let outcome = race(thread);
            // Nobody listens any more if another thread has failed.
            drop(sender.send(outcome));
        });
    }
    drop(sender);
    (0..THREADS)
        .map(|_| match receiver.recv_timeout(PATIENCE) {
            Ok(outcome) => outcome,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("broken rule: {rule}, but they wait for each other"),
            Err(mpsc::RecvTimeoutError::Disconnected) => panic!("broken rule: {rule}, but one panicked"),
        })
        .collect()
}

pub(super) fn of_racing_changes_one_wins(store: &Arc<dyn Store>) {
    const RULE: &str = "of several commits that continue one version exactly one is written";
    let mut head = first(&**store, 0);
    commit(&**store, &[&head]);
    for round in 1..=ROUNDS {
        let (racing, parent, barrier) = (Arc::clone(store), head.clone(), Barrier::new(THREADS));
        let outcomes = in_threads(RULE, move |thread| {
            let mine = next(&*racing, &parent, thread as i64);
            barrier.wait();
            (mine.clone(), racing.commit(&commit_of(&[&mine])))
        });
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|(_, outcome)| outcome.is_ok());
        assert_eq!(won.len(), 1, "broken rule: {RULE}");
        let winner = won[0].0.clone();
        for (version, outcome) in lost {
            assert!(!is_there(&**store, &version), "broken rule: a conflict writes nothing, in a race either");
            if let Err(error) = outcome {
                assert_conflict(&error, head.lineage_id(), Some(head.ecs_id()), Some(winner.ecs_id()));
            }
        }
        let found = head_of(&**store, head.lineage_id());
        assert_eq!(found, Some(winner.ecs_id()), "broken rule: the winner of a race is the head");
        assert_eq!(lineage_of(&**store, head.lineage_id()).len(), round + 1, "broken rule: {RULE}");
        head = winner;
    }
}

pub(super) fn racing_commits_of_one_shared_version_agree(store: &Arc<dyn Store>) {
    const RULE: &str = "several commits may share one version at the same time";
    for _ in 0..ROUNDS {
        let shared = first(&**store, 0);
        let (racing, common, barrier) = (Arc::clone(store), shared.clone(), Barrier::new(THREADS));
        let outcomes = in_threads(RULE, move |_| {
            let own = first(&*racing, 1);
            let sharing = Commit { shared: SmallVec::from_iter([common.clone()]), ..commit_of(&[&own]) };
            barrier.wait();
            racing.commit(&sharing)
        });
        for outcome in outcomes {
            must(outcome, RULE);
        }
        let lineage = lineage_of(&**store, shared.lineage_id());
        assert_eq!(lineage, [shared.ecs_id()], "broken rule: a shared version is written once, in a race either");
    }
}

pub(super) fn commits_in_opposite_order_do_not_wait_for_each_other(store: &Arc<dyn Store>) {
    const RULE: &str = "commits on the same lineages in opposite order come to an end";
    let begun: Arc<[AnyStored]> = (0..4).map(|number| first(&**store, number)).collect();
    commit(&**store, &begun.iter().collect::<Vec<_>>());
    let (racing, lineages) = (Arc::clone(store), Arc::clone(&begun));
    let written: usize = in_threads(RULE, move |thread| {
        (0..ROUNDS)
            .filter(|_| {
                let heads = lineages.iter().map(|begun| must(racing.head(begun.lineage_id()), "a head can be read"));
                let mut changed: Vec<AnyStored> = heads.flatten().map(|head| next(&*racing, &head, 0)).collect();
                if thread % 2 == 0 {
                    changed.reverse();
                }
                match racing.commit(&commit_of(&changed.iter().collect::<Vec<_>>())) {
                    Ok(()) => true,
                    Err(error) if matches!(error.kind(), ErrorKind::Conflict { .. }) => false,
                    Err(error) => panic!("broken rule: a commit that comes too late is a `conflict`, not {error:?}"),
                }
            })
            .count()
    })
    .into_iter()
    .sum();
    assert!(written >= 1, "broken rule: of several commits that race one is written");
    for begun in &*begun {
        let lineage = must(store.lineage(begun.lineage_id()), "a lineage can be read");
        assert_eq!(lineage.len(), written + 1, "broken rule: a commit is written on all its lineages or on none");
        for pair in lineage.windows(2) {
            assert_eq!(pair[1].parent(), Some(pair[0].ecs_id()), "broken rule: each version continues the one before");
        }
    }
}

pub(super) fn a_head_is_never_seen_before_the_rest_of_its_commit(store: &Arc<dyn Store>) {
    const RULE: &str = "readers and writers do not stop each other";
    let begun = first(&**store, 0);
    commit(&**store, &[&begun]);
    let (racing, lineage_id) = (Arc::clone(store), begun.lineage_id());
    in_threads(RULE, move |thread| {
        let mut own = begun.clone();
        for _ in 0..ROUNDS * 10 {
            if thread == 0 {
                let run = execution("writer");
                own = version(&*racing, lineage_id, Origin::Next(own.ecs_id()), 0, Some(&run));
                let written = Commit { execution: Some(run), ..commit_of(&[&own]) };
                must(racing.commit(&written), "the only writer of a lineage meets no conflict");
                continue;
            }
            let Some(head) = must(racing.head(lineage_id), "a head can be read") else {
                panic!("broken rule: a lineage never loses its head");
            };
            assert!(is_there(&*racing, &head), "broken rule: the head can be read as a version");
            if let Some(made_by) = head.execution_id() {
                let run = must(racing.execution(made_by), "an execution can be read");
                assert!(run.is_some(), "broken rule: the execution is there as soon as the head that it made");
            }
        }
    });
}
