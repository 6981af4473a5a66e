//! An entity given by value is a version: the stored one, the next one, or the first.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use common::{Student, fields, student};
use ecs::ErrorKind;
use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Badge {
    id: Id,
    text: String,
}

#[callable]
fn badge(student: &Student) -> Badge {
    Badge { id: Id::new(), text: format!("{} {}", student.name, student.gpa) }
}

#[callable]
fn badges(students: Vec<Student>) -> Vec<Badge> {
    students.iter().map(badge).collect()
}

#[callable]
fn shared_badge(first: &Student, second: &Student) -> Badge {
    Badge { id: Id::new(), text: format!("{} {}", first.gpa, second.gpa) }
}

#[callable]
fn add(student: &mut Student, points: f64) {
    student.gpa += points;
}

#[callable]
fn refuse(student: &Student) -> Result<Badge, String> {
    Err(format!("{} gets none", student.name))
}

fn changed(stored: &Stored<Student>, gpa: f64) -> Student {
    Student { gpa, ..Student::clone(stored) }
}

// predecessor 4.1 "live edits": what was changed outside a callable is a version, not a rewritten past.
#[tokio::test]
async fn a_value_that_differs_is_committed_first_and_its_new_version_is_the_recorded_input() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let typed = badge::call(&world, changed(&alice, 3.75)).recorded().await?;
    assert_eq!(typed.output.text, "Alice 3.75");
    let second = world.head::<Student>(&alice)?;
    assert_eq!((second.gpa, second.parent(), second.execution_id()), (3.75, Some(alice.ecs_id()), None));
    assert_eq!(typed.execution.input, Some(second.ecs_id()));
    assert_eq!(typed.execution.argument("student").expect("a parameter").versions[..], [second.ecs_id()]);
    assert_eq!(world.get::<Student>(alice.ecs_id())?.gpa, 3.5, "the version it was read from is as it was");

    let by_name = world.execute("badge", args! { student: changed(&second, 4.0) }).await?;
    let third = world.head::<Student>(&alice)?;
    assert_eq!((third.gpa, third.parent()), (4.0, Some(second.ecs_id())));
    assert_eq!(by_name.execution().input, Some(third.ecs_id()));
    assert_eq!(world.history(&alice)?.entries().len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_value_that_differs_inside_a_container_is_committed_first_too() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let given = vec![changed(&alice, 3.75), Student::clone(&bob), student("Carol", 1.0)];
    let call = badges::call(&world, given).recorded().await?;
    let versions = &call.execution.argument("students").expect("a parameter").versions;
    let second = world.head::<Student>(&alice)?;
    assert_eq!(versions[..2], [second.ecs_id(), bob.ecs_id()]);
    assert_eq!((second.gpa, second.parent()), (3.75, Some(alice.ecs_id())));
    let carol = world.get::<Student>(versions[2])?;
    assert_eq!((carol.name.as_str(), carol.parent()), ("Carol", None));
    let input = fields(&world, call.execution.input.expect("an input entity"))?;
    assert_eq!(input, json!({ "students": [second.address(), bob.address(), carol.address()] }));
    Ok(())
}

// predecessor 1.3 "orphan entity": one never stored could not be changed.
#[tokio::test]
async fn a_value_that_was_never_stored_is_inserted_first() -> ecs::Result<()> {
    let world = World::fresh()?;
    let carol = student("Carol", 1.0);
    let call = add::call(&world, carol.clone(), 0.5).recorded().await?;
    assert_eq!(call.output.lineage_id(), carol.id.lineage_id());
    let first = world.get::<Student>(call.execution.input.expect("an input"))?;
    assert_eq!((first.gpa, first.parent(), first.execution_id()), (1.0, None, None));
    assert_eq!((call.output.gpa, call.output.parent()), (1.5, Some(first.ecs_id())));
    assert_eq!(carol.gpa, 1.0);
    Ok(())
}

#[tokio::test]
async fn a_value_that_does_not_differ_is_the_stored_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let before = student("Alice", 3.5);
    let alice = world.insert(before.clone())?;
    for value in [Student::clone(&alice), before] {
        let call = badge::call(&world, value).recorded().await?;
        assert_eq!(call.execution.input, Some(alice.ecs_id()));
    }
    assert_eq!(world.head::<Student>(&alice)?, alice);
    assert_eq!(world.history(&alice)?.entries().len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_unchanged_value_of_an_old_version_is_that_old_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let newer = add::call(&world, &alice, 0.25).await?;
    let call = badge::call(&world, Student::clone(&alice)).recorded().await?;
    assert_eq!((call.output.text.as_str(), call.execution.input), ("Alice 3.5", Some(alice.ecs_id())));
    assert_eq!(world.head::<Student>(&alice)?, newer);
    Ok(())
}

#[tokio::test]
async fn a_changed_value_behind_a_mutable_reference_makes_two_versions() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let call = add::call(&world, changed(&alice, 1.0), 0.25).recorded().await?;
    let between = world.get::<Student>(call.execution.input.expect("an input"))?;
    assert_eq!((between.gpa, between.parent()), (1.0, Some(alice.ecs_id())));
    assert_eq!((call.output.gpa, call.output.parent()), (1.25, Some(between.ecs_id())));
    assert_eq!(call.output.execution_id(), Some(call.execution.id));
    Ok(())
}

// predecessor 3 "re-using the original handle sequentially": it branched silently.
#[tokio::test]
async fn a_change_to_an_old_version_is_a_conflict_that_names_both_versions() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let newer = add::call(&world, &alice, 0.25).await?;
    let stale = changed(&alice, 1.0);
    for error in [
        badge::call(&world, stale.clone()).await.expect_err("stale"),
        world.execute("badge", args! { student: stale.clone() }).await.expect_err("stale"),
        badges::call(&world, vec![stale.clone()]).await.expect_err("stale"),
    ] {
        let ErrorKind::Conflict { lineage_id, expected, found } = *error.kind() else { panic!("{error}") };
        assert_eq!(lineage_id, alice.lineage_id());
        assert_eq!((expected, found), (Some(alice.ecs_id()), Some(newer.ecs_id())));
        let failed = world.execution(error.execution().expect("a recorded failure"))?;
        assert_eq!(*failed.status(), Status::Failed { code: "conflict", message: error.to_string().into() });
    }
    assert_eq!(world.head::<Student>(&alice)?, newer);
    assert_eq!(world.history(&alice)?.entries().len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_value_of_a_stored_lineage_that_was_read_from_no_version_is_refused_if_it_differs() -> ecs::Result<()> {
    let world = World::fresh()?;
    let before = student("Alice", 3.5);
    let alice = world.insert(before.clone())?;
    let error = badge::call(&world, Student { gpa: 1.0, ..before }).await.expect_err("read from no version");
    assert!(matches!(error.kind(), ErrorKind::NeverRead { head, .. } if *head == alice.ecs_id()), "{error}");
    assert!(error.to_string().contains(".fork()"), "{error}");
    assert_eq!(world.head::<Student>(&alice)?, alice);
    Ok(())
}

#[tokio::test]
async fn a_fork_is_a_new_thing_that_remembers_the_version_it_was_forked_from() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let fork = Student { name: "Alicia".to_owned(), ..alice.fork() };
    let call = badge::call(&world, fork.clone()).recorded().await?;
    let stored = world.get::<Student>(call.execution.input.expect("an input"))?;
    assert_eq!(stored.lineage_id(), fork.id.lineage_id());
    assert_ne!(stored.lineage_id(), alice.lineage_id());
    assert_eq!((stored.parent(), stored.forked_from()), (None, Some(alice.ecs_id())));
    assert_eq!(world.head::<Student>(&alice)?, alice, "the original goes on as it was");
    Ok(())
}

#[tokio::test]
async fn a_fork_of_an_old_version_is_no_conflict() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    add::call(&world, &alice, 0.25).await?;
    let fork = Student { gpa: 1.0, ..alice.fork() };
    let call = badge::call(&world, fork).recorded().await?;
    let stored = world.get::<Student>(call.execution.input.expect("an input"))?;
    assert_eq!((stored.gpa, stored.forked_from()), (1.0, Some(alice.ecs_id())));
    Ok(())
}

#[tokio::test]
async fn the_stored_version_and_a_change_of_it_may_stand_in_one_call() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let call = shared_badge::call(&world, &alice, changed(&alice, 3.75)).recorded().await?;
    assert_eq!(call.output.text, "3.5 3.75");
    let version = |name| call.execution.argument(name).expect("a parameter").versions[0];
    assert_eq!(version("first"), alice.ecs_id());
    assert_eq!(version("second"), world.head::<Student>(&alice)?.ecs_id());
    Ok(())
}

#[tokio::test]
async fn a_changed_value_given_twice_in_one_call_becomes_one_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let value = changed(&alice, 3.75);
    let typed = shared_badge::call(&world, value.clone(), value).recorded().await?;
    let second = world.head::<Student>(&alice)?;
    let value = changed(&second, 4.0);
    let by_name = world.execute("shared_badge", args! { first: value.clone(), second: value }).await?;
    let third = world.head::<Student>(&alice)?;
    let value = changed(&third, 1.0);
    let listed = badges::call(&world, vec![value.clone(), value]).recorded().await?;
    let fourth = world.head::<Student>(&alice)?;
    let versions = |execution: &Execution| {
        execution.arguments().flat_map(|argument| argument.versions.to_vec()).collect::<Vec<_>>()
    };
    assert_eq!(versions(&typed.execution), [second.ecs_id(); 2]);
    assert_eq!(versions(by_name.execution()), [third.ecs_id(); 2]);
    assert_eq!(versions(&listed.execution), [fourth.ecs_id(); 2]);
    assert_eq!(world.history(&alice)?.entries().len(), 4);
    Ok(())
}

#[tokio::test]
async fn two_different_changes_of_one_version_in_one_call_are_a_conflict() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let error = shared_badge::call(&world, changed(&alice, 1.0), changed(&alice, 2.0)).await.expect_err("which?");
    assert_eq!(error.code(), "conflict");
    Ok(())
}

#[tokio::test]
async fn what_a_failed_call_was_given_can_be_read_from_its_record() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let error = refuse::call(&world, changed(&alice, 3.75)).await.expect_err("it always refuses");
    let failed = world.execution(error.execution().expect("a recorded failure"))?;
    assert_eq!(world.get::<Student>(failed.input.expect("an input"))?.gpa, 3.75);
    assert!(failed.outputs.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_value_read_in_another_world_is_refused() -> ecs::Result<()> {
    let (world, elsewhere) = (World::fresh()?, World::fresh()?);
    let alice = elsewhere.insert(student("Alice", 3.5))?;
    let value = || Student::clone(&alice);
    for error in [
        badge::call(&world, value()).await.expect_err("foreign"),
        badges::call(&world, vec![value()]).await.expect_err("foreign"),
        add::call(&world, changed(&alice, 1.0), 1.0).await.expect_err("foreign"),
        world.execute("badge", args! { student: value() }).await.expect_err("foreign"),
        world.commit(value()).expect_err("foreign"),
        world.insert(value()).expect_err("foreign"),
    ] {
        assert!(
            matches!(error.kind(), ErrorKind::ForeignEntity { ecs_id, .. } if *ecs_id == alice.ecs_id()),
            "{error}"
        );
        assert!(error.to_string().contains("Id::new()"), "{error}");
    }
    let adopted = badge::call(&world, Student { id: Id::new(), ..value() }).await?;
    assert_eq!(adopted.text, "Alice 3.5");
    Ok(())
}

#[tokio::test]
async fn a_handle_or_address_of_another_world_is_refused() -> ecs::Result<()> {
    let (world, elsewhere) = (World::fresh()?, World::fresh()?);
    let alice = elsewhere.insert(student("Alice", 3.5))?;
    for error in [
        badge::call(&world, &alice).await.expect_err("foreign"),
        badge::call(&world, alice.at("")).await.expect_err("foreign"),
        badges::call(&world, vec![alice.clone()]).await.expect_err("foreign"),
        add::call(&world, &alice, 1.0).await.expect_err("foreign"),
        add::call(&world, student("Bob", 2.0), alice.at("gpa")).await.expect_err("foreign"),
        world.execute("badge", args! { student: &alice }).await.expect_err("foreign"),
        world.execute("badge", args! { student: alice.address() }).await.expect_err("foreign"),
    ] {
        assert!(matches!(error.kind(), ErrorKind::UnknownVersion { ecs_id } if *ecs_id == alice.ecs_id()), "{error}");
        let failed = world.execution(error.execution().expect("a recorded failure"))?;
        assert_eq!(failed.status().outcome(), Outcome::Failed);
    }
    let head = Address::of_head(alice.lineage_id());
    let error = world.execute("badge", args! { student: head }).await.expect_err("foreign");
    assert_eq!(error.code(), "unknown-lineage");
    assert_eq!(elsewhere.executions(&ExecutionFilter::new())?.len(), 0);
    Ok(())
}
