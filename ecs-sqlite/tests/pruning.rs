//! A file keeps what a policy says, can be checked from its first commit on, and goes on.

mod common;

use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use ecs::AnyId;
use ecs::prelude::*;
use ecs::sqlite::{Retention, Verdict, plan_prune, prune_file, shrink_file, verify_file};
use rusqlite::Connection;

use self::common::{
    Course, Document, File, Raise, Student, append, chain_head, changed, everything, mean, prune, raise, raise_all,
    raise_by, raised, refuse, rename, student, text_from, whole,
};

/// The last call of a callable.
fn newest(world: &World, callable: &str) -> ecs::Result<Arc<Execution>> {
    let mut calls = world.executions(&ExecutionFilter::new().callable(callable))?;
    Ok(calls.pop().expect("it was called"))
}

#[track_caller]
fn assert_gone<T: std::fmt::Debug>(result: ecs::Result<T>, id: impl Into<AnyId>) {
    let error = result.expect_err("it was removed");
    assert_eq!(error.code(), "no-longer-kept", "{error}");
    let text = error.to_string();
    assert!(text.contains(&id.into().to_string()) && text.contains("is no longer kept: it was pruned at 20"), "{text}");
}

#[test]
fn the_last_versions_of_each_thing_are_kept_with_what_made_them() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let all = raised(&world, 10)?;
    let bob = world.insert(student("Bob", 3.0))?;
    let before = whole(&file.path);
    drop(world);
    let kept_elsewhere = chain_head(&file.path);

    let pruned = prune(&file, Retention::new().last(3));
    // Three, and the one that the first of them was made from; each call has the one config.
    assert_eq!((pruned.versions, pruned.executions), (6, 6));
    let after = whole(&file.path);
    assert_eq!((after.versions, after.removed_versions), (before.versions - 6, 6));
    assert_eq!((after.executions, after.removed_executions), (3, 6));
    assert_eq!(after.commits, before.commits + 1, "a prune is a commit");
    assert!(matches!(verify_file(&file.path, Some(&kept_elsewhere), |_| {})?, Verdict::Whole(_)));

    let world = file.open();
    for version in &all[6..] {
        assert_eq!(world.get::<Student>(version)?, *version);
    }
    for version in &all[..6] {
        assert_gone(world.get::<Student>(version), version.ecs_id());
        if let Some(execution) = version.execution_id() {
            assert_gone(world.execution(execution), execution);
        }
    }
    for version in &all[7..] {
        let execution = world.execution(version.execution_id().expect("a call made it"))?;
        for used in execution.versions() {
            world.version(used)?;
        }
    }
    assert_eq!(world.head::<Student>(&bob)?, bob);
    Ok(())
}

#[test]
fn a_thing_goes_on_from_its_head_and_conflicts_as_ever() -> ecs::Result<()> {
    let file = File::new();
    let all = raised(&file.open(), 6)?;
    prune(&file, Retention::new());
    let world = file.open();
    let next = raise_by::call(&world, &all[5], 1.0).wait()?;
    assert_eq!((next.gpa, next.parent()), (6.0, Some(all[5].ecs_id())));
    let stale = raise_by::call(&world, &all[5], 1.0).wait().expect_err("it is no head");
    assert_eq!(stale.code(), "conflict");
    let branch = raise_by::call(&world, &all[5], 10.0).on_conflict(OnConflict::Branch).wait()?;
    assert_eq!(world.heads::<Student>(&branch)?, [next, branch]);

    // What is gone is nothing to go on from, however it is given.
    let gone = all[1].ecs_id();
    assert_gone(raise_by::call(&world, all[1].at(""), 1.0).wait(), gone);
    assert_gone(raise_by::call(&world, &all[1], 1.0).wait(), gone);
    assert_gone(raise_by::call(&world, (*all[1]).clone(), 1.0).wait(), gone);
    assert_gone(world.commit(Student { gpa: 9.0, ..(*all[1]).clone() }), gone);
    let held = Course { id: Id::new(), title: "Latin".into(), students: vec![(*all[1]).clone()], best: Vec::new() };
    assert_gone(world.insert(held), gone);
    assert_gone(world.diff(&all[1], &all[5]), gone);
    drop(world);
    whole(&file.path);
    prune(&file, Retention::new().last(2));
    Ok(())
}

#[test]
fn everything_since_a_moment_is_kept() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let all = raised(&world, 4)?;
    let early = refuse::call(&world, &all[3]).wait().expect_err("it refuses").execution().expect("recorded");
    thread::sleep(Duration::from_millis(5));
    let moment = SystemTime::now();
    thread::sleep(Duration::from_millis(5));
    let late = refuse::call(&world, &all[3]).wait().expect_err("it refuses").execution().expect("recorded");
    let fifth = raise_by::call(&world, &all[3], 1.0).wait()?;
    let sixth = raise_by::call(&world, &fifth, 1.0).wait()?;
    drop(world);
    let pruned = prune(&file, Retention::new().since(moment));
    assert_eq!((pruned.executions, pruned.versions), (4, 3));
    let world = file.open();
    for version in [&all[3], &fifth, &sixth] {
        world.get::<Student>(version)?;
    }
    assert_gone(world.get::<Student>(&all[2]), all[2].ecs_id());
    assert_gone(world.execution(early), early);
    assert_eq!(world.execution(late)?.callable(), "refuse");
    drop(world);

    // Any policy that keeps it is enough.
    let nothing = plan_prune(&file.path, &Retention::new().last(3).since(SystemTime::now()), |_| {})?;
    let stays = |retention: Retention| plan_prune(&file.path, &retention, |_| {}).expect("it can be read").versions;
    assert_eq!(nothing.versions, 0);
    assert!(stays(Retention::new().since(SystemTime::now())) > 0);
    Ok(())
}

#[test]
fn everything_that_a_kept_call_refers_to_is_kept_and_what_only_calls_used_goes_with_them() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let [alice, bob] = [student("Alice", 1.0), student("Bob", 2.0)].map(|student| world.insert(student));
    let (alice, bob) = (alice?, bob?);
    mean::call(&world, vec![alice.clone(), bob.clone()]).wait()?;
    let old = newest(&world, "mean")?;
    let carol = world.insert(student("Carol", 3.0))?;
    let alice = raise::with(Raise { id: Id::new(), step: 0.5 }).call(&world, &alice).wait()?;
    let moment = SystemTime::now();
    thread::sleep(Duration::from_millis(2));
    mean::call(&world, vec![alice.clone(), bob.clone()]).wait()?;
    let new = newest(&world, "mean")?;
    let borrowed = new.output_entity.expect("a plain value");
    world.execute("raise_by", args! { student: &bob, step: format!("@{borrowed}.result") }).wait()?;
    raise_all::call(&world, vec![carol], 1.0).wait()?;
    let outer = newest(&world, "raise_all")?;
    drop(world);
    prune(&file, Retention::new().since(moment));
    let world = file.open();
    assert_gone(world.execution(old.id), old.id);
    for gone in [old.input, old.output_entity].into_iter().flatten() {
        assert_gone(world.version(gone), gone);
    }
    for execution in [&new, &outer] {
        let found = world.execution(execution.id)?;
        for used in found.versions() {
            world.version(used)?;
        }
    }
    // The call that made the head of Alice is older than the moment, and was made from inside none.
    let made = world.execution(alice.execution_id().expect("a call made it"))?;
    assert_eq!(made.callable(), "raise");
    assert_eq!(world.version(made.configs[0])?.downcast::<Raise>()?.step, 0.5);
    drop(world);

    // What was borrowed from it stays when the call that put it out goes.
    let borrower = |world: &World| world.executions(&ExecutionFilter::new().callable("raise_by"));
    assert!(borrower(&file.open())?.len() > 1);
    prune(&file, Retention::new());
    let world = file.open();
    assert_gone(world.execution(new.id), new.id);
    Ok(())
}

#[test]
fn the_calls_that_a_kept_one_was_made_in_are_kept_and_those_it_made_are_told_of() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let [alice, bob] = [student("Alice", 1.0), student("Bob", 2.0)].map(|student| world.insert(student));
    let (alice, bob) = (alice?, bob?);
    raise_all::call(&world, vec![alice.clone(), bob.clone()], 1.0).wait()?;
    let outer = newest(&world, "raise_all")?;
    // Bob goes on, and what was made of him inside the other call is no head.
    let mut bob = world.head::<Student>(&bob)?;
    for _ in 0..3 {
        bob = raise_by::call(&world, &bob, 1.0).wait()?;
    }
    let nested = world.execution_tree(outer.id)?;
    assert_eq!(nested.entries().len(), 3);
    drop(world);
    prune(&file, Retention::new());
    let world = file.open();
    let tree = world.execution_tree(outer.id)?;
    let gone = &tree.entries()[0].no_longer_kept;
    assert_eq!((tree.entries().len(), gone.len()), (2, 1));
    assert_eq!(gone[0].id, AnyId::Execution(nested.entries()[2].execution.id));
    assert!(tree.to_string().contains("is no longer kept"), "{tree}");
    Ok(())
}

#[callable(memo)]
fn double(x: f64) -> f64 {
    2.0 * x
}

#[test]
fn the_call_whose_result_a_kept_one_took_is_kept() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    double::call(&world, 1.0).wait()?;
    double::call(&world, 2.0).wait()?;
    thread::sleep(Duration::from_millis(2));
    let moment = SystemTime::now();
    double::call(&world, 1.0).wait()?;
    let calls = world.executions(&ExecutionFilter::new().callable("double"))?;
    assert_eq!(calls[2].reused(), Some(calls[0].id));
    drop(world);
    prune(&file, Retention::new().since(moment));
    let world = file.open();
    assert_eq!(world.execution(calls[2].id)?.reused(), Some(calls[0].id));
    assert_eq!(world.execution(calls[0].id)?.output_entity, calls[2].output_entity);
    assert_gone(world.execution(calls[1].id), calls[1].id);
    Ok(())
}

#[test]
fn a_plan_changes_nothing_and_works_while_the_file_is_open() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    raised(&world, 10)?;
    let head = chain_head(&file.path);
    let mut told = Vec::new();
    let planned = plan_prune(&file.path, &Retention::new().last(2), |progress| told.push(progress))?;
    assert_eq!((planned.versions, planned.executions), (7, 7));
    assert!(told.iter().all(|progress| progress.done <= progress.total) && !told.is_empty());
    let share = |name: &str| planned.types.iter().find(|share| &*share.name == name).expect("there are some");
    assert_eq!((share("Student").removed, share("Student").kept), (7, 3));
    assert_eq!(planned.callables.len(), 1);
    assert_eq!((&*planned.callables[0].name, planned.callables[0].removed), ("raise_by", 7));
    assert_eq!(chain_head(&file.path), head);
    Ok(())
}

#[test]
fn where_everything_is_kept_nothing_is_written() -> ecs::Result<()> {
    let file = File::new();
    drop(file.open());
    assert!(prune_file(&file.path, &Retention::new(), |_| {})?.is_empty());
    assert_eq!(whole(&file.path).commits, 0);
    raised(&file.open(), 3)?;
    assert!(prune_file(&file.path, &Retention::new().last(3), |_| {})?.is_empty());
    assert_eq!(whole(&file.path).commits, 3);
    Ok(())
}

#[test]
fn a_file_with_everything_in_it_is_pruned_again_and_again_and_goes_on() -> ecs::Result<()> {
    let file = File::new();
    for round in 0..4_u32 {
        everything(&file.open())?;
        let kept = chain_head(&file.path);
        let pruned = prune(&file, Retention::new().last(3 - round.min(2)));
        assert!(pruned.versions > 0 && pruned.executions > 0, "{pruned:?}");
        assert!(matches!(verify_file(&file.path, Some(&kept), |_| {})?, Verdict::Whole(_)));
        // Everything that is listed can be read.
        let world = file.open();
        let mut versions = Vec::new();
        world.visit_versions(|entry| {
            versions.push(entry.ecs_id);
            std::ops::ControlFlow::Continue(())
        })?;
        for ecs_id in versions {
            let version = world.version(ecs_id)?;
            version.fields_to_json()?;
            world.blame(ecs_id)?;
            world.history(&version)?;
            world.dependencies(ecs_id, None)?;
            world.dependents(ecs_id, None)?;
            world.graph(&ecs::GraphOf::tree(ecs_id))?;
            world.graph(&ecs::GraphOf::history(&version))?;
        }
        for execution in world.executions(&ExecutionFilter::new())? {
            for used in execution.versions() {
                world.version(used)?;
            }
            world.execution_tree(execution.id)?;
        }
    }
    Ok(())
}

#[test]
fn parts_of_a_kept_tree_are_read_though_the_roots_they_came_with_are_gone() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let students = (0..3).map(|number| student(&format!("student {number}"), 1.0)).collect();
    let mut latin = world.insert(Course { id: Id::new(), title: "Latin".into(), students, best: Vec::new() })?;
    let first = latin.clone();
    for number in [0, 1, 0, 1, 0] {
        let mut changed = (*latin).clone();
        changed.students[number].gpa += 1.0;
        latin = world.commit(changed)?;
    }
    drop(world);
    // Nothing needs the roots between.
    let pruned = prune(&file, Retention::new());
    let share = pruned.types.iter().find(|share| &*share.name == "Course").expect("there are some");
    assert_eq!((share.removed, share.kept), (5, 1));

    let world = file.open();
    assert_eq!(*world.head::<Course>(&latin)?, *latin);
    let part = world.stored(&latin.students[2])?;
    assert_eq!((part.gpa, part.root(), part.is_root()), (1.0, first.ecs_id(), false));
    assert_eq!((part.holder(), part.path().to_string().as_str()), (None, ""));
    assert_gone(world.version(part.root()), first.ecs_id());
    assert_eq!(world.dependents(&part, None)?.steps().len(), 0);
    // And they go on: in the tree, and out of it.
    let mut changed = (*latin).clone();
    changed.students[2].gpa = 4.0;
    let expelled = changed.students.remove(0);
    let latin = world.commit(changed)?;
    assert_eq!(world.stored(&latin.students[1])?.parent(), Some(part.ecs_id()));
    let greek = Course { id: Id::new(), title: "Greek".into(), students: vec![expelled], best: Vec::new() };
    let greek = world.insert(greek)?;
    assert_eq!(greek.students[0].gpa, 4.0);
    drop(world);
    whole(&file.path);
    prune(&file, Retention::new());
    Ok(())
}

#[test]
fn a_large_value_is_kept_while_one_version_has_it_and_room_is_given_back() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let text = text_from(0, 400_000);
    let mut thesis = world.insert(Document { id: Id::new(), title: "Thesis".into(), text: text.clone() })?;
    for number in 0..5 {
        thesis = world.commit(Document { title: format!("Thesis {number}"), ..(*thesis).clone() })?;
    }
    drop(world);
    let count = |table: &str| -> i64 {
        let connection = Connection::open(&file.path).expect("it can be opened");
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a table")
    };
    let size = || fs::metadata(&file.path).expect("it is there").len();
    prune(&file, Retention::new());
    shrink_file(&file.path)?;
    assert_eq!((count("blobs"), count("versions")), (1, 1));
    assert_eq!(file.open().head::<Document>(&thesis)?.text, text, "the one that is left has it");
    assert!(size() > 400_000);

    let world = file.open();
    let thesis = world.commit(Document { text: "short".into(), ..(*thesis).clone() })?;
    drop(world);
    let large = size();
    let pruned = prune(&file, Retention::new());
    assert_eq!((count("blobs"), count("chunks")), (0, 0), "nobody has it");
    assert!((380_000..450_000).contains(&pruned.bytes), "{pruned:?}");
    assert!(size() + 4_096 >= large, "the room is used for what comes");
    shrink_file(&file.path)?;
    assert!(size() + 380_000 < large, "{large} bytes, and {} now", size());
    whole(&file.path);
    assert_eq!(file.open().head::<Document>(&thesis)?.text, "short");
    Ok(())
}

#[test]
fn room_is_used_again_and_the_file_does_not_grow() -> ecs::Result<()> {
    let file = File::new();
    let size = || fs::metadata(&file.path).expect("it is there").len();
    let world = file.open();
    let mut thesis = world.insert(Document { id: Id::new(), title: "Thesis".into(), text: text_from(0, 100_000) })?;
    drop(world);
    let mut sizes = Vec::new();
    for round in 1..5 {
        let world = file.open();
        thesis = append::call(&world, &thesis, text_from(round * 1_000_000, 100_000)).wait()?;
        let shorter = Document { text: text_from(round * 1_000_000, 100_000), ..(*thesis).clone() };
        thesis = world.commit(shorter)?;
        thesis = rename::call(&world, &thesis, format!("Thesis {round}")).wait()?;
        drop(world);
        prune(&file, Retention::new());
        sizes.push(size());
    }
    assert!(sizes[3] < sizes[0] + 50_000, "{sizes:?}");
    Ok(())
}

#[test]
fn what_is_not_as_it_was_written_is_not_pruned() -> ecs::Result<()> {
    let file = File::new();
    raised(&file.open(), 5)?;
    let connection = Connection::open(&file.path).expect("it can be opened");
    connection.execute("UPDATE versions SET json = replace(json, '1.0', '2.0')", []).expect("it is SQL");
    drop(connection);
    let error = prune_file(&file.path, &Retention::new(), |_| {}).expect_err("it was changed");
    assert!(error.to_string().contains("it says 2.0 for `gpa`, which is 1.0"), "{error}");
    assert_eq!(changed(&file.path).commit, Some(2));
    Ok(())
}

#[test]
fn nothing_is_removed_as_if_it_had_been_pruned() -> ecs::Result<()> {
    let file = File::new();
    let all = raised(&file.open(), 8)?;
    prune(&file, Retention::new().last(3));
    let bytes = fs::read(&file.path).expect("it is there");
    let tampered = |sql: &str| {
        fs::write(&file.path, &bytes).expect("it can be written");
        Connection::open(&file.path).expect("it can be opened").execute_batch(sql).expect("it is SQL");
        changed(&file.path).to_string()
    };
    let execution = "SELECT id FROM executions ORDER BY id LIMIT 1";
    let forged = format!(
        "INSERT INTO removed_executions SELECT id, execution_id, parent, commit_id, zeroblob(32), 9 FROM executions
             WHERE id = ({execution});
         DELETE FROM links WHERE execution = ({execution}); DELETE FROM sources WHERE execution = ({execution});
         DELETE FROM executions WHERE id = ({execution});"
    );
    let found = tampered(&forged);
    assert!(found.contains("not as it was sealed"), "{found}");
    let found = tampered("UPDATE removed_versions SET ecs_id = randomblob(16) WHERE id = 1");
    assert!(found.contains("commit 9") && found.contains("what is left of it was changed"), "{found}");
    let found = tampered("UPDATE prunes SET policy = 'everything'");
    assert!(found.contains("what is left of it was changed"), "{found}");
    let found = tampered("DELETE FROM removed_versions WHERE id = 1");
    assert!(found.contains("was removed"), "{found}");
    let found = tampered("DELETE FROM prunes");
    assert!(found.contains("commit 9 removed it, which is no prune"), "{found}");
    let found = tampered("INSERT INTO prunes VALUES (2, 1, 'nothing')");
    assert!(found.contains("commit 2: it is said to have pruned, and to have written something"), "{found}");
    let found = tampered("INSERT INTO prunes VALUES (77, 1, 'nothing')");
    assert!(found.contains("row 77 of `prunes` is of a commit that is not there"), "{found}");
    fs::write(&file.path, &bytes).expect("it can be written");
    assert_eq!(file.open().head::<Student>(&all[0])?, all[7]);
    Ok(())
}

#[test]
fn what_was_removed_is_in_a_view_for_people() -> ecs::Result<()> {
    let file = File::new();
    let all = raised(&file.open(), 5)?;
    prune(&file, Retention::new());
    let connection = Connection::open(&file.path).expect("it can be opened");
    let policy: String = connection
        .query_row("SELECT policy FROM removed WHERE kind = 'version' AND id = ?", [all[0].to_string()], |row| {
            row.get(0)
        })
        .expect("it is told of");
    assert_eq!(policy, "the newest version of each thing");
    let parent: String = connection
        .query_row("SELECT parent FROM history WHERE version = ?", [all[3].to_string()], |row| row.get(0))
        .expect("it is there");
    assert_eq!(parent, all[2].to_string());
    let blamed = |field: &str| -> (String, bool) {
        let query = "SELECT written_by, or_before FROM blame WHERE version = ? AND field = ?";
        let values = [all[4].to_string(), field.to_owned()];
        connection.query_row(query, values, |row| Ok((row.get(0)?, row.get(1)?))).expect("it has that field")
    };
    assert_eq!(blamed("gpa"), (all[4].to_string(), false));
    assert_eq!(blamed("name"), (all[3].to_string(), true));
    Ok(())
}
