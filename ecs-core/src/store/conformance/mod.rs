//! What every store must do; run against each.

mod asking;
mod races;
mod rule;
mod sample;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use smallvec::SmallVec;

use self::asking::{assert_same, commit, head_of, heads_of, is_there, lineage_of, uses_of};
use self::races::{
    a_head_is_never_seen_before_the_rest_of_its_commit, commits_in_opposite_order_do_not_wait_for_each_other,
    of_racing_changes_one_wins, racing_commits_of_one_shared_version_agree,
};
use self::rule::{assert_conflict, is_conflict, must, refused};
use self::sample::{Sample, SampleTree, callable, tree};
use super::{AnyId, Commit, IdPart, Store, Use};
use crate::entity::{AnyStored, EcsId, Entity, ExecutionId, Header, Id, Moment, Origin};
use crate::execution::{Arguments, Execution, Given, Output, Semantics};
use crate::signature::{Kind, Param};

pub(crate) use self::asking::executions_of;
pub(super) use self::sample::version;
pub(crate) use self::sample::{commit_of, execution, first, next};

/// Checks that the stores `new_store` makes keep the contract of [`Store`]. Each is to be empty.
///
/// # Panics
///
/// If a rule of the contract is broken; the message says which.
pub fn check(new_store: &dyn Fn() -> Arc<dyn Store>) {
    nothing_is_found_in_an_empty_store(&*new_store());
    what_is_committed_is_read_as_it_was(&*new_store());
    a_lineage_is_in_the_order_of_its_commits(&*new_store());
    one_commit_may_move_many_heads(&*new_store());
    a_change_of_an_old_version_is_a_conflict(&*new_store());
    a_branching_commit_makes_another_head(&*new_store());
    each_head_is_continued_without_a_conflict(&*new_store());
    a_branching_commit_begins_no_lineage_twice(&*new_store());
    a_lineage_begins_once(&*new_store());
    a_change_of_nothing_is_a_conflict(&*new_store());
    a_conflict_writes_nothing(&*new_store());
    shared_versions_are_written_once(&*new_store());
    who_put_a_version_out_as_it_was_is_found(&*new_store());
    executions_are_shown_the_last_to_start_first(&*new_store());
    every_version_is_listed(&*new_store());
    ids_are_found_by_their_digits(&*new_store());
    nested_executions_are_found_from_the_one_they_are_in(&*new_store());
    what_used_a_version_is_found(&*new_store());
    a_field_is_unchanged_no_further_than_it_is(&*new_store());
    a_tree_is_committed_with_everything_in_it(&*new_store());
    of_racing_changes_one_wins(&new_store());
    racing_commits_of_one_shared_version_agree(&new_store());
    commits_in_opposite_order_do_not_wait_for_each_other(&new_store());
    a_head_is_never_seen_before_the_rest_of_its_commit(&new_store());
}

fn what_used_a_version_is_found(store: &dyn Store) {
    let made = first(store, 1);
    commit(store, &[&made]);
    assert!(uses_of(store, &made).is_empty(), "broken rule: what nothing used has no uses");
    let mut given = Given::default();
    given.begin();
    [made.ecs_id(), made.ecs_id()].into_iter().for_each(|version| given.add_version(version));
    let mut run = (*execution("user")).clone();
    run.definition = callable("user", const { &[Param::unknown("sample", Kind::Entity)] });
    run.arguments = Arguments::new(run.definition, &given);
    must(store.commit(&Commit { execution: Some(Arc::new(run.clone())), ..Commit::default() }), "a record is written");
    assert_eq!(
        uses_of(store, &made),
        [Use::Execution(run.id)],
        "broken rule: an execution that took a version used it, once"
    );
    let changed = next(store, &made, 2);
    let fork = version(store, Id::new().lineage_id(), Origin::Fork(made.ecs_id()), 3, None);
    commit(store, &[&changed, &fork]);
    let mut expected = vec![Use::Execution(run.id), Use::Version(changed.ecs_id()), Use::Version(fork.ecs_id())];
    expected.sort_unstable();
    assert_eq!(uses_of(store, &made), expected, "broken rule: the next version and a fork used a version");
    assert!(uses_of(store, &changed).is_empty(), "broken rule: a version is used by what came after it");
    let refused_use = next(store, &made, 4);
    assert!(store.commit(&commit_of(&[&refused_use])).is_err(), "broken rule: an old version is not continued");
    assert_eq!(uses_of(store, &made), expected, "broken rule: what was refused used nothing");
}

fn a_tree_is_committed_with_everything_in_it(store: &dyn Store) {
    let samples = (0..3).map(|number| Sample { id: Id::new(), number }).collect();
    let made = tree(store, SampleTree { id: Id::new(), samples }, None);
    assert_eq!(made.len(), 4, "a root and three samples");
    commit(store, &made.iter().collect::<Vec<_>>());
    for written in &made {
        let read = must(store.version(written.ecs_id()), "a version can be read");
        let Some(read) = read else { panic!("broken rule: what is committed in a tree can be read by its own id") };
        assert_eq!(read.path(), written.path(), "broken rule: an entity knows its place in the tree");
        assert_eq!(read.holder(), written.holder(), "broken rule: an entity knows what holds it");
        assert_eq!(read.root(), made[0].ecs_id(), "broken rule: an entity knows its root");
        assert_eq!(head_of(store, read.lineage_id()), Some(read.ecs_id()), "broken rule: every entity has a head");
    }
    let mut changed = (*must(made[0].clone().downcast::<SampleTree>(), "it keeps its type")).clone();
    changed.samples[1].number = 10;
    let next = tree(store, changed, Some(&made[0]));
    assert_eq!(next.len(), 2, "the root and the sample that changed");
    commit(store, &next.iter().collect::<Vec<_>>());
    let old = &made[2];
    assert_eq!(
        lineage_of(store, old.lineage_id()),
        [old.ecs_id(), next[1].ecs_id()],
        "broken rule: an entity in a tree has a lineage"
    );
    assert_eq!(lineage_of(store, made[1].lineage_id()).len(), 1, "broken rule: what did not change has no new version");
    assert_eq!(
        uses_of(store, old),
        [Use::Version(next[1].ecs_id())],
        "broken rule: the next version of a part used it"
    );
}

fn a_field_is_unchanged_no_further_than_it_is(store: &dyn Store) {
    let mut versions = vec![first(store, 2)];
    for number in [1, 2, 2, 2] {
        let before = &versions[versions.len() - 1];
        versions.push(next(store, before, number));
    }
    versions.iter().for_each(|version| commit(store, &[version]));
    let ids: Vec<EcsId> = versions.iter().map(AnyStored::ecs_id).collect();
    for (position, same) in [(4, 2..=4), (3, 2..=3), (2, 2..=2), (1, 1..=1), (0, 0..=0)] {
        let since = must(store.unchanged_since(ids[position], &["number"]), "it can be asked");
        assert!(ids[same].contains(&since), "broken rule: no version between has another value in the field");
    }
    let since = must(store.unchanged_since(ids[4], &["number", "colour"]), "it can be asked");
    assert_eq!(since, ids[4], "broken rule: of what is no field nothing is known");
}

fn nothing_is_found_in_an_empty_store(store: &dyn Store) {
    let (stranger, run) = (first(store, 1), execution("nobody"));
    assert!(!is_there(store, &stranger), "broken rule: an unknown version is `None`");
    assert_eq!(head_of(store, stranger.lineage_id()), None, "broken rule: an unknown lineage has no head");
    assert!(lineage_of(store, stranger.lineage_id()).is_empty(), "broken rule: an unknown lineage has no versions");
    let found = must(store.execution(run.id), "an execution can be looked for");
    assert!(found.is_none(), "broken rule: an unknown execution is `None`");
    assert!(executions_of(store).is_empty(), "broken rule: an empty store has no executions");
    for id in [AnyId::from(stranger.ecs_id()), stranger.lineage_id().into(), run.id.into()] {
        let gone = must(store.no_longer_kept(id), "it can be asked what was removed");
        assert_eq!(gone, None, "broken rule: what never was is not said to have been removed");
    }
    must(store.commit(&Commit::default()), "an empty commit is written");
}

fn what_is_committed_is_read_as_it_was(store: &dyn Store) {
    let run = execution("maker");
    let made = version(store, Id::new().lineage_id(), Origin::New, -1, Some(&run));
    let commit_with_execution = Commit { execution: Some(Arc::clone(&run)), ..commit_of(&[&made]) };
    must(store.commit(&commit_with_execution), "versions and their execution are written in one commit");
    let changed = next(store, &made, 2);
    commit(store, &[&changed]);
    let fork = version(store, Id::new().lineage_id(), Origin::Fork(made.ecs_id()), 3, None);
    commit(store, &[&fork]);
    for written in [&made, &changed, &fork] {
        let gone = must(store.no_longer_kept(written.ecs_id().into()), "it can be asked what was removed");
        assert_eq!(gone, None, "broken rule: what is there is not said to have been removed");
        match must(store.version(written.ecs_id()), "a version can be read") {
            Some(read) => assert_same(&read, written),
            None => panic!("broken rule: what is committed can be read"),
        }
    }
    for head in [&changed, &fork] {
        match must(store.head(head.lineage_id()), "a head can be read") {
            Some(read) => assert_same(&read, head),
            None => panic!("broken rule: a lineage with versions has a head"),
        }
    }
    match must(store.execution(run.id), "an execution can be read") {
        Some(read) => assert_execution(&read, &run),
        None => panic!("broken rule: the execution of a commit is written with it"),
    }
}

fn assert_execution(read: &Execution, written: &Execution) {
    // An execution holds nothing but plain data, all of which its debug form shows.
    assert_eq!(format!("{read:?}"), format!("{written:?}"), "broken rule: an execution is read as it was written");
}

fn a_lineage_is_in_the_order_of_its_commits(store: &dyn Store) {
    let begun = first(store, 0);
    // The ids are made in another order than they are committed in.
    let last = EcsId::at(Moment::now());
    thread::sleep(Duration::from_millis(2));
    commit(store, &[&begun]);
    let mut expected = vec![begun.ecs_id()];
    let mut head = begun;
    for number in 1..20 {
        head = next(store, &head, number);
        commit(store, &[&head]);
        expected.push(head.ecs_id());
        let found = head_of(store, head.lineage_id());
        assert_eq!(found, Some(head.ecs_id()), "broken rule: a new version becomes the head");
    }
    let header = Header { origin: Origin::Next(head.ecs_id()), ..*head.header() };
    let late = AnyStored::new(
        Id::of_version(head.lineage_id(), last),
        header,
        None,
        Box::new(Sample { id: Id::UNSET, number: 19 }),
    );
    commit(store, &[&late]);
    expected.push(last);
    let found = lineage_of(store, late.lineage_id());
    assert_eq!(found, expected, "broken rule: a lineage lists every version once, in the order of the commits");
    let found = head_of(store, late.lineage_id());
    assert_eq!(found, Some(last), "broken rule: the head is the version committed last, whatever its id");
}

fn one_commit_may_move_many_heads(store: &dyn Store) {
    let begun: Vec<AnyStored> = (0..100).map(|number| first(store, number)).collect();
    commit(store, &begun.iter().collect::<Vec<_>>());
    let changed: Vec<AnyStored> = begun.iter().map(|parent| next(store, parent, -1)).collect();
    let born = first(store, 100);
    commit(store, &changed.iter().chain([&born]).collect::<Vec<_>>());
    for version in changed.iter().chain([&born]) {
        let head = head_of(store, version.lineage_id());
        assert_eq!(head, Some(version.ecs_id()), "broken rule: one commit moves the heads of all its lineages");
    }
}

fn a_change_of_an_old_version_is_a_conflict(store: &dyn Store) {
    let old = first(store, 0);
    commit(store, &[&old]);
    let new = next(store, &old, 1);
    commit(store, &[&new]);
    let stale = next(store, &old, 2);
    let error = refused(store, &commit_of(&[&stale]), "a change of a version that is no longer the head is refused");
    assert_conflict(&error, old.lineage_id(), Some(old.ecs_id()), Some(new.ecs_id()));
    assert!(!is_there(store, &stale), "broken rule: a conflict writes nothing");
    let lineage = lineage_of(store, old.lineage_id());
    assert_eq!(lineage, [old.ecs_id(), new.ecs_id()], "broken rule: a conflict leaves the lineage as it was");
}

fn branching(versions: &[&AnyStored]) -> Commit {
    Commit { is_branching: true, ..commit_of(versions) }
}

fn a_branching_commit_makes_another_head(store: &dyn Store) {
    let begun = first(store, 0);
    assert_eq!(heads_of(store, &begun), [], "a lineage that is not there has no head");
    must(store.commit(&commit_of(&[&begun])), "a first version is committed");
    assert_eq!(heads_of(store, &begun), [begun.ecs_id()]);
    let (left, right) = (next(store, &begun, 1), next(store, &begun, 2));
    must(store.commit(&branching(&[&left])), "a branching commit continues the head");
    assert_eq!(heads_of(store, &begun), [left.ecs_id()], "and is no branch then");
    must(store.commit(&branching(&[&right])), "a branching commit continues what is no head");
    assert_eq!(heads_of(store, &begun), [left.ecs_id(), right.ecs_id()]);
    let head = must(store.head(begun.lineage_id()), "a head is read").map(|head| head.ecs_id());
    assert_eq!(head, Some(right.ecs_id()), "the newest is the head");
}

fn each_head_is_continued_without_a_conflict(store: &dyn Store) {
    let begun = first(store, 0);
    let (left, right) = (next(store, &begun, 1), next(store, &begun, 2));
    must(store.commit(&commit_of(&[&begun])), "a first version is committed");
    must(store.commit(&commit_of(&[&left])), "the head is continued");
    must(store.commit(&branching(&[&right])), "a branching commit continues what is no head");
    let left = next(store, &left, 3);
    must(store.commit(&commit_of(&[&left])), "a head that is not the newest is continued as well");
    assert_eq!(heads_of(store, &begun), [right.ecs_id(), left.ecs_id()], "and is the newest then");
    let late = next(store, &begun, 4);
    let error = store.commit(&commit_of(&[&late])).expect_err("what is no head is a conflict unless branching");
    assert!(is_conflict(&error), "{error}");
    assert_eq!(must(store.lineage(begun.lineage_id()), "a lineage is read").len(), 4);
}

fn a_branching_commit_begins_no_lineage_twice(store: &dyn Store) {
    let begun = first(store, 0);
    must(store.commit(&commit_of(&[&begun])), "a first version is committed");
    let again = version(store, begun.lineage_id(), Origin::New, 1, None);
    assert!(is_conflict(&store.commit(&branching(&[&again])).expect_err("a lineage begins once")));
    let of_nothing = next(store, &first(store, 0), 1);
    assert!(is_conflict(&store.commit(&branching(&[&of_nothing])).expect_err("nothing has no next version")));
}

fn nested_executions_are_found_from_the_one_they_are_in(store: &dyn Store) {
    let outer = execution("outer");
    let inside = |callable| Arc::new(Execution { parent: Some(outer.id), ..(*execution(callable)).clone() });
    let (first, second) = (inside("first"), inside("second"));
    for execution in [&second, &outer, &first] {
        let commit = Commit { execution: Some(Arc::clone(execution)), ..Commit::default() };
        must(store.commit(&commit), "an execution is committed");
    }
    let nested = must(store.nested(outer.id), "nested executions are read");
    let mut expected = [first.id, second.id];
    expected.sort_unstable();
    assert_eq!(
        nested.iter().map(|execution| execution.id).collect::<Vec<_>>(),
        expected,
        "in the order of their starts"
    );
    assert!(must(store.nested(first.id), "nested executions are read").is_empty());
    assert!(must(store.nested_no_longer_kept(outer.id), "it can be asked what was removed").is_empty());
}

fn a_lineage_begins_once(store: &dyn Store) {
    let begun = first(store, 0);
    commit(store, &[&begun]);
    let again = version(store, begun.lineage_id(), Origin::New, 1, None);
    let error =
        refused(store, &commit_of(&[&again]), "a version without parent in a lineage that has begun is refused");
    assert_conflict(&error, begun.lineage_id(), None, Some(begun.ecs_id()));
    let head = head_of(store, begun.lineage_id());
    assert_eq!(head, Some(begun.ecs_id()), "broken rule: a conflict leaves the head where it was");
}

fn a_change_of_nothing_is_a_conflict(store: &dyn Store) {
    let never_written = first(store, 0);
    let orphan = next(store, &never_written, 1);
    let error = refused(store, &commit_of(&[&orphan]), "a change in a lineage without versions is refused");
    assert_conflict(&error, orphan.lineage_id(), Some(never_written.ecs_id()), None);
    assert_eq!(head_of(store, orphan.lineage_id()), None, "broken rule: a conflict begins no lineage");
}

fn a_conflict_writes_nothing(store: &dyn Store) {
    let (left, right) = (first(store, 0), first(store, 0));
    commit(store, &[&left, &right]);
    let newer = next(store, &right, 1);
    commit(store, &[&newer]);
    for stale_first in [true, false] {
        let (fine, stale, born, shared) =
            (next(store, &left, 2), next(store, &right, 2), first(store, 2), first(store, 3));
        let run = execution("loser");
        let order = if stale_first { [&stale, &fine, &born] } else { [&born, &fine, &stale] };
        let refused_commit = Commit {
            shared: SmallVec::from_iter([shared.clone()]),
            execution: Some(Arc::clone(&run)),
            ..commit_of(&order)
        };
        let error = refused(store, &refused_commit, "one version that does not continue the head refuses the commit");
        assert_conflict(&error, right.lineage_id(), Some(right.ecs_id()), Some(newer.ecs_id()));
        for version in [&fine, &stale, &born, &shared] {
            assert!(!is_there(store, version), "broken rule: a commit is written whole or not at all");
        }
        assert_eq!(head_of(store, left.lineage_id()), Some(left.ecs_id()), "broken rule: a conflict moves no head");
        assert_eq!(head_of(store, born.lineage_id()), None, "broken rule: a conflict begins no lineage");
        assert_eq!(head_of(store, shared.lineage_id()), None, "broken rule: a conflict writes no shared version");
        let found = must(store.execution(run.id), "an execution can be looked for");
        assert!(found.is_none(), "broken rule: a conflict writes no execution");
    }
    commit(store, &[&next(store, &left, 4)]);
}

fn shared_versions_are_written_once(store: &dyn Store) {
    let shared = first(store, 0);
    for number in 0..3 {
        let own = first(store, number);
        let sharing = Commit { shared: SmallVec::from_iter([shared.clone()]), ..commit_of(&[&own]) };
        must(store.commit(&sharing), "a shared version is no conflict however often it is committed");
        assert!(is_there(store, &own), "broken rule: new versions are written beside shared ones");
    }
    let twice = Commit { shared: SmallVec::from_iter([shared.clone(), shared.clone()]), ..Commit::default() };
    must(store.commit(&twice), "a shared version may stand twice in one commit");
    let lineage = lineage_of(store, shared.lineage_id());
    assert_eq!(lineage, [shared.ecs_id()], "broken rule: a shared version is written once");
    let changed = next(store, &shared, 1);
    commit(store, &[&changed]);
    let sharing = Commit { shared: SmallVec::from_iter([shared.clone()]), ..Commit::default() };
    must(store.commit(&sharing), "an old version may be shared");
    let head = head_of(store, shared.lineage_id());
    assert_eq!(head, Some(changed.ecs_id()), "broken rule: sharing a version that is there moves no head");

    let (new, other) = (first(store, 2), first(store, 3));
    let (changed, born) = (next(store, &new, 4), first(store, 5));
    let both = Commit { shared: SmallVec::from_iter([new.clone(), other]), ..commit_of(&[&born, &changed]) };
    must(store.commit(&both), "a version may continue a shared one of the same commit");
    let lineage = lineage_of(store, new.lineage_id());
    let rule = "broken rule: shared versions are written before the others";
    assert_eq!(lineage, [new.ecs_id(), changed.ecs_id()], "{rule}");
    assert_eq!(head_of(store, new.lineage_id()), Some(changed.ecs_id()), "{rule}");
}

fn who_put_a_version_out_as_it_was_is_found(store: &dyn Store) {
    let (version, other) = (first(store, 1), first(store, 2));
    commit(store, &[&version, &other]);
    let mut run = (*execution("detach")).clone();
    run.outputs.push(Output {
        output_index: 0,
        ecs_id: version.ecs_id(),
        lineage_id: version.lineage_id(),
        semantics: Semantics::Detachment,
        is_changed: false,
    });
    let id = run.id;
    must(store.commit(&Commit { execution: Some(Arc::new(run)), ..Commit::default() }), "it is recorded");
    let returned = |version: &AnyStored| must(store.returned_by(version.ecs_id()), "it can be asked");
    assert_eq!(returned(&version), [id], "broken rule: who put a version out is found");
    assert_eq!(returned(&other), [], "broken rule: and nobody else");
    assert_eq!(uses_of(store, &version), [], "broken rule: putting a version out does not use it");
}

fn executions_are_shown_the_last_to_start_first(store: &dyn Store) {
    let mut runs = Vec::new();
    for _ in 0..10 {
        runs.push(execution("run"));
        // Ids sort by time as far as the clock tells moments apart.
        thread::sleep(Duration::from_millis(1));
    }
    let (early, late) = runs.split_at(4);
    for run in late.iter().chain(early) {
        let recorded = Commit { execution: Some(Arc::clone(run)), ..Commit::default() };
        must(store.commit(&recorded), "an execution may be committed without versions");
    }
    let expected: Vec<ExecutionId> = runs.iter().rev().map(|run| run.id).collect();
    assert_eq!(
        executions_of(store),
        expected,
        "broken rule: executions are shown in the order of their starts, not of their commits, the last first"
    );
    let mut shown = Vec::new();
    let visited = store.each_execution(&mut |run| {
        let read = must(store.execution(run.id), "a store may be read by who is shown its executions");
        shown.extend(read.map(|run| run.id));
        if shown.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    must(visited, "executions can be listed");
    assert_eq!(shown, expected[..3], "broken rule: nothing is shown after a break");
}

fn every_version_is_listed(store: &dyn Store) {
    let run = execution("list");
    let alice = first(store, 1);
    let raised = version(store, alice.lineage_id(), Origin::Next(alice.ecs_id()), 2, Some(&run));
    let bob = first(store, 3);
    for versions in [vec![alice.clone()], vec![bob.clone()], vec![raised.clone()]] {
        must(store.commit(&Commit { versions: versions.into(), ..Commit::default() }), "they may be committed");
    }
    let recorded = Commit { execution: Some(Arc::clone(&run)), ..Commit::default() };
    must(store.commit(&recorded), "an execution may be committed without versions");
    let mut listed = Vec::new();
    let visited = store.each_version(&mut |entry| {
        assert_eq!((entry.type_name, entry.is_config, entry.is_root), (Sample::TYPE.name(), false, true));
        listed.push((entry.ecs_id, entry.lineage_id, entry.is_head, entry.execution_id));
        ControlFlow::Continue(())
    });
    must(visited, "versions can be listed");
    let mut expected = [(&alice, false), (&raised, true), (&bob, true)]
        .map(|(version, is_head)| (version.ecs_id(), version.lineage_id(), is_head, version.execution_id()));
    expected.sort_unstable();
    assert_eq!(listed, expected, "broken rule: every version is listed once, in the order of the ids");
    let mut shown = 0;
    let visited = store.each_version(&mut |_| {
        shown += 1;
        ControlFlow::Break(())
    });
    must(visited, "versions can be listed");
    assert_eq!(shown, 1, "broken rule: nothing is shown after a break");
}

fn ids_are_found_by_their_digits(store: &dyn Store) {
    let run = execution("find");
    let (alice, bob) = (first(store, 1), first(store, 2));
    let versions = [alice.clone(), bob.clone()].into_iter().collect();
    must(store.commit(&Commit { versions, execution: Some(Arc::clone(&run)), ..Commit::default() }), "a commit");
    let find = |digits: &str, limit| {
        let part = IdPart::new(digits).unwrap_or_else(|| panic!("{digits} are digits"));
        must(store.ids(&part, limit), "ids can be looked for")
    };
    for id in [
        AnyId::Version(alice.ecs_id()),
        AnyId::Version(bob.ecs_id()),
        AnyId::Lineage(alice.lineage_id()),
        AnyId::Execution(run.id),
    ] {
        let whole = id.to_string();
        for digits in [&whole[..], &whole[..34], &whole[1..], &whole[20..], &whole[19..].to_uppercase()] {
            assert_eq!(find(digits, 2), [id], "broken rule: an id is found by its beginning or its end: {digits}");
        }
    }
    let beginning = &alice.ecs_id().to_string()[..3];
    assert_eq!(find(beginning, 5).len(), 5, "broken rule: what begins alike is found together");
    let one_each = find(beginning, 1);
    assert!(
        matches!(one_each[..], [AnyId::Version(_), AnyId::Lineage(_), AnyId::Execution(_)]),
        "broken rule: the limit holds for each kind: {one_each:?}"
    );
    assert!(find("ffffffffff", 2).is_empty(), "broken rule: nothing is found by digits that no id has");
}
