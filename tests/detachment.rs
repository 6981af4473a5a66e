//! Taking an entity out of another, and putting it into one: both sides get the versions that say so.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::BTreeMap;

use common::{Student, student};
use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    title: String,
    students: Vec<Student>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct School {
    id: Id,
    courses: Vec<Course>,
    principal: Option<Box<Student>>,
}

fn course(title: &str, names: &[&str]) -> Course {
    let students = names.iter().map(|name| student(name, 3.0)).collect();
    Course { id: Id::new(), title: title.to_owned(), students }
}

/// A world with a course of three students.
fn latin() -> ecs::Result<(World, Stored<Course>)> {
    let world = World::fresh()?;
    let latin = world.insert(course("Latin", &["Alice", "Bob", "Carol"]))?;
    Ok((world, latin))
}

fn names(course: &Course) -> Vec<&str> {
    course.students.iter().map(|student| student.name.as_str()).collect()
}

/// What the record says of each output: what happened, and whether there is a new version.
fn said(execution: &Execution) -> Vec<(Semantics, bool)> {
    execution.outputs.iter().map(|output| (output.semantics, output.is_changed)).collect()
}

const DETACHED: (Semantics, bool) = (Semantics::Detachment, false);
const DETACHED_AND_CHANGED: (Semantics, bool) = (Semantics::Detachment, true);
const MUTATED: (Semantics, bool) = (Semantics::Mutation, true);
const SAME: (Semantics, bool) = (Semantics::Mutation, false);

// ---- Detachment ---------------------------------------------------------------------------------

#[callable]
fn first_of(course: &Course) -> Student {
    course.students[0].clone()
}

#[callable]
fn best_of(course: &Course, gpa: f64) -> Student {
    Student { gpa, ..course.students[0].clone() }
}

#[callable]
fn take_first(course: &mut Course) -> Student {
    course.students.remove(0)
}

#[callable]
fn take_first_and_raise(course: &mut Course, by: f64) -> Student {
    let mut student = course.students.remove(0);
    student.gpa += by;
    student
}

#[callable]
fn out_of_consumed(course: Course, by: f64) -> Student {
    let mut students = course.students;
    let mut last = students.pop().expect("there are three");
    last.gpa += by;
    last
}

// predecessor 1.5 "different object whose ecs_id is in an input's tree", 1.3 A3: a child can be given out.
#[tokio::test]
async fn a_child_given_out_of_a_read_parent_is_the_same_version_and_stays_where_it_is() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let call = first_of::call(&world, &latin).recorded().await?;
    assert_eq!(said(&call.execution), [DETACHED]);
    assert_eq!(Some(call.output.ecs_id()), latin.students[0].id.ecs_id());
    assert_eq!(world.head::<Course>(&latin)?, latin);
    assert_eq!(world.history(&call.output)?.entries().len(), 1);

    let by_name = world.execute("first_of", args! { course: latin.address() }).await?;
    assert_eq!(said(by_name.execution()), [DETACHED]);
    assert_eq!(by_name.output::<Student>(0)?, call.output);
    Ok(())
}

#[tokio::test]
async fn a_child_given_out_changed_is_a_new_root_of_its_lineage_while_a_read_parent_keeps_it() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let call = best_of::call(&world, &latin, 4.0).recorded().await?;
    assert_eq!(said(&call.execution), [DETACHED_AND_CHANGED]);
    assert!(call.output.is_root());
    assert_eq!(call.output.parent(), latin.students[0].id.ecs_id());
    assert_eq!(call.output.lineage_id(), latin.students[0].id.lineage_id());
    assert_eq!(world.head::<Course>(&latin)?, latin);
    assert_eq!(latin.students[0].gpa, 3.0);
    Ok(())
}

// predecessor 1.5 and section 4, 10: the parent of a detached child was not versioned ✗, the child's id was in two trees ✗
#[tokio::test]
async fn a_child_taken_out_leaves_a_version_of_the_parent_without_it() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let call = take_first::call(&world, &latin).recorded().await?;
    let (without, alice) = call.output;
    assert_eq!(said(&call.execution), [MUTATED, DETACHED]);
    assert_eq!(Some(alice.ecs_id()), latin.students[0].id.ecs_id(), "it is unchanged");
    assert_eq!(without.parent(), Some(latin.ecs_id()));
    assert_eq!(names(&without), ["Bob", "Carol"]);
    assert_eq!(without.students[..], latin.students[1..], "the others keep their versions");
    assert_eq!(names(&latin), ["Alice", "Bob", "Carol"], "the old version still has it");
    assert_eq!(world.get::<Student>(alice.ecs_id())?.name, "Alice");
    let siblings = call.execution.siblings(alice.ecs_id()).map(|output| output.ecs_id);
    assert!(siblings.eq([without.ecs_id()]));
    Ok(())
}

#[tokio::test]
async fn a_child_taken_out_and_changed_is_a_new_version_that_continues_the_one_inside() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let call = take_first_and_raise::call(&world, &latin, 0.5).recorded().await?;
    let (without, alice) = call.output;
    assert_eq!(said(&call.execution), [MUTATED, DETACHED_AND_CHANGED]);
    assert_eq!((alice.gpa, alice.is_root(), alice.parent()), (3.5, true, latin.students[0].id.ecs_id()));
    assert_eq!(names(&without), ["Bob", "Carol"]);
    assert_eq!(world.head::<Student>(&alice)?, alice);
    assert_eq!(world.history(&alice)?.entries().len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_child_of_a_consumed_parent_is_detached_and_the_parent_stays_as_it_was() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let same = out_of_consumed::call(&world, &latin, 0.0).recorded().await?;
    assert_eq!(said(&same.execution), [DETACHED]);
    let raised = out_of_consumed::call(&world, &latin, 0.5).recorded().await?;
    assert_eq!(said(&raised.execution), [DETACHED_AND_CHANGED]);
    assert_eq!(raised.output.parent(), Some(same.output.ecs_id()));
    assert_eq!(world.head::<Course>(&latin)?, latin);
    Ok(())
}

#[callable]
fn dissolve(course: &mut Course) -> Vec<Student> {
    std::mem::take(&mut course.students)
}

#[callable]
fn by_name(course: Course) -> BTreeMap<String, Student> {
    course.students.into_iter().map(|student| (student.name.clone(), student)).collect()
}

#[callable]
fn split(mut course: Course, by: f64) -> (Course, (Student, Option<Student>)) {
    let mut last = course.students.pop().expect("there are three");
    let other = course.students.pop();
    last.gpa += by;
    (course, (last, other))
}

#[tokio::test]
async fn several_children_are_detached_at_once_in_any_shape() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let versions: Vec<EcsId> = latin.students.iter().filter_map(|student| student.id.ecs_id()).collect();

    let call = by_name::call(&world, &latin).recorded().await?;
    assert_eq!(said(&call.execution), [DETACHED; 3]);
    assert!(call.output.values().map(Stored::ecs_id).eq(versions.iter().copied()));

    let call = split::call(&world, &latin, 0.5).recorded().await?;
    let (rest, (carol, bob)) = call.output;
    assert_eq!(said(&call.execution), [MUTATED, DETACHED_AND_CHANGED, DETACHED]);
    assert_eq!((names(&rest), carol.gpa, bob.map(|bob| bob.ecs_id())), (vec!["Alice"], 3.5, Some(versions[1])));

    let (world, latin) = self::latin()?;
    let call = dissolve::call(&world, &latin).recorded().await?;
    let (empty, students) = call.output;
    assert_eq!(said(&call.execution), [MUTATED, DETACHED, DETACHED, DETACHED]);
    assert!(empty.students.is_empty());
    assert_eq!(students.len(), 3);
    Ok(())
}

#[callable]
fn first_of_first(school: &School) -> Student {
    school.courses[0].students[0].clone()
}

#[tokio::test]
async fn a_grandchild_is_detached_from_the_root_and_from_the_child_alike() -> ecs::Result<()> {
    let world = World::fresh()?;
    let school = world.insert(School { id: Id::new(), courses: vec![course("Latin", &["Alice"])], principal: None })?;
    let from_root = first_of_first::call(&world, &school).recorded().await?;
    let from_child = first_of::call(&world, school.at("courses.0")).recorded().await?;
    assert_eq!((said(&from_root.execution), said(&from_child.execution)), (vec![DETACHED], vec![DETACHED]));
    assert_eq!(from_root.output, from_child.output);

    // It is still part of what was moved elsewhere as a whole, though its version is older than the move.
    let latin = School::clone(&school).courses.remove(0);
    let other = world.insert(School { id: Id::new(), courses: vec![latin], principal: None })?;
    let moved = first_of_first::call(&world, &other).recorded().await?;
    assert_eq!(said(&moved.execution), [DETACHED]);
    assert_eq!(moved.output, from_root.output);
    Ok(())
}

#[callable]
fn look_up(course: &Course, student: EcsId, context: &Context) -> ecs::Result<Student> {
    assert!(!course.title.is_empty());
    Ok(Student::clone(&*context.get::<Student>(student)?))
}

#[tokio::test]
async fn what_an_input_no_longer_holds_is_not_detached_from_it() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let (without, alice) = take_first::call(&world, &latin).await?;
    let call = look_up::call(&world, &without, alice.ecs_id()).recorded().await?;
    assert_eq!(said(&call.execution), [SAME]);
    Ok(())
}

// ---- Attachment ---------------------------------------------------------------------------------

#[callable]
fn enroll(course: &mut Course, student: Student) {
    course.students.push(student);
}

#[callable]
fn adopt(school: &mut School, course: &Course) {
    school.courses.push(course.clone());
}

// predecessor section 4, 13: nesting a stored entity re-pointed its id to the other tree ✗
#[tokio::test]
async fn a_stored_root_put_into_a_tree_continues_its_lineage_there() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let dan = world.insert(student("Dan", 2.0))?;
    let call = enroll::call(&world, &latin, &dan).recorded().await?;
    let fuller = call.output;
    assert_eq!(said(&call.execution), [MUTATED]);
    assert_eq!(call.execution.argument("student").expect("a parameter").versions, [dan.ecs_id()]);
    let inside = world.stored(&fuller.students[3])?;
    assert_eq!((inside.lineage_id(), inside.parent()), (dan.lineage_id(), Some(dan.ecs_id())));
    assert_eq!((inside.holder(), inside.is_root()), (Some(fuller.ecs_id()), false));
    assert_eq!(inside.content_hash(), dan.content_hash());
    assert_eq!(world.head::<Student>(&dan)?, inside);
    assert_eq!(fuller.students[..3], latin.students[..]);
    let kept = world.get::<Student>(dan.ecs_id())?;
    assert!(kept.is_root(), "its own version is what it was");
    Ok(())
}

#[tokio::test]
async fn what_an_attached_root_holds_keeps_its_versions() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let school = world.insert(School { id: Id::new(), courses: vec![], principal: None })?;
    let school = adopt::call(&world, &school, &latin).await?;
    let inside = world.stored(&school.courses[0])?;
    assert_eq!(inside.parent(), Some(latin.ecs_id()));
    assert_eq!(inside.students, latin.students);
    let alice: Stored<Student> = world.child(&school, "courses.0.students.0")?;
    assert_eq!(Some(alice.ecs_id()), latin.students[0].id.ecs_id());
    assert_eq!(alice.holder(), Some(latin.ecs_id()), "it got its version there");
    Ok(())
}

#[tokio::test]
async fn attaching_and_detaching_again_is_one_history() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let greek = world.insert(course("Greek", &[]))?;
    let (latin, alice) = take_first::call(&world, &latin).await?;
    let greek = enroll::call(&world, &greek, &alice).await?;
    let (greek, alice_again) = take_first::call(&world, &greek).await?;
    assert_eq!((names(&latin), names(&greek)), (vec!["Bob", "Carol"], vec![]));
    assert_eq!(alice_again.parent(), Some(alice.ecs_id()));
    assert_eq!(alice_again.content_hash(), alice.content_hash());
    let back = enroll::call(&world, &latin, &alice_again).await?;
    assert_eq!(names(&back), ["Bob", "Carol", "Alice"]);
    assert_eq!(world.history(&alice)?.entries().len(), 3);
    Ok(())
}

#[callable]
fn transfer(from: &mut Course, to: &mut Course) {
    to.students.extend(from.students.pop());
}

// predecessor section 4, 12: the old parent of what moved was missed ✗
#[tokio::test]
async fn a_child_moved_between_two_parents_gives_each_of_them_a_version() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let greek = world.insert(course("Greek", &["Dan"]))?;
    let call = transfer::call(&world, &latin, &greek).recorded().await?;
    let (from, to) = call.output;
    assert_eq!(said(&call.execution), [MUTATED, MUTATED]);
    assert_eq!((names(&from), names(&to)), (vec!["Alice", "Bob"], vec!["Dan", "Carol"]));
    let carol = world.stored(&to.students[1])?;
    assert_eq!(carol.parent(), latin.students[2].id.ecs_id());
    assert_eq!(carol.execution_id(), Some(call.execution.id));
    Ok(())
}

#[callable]
fn found(principal: Student, first: &Course) -> School {
    School { id: Id::new(), courses: vec![first.clone()], principal: Some(Box::new(principal)) }
}

// predecessor 1.5 "returns an input wrapped in a new entity": the input's id moved to the new tree ✗
#[tokio::test]
async fn a_new_entity_around_inputs_is_a_creation_whose_parts_continue_the_inputs() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let dan = world.insert(student("Dan", 2.0))?;
    let call = found::call(&world, &dan, &latin).recorded().await?;
    let school = call.output;
    assert_eq!(said(&call.execution), [(Semantics::Creation, true)]);
    let principal: Stored<Student> = world.child(&school, "principal")?;
    assert_eq!((principal.parent(), principal.lineage_id()), (Some(dan.ecs_id()), dan.lineage_id()));
    assert_eq!(world.stored(&school.courses[0])?.parent(), Some(latin.ecs_id()));
    assert_eq!(world.get::<Student>(dan.ecs_id())?, dan);
    assert!(world.get::<Course>(latin.ecs_id())?.is_root());
    Ok(())
}

#[tokio::test]
async fn commit_and_insert_attach_and_detach_like_a_call() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let dan = world.insert(student("Dan", 2.0))?;

    let mut changed = Course::clone(&latin);
    let alice = changed.students.remove(0);
    changed.students.push(Student::clone(&dan));
    let changed = world.commit(changed)?;
    assert_eq!(names(&changed), ["Bob", "Carol", "Dan"]);
    assert_eq!(world.stored(&changed.students[2])?.parent(), Some(dan.ecs_id()));

    let same = world.commit(alice.clone())?;
    assert_eq!(Some(same.ecs_id()), latin.students[0].id.ecs_id(), "a child as it was is its version");
    let raised = world.commit(Student { gpa: 4.0, ..alice })?;
    assert_eq!((raised.parent(), raised.is_root()), (Some(same.ecs_id()), true));

    let school = School { id: Id::new(), courses: vec![Course::clone(&changed)], principal: None };
    let school = world.insert(school)?;
    assert_eq!(world.stored(&school.courses[0])?.parent(), Some(changed.ecs_id()));
    let error = world.insert(Student::clone(&raised)).expect_err("it is stored");
    assert_eq!(error.code(), "already-stored");
    Ok(())
}

// ---- A child on its own -------------------------------------------------------------------------

#[callable]
fn raise(student: &mut Student, by: f64) {
    student.gpa += by;
}

#[callable]
fn raise_first(course: &mut Course, by: f64) {
    course.students[0].gpa += by;
}

#[callable]
fn rename(course: &mut Course, title: &str) {
    course.title = title.to_owned();
}

#[callable]
fn refresh(course: &mut Course, student: &Student) {
    let place = course.students.iter_mut().find(|held| held.id.lineage_id() == student.id.lineage_id());
    *place.expect("it is there") = student.clone();
}

// predecessor 1.3 A3 and section 4, 9: a child could not be changed on its own ✗
#[tokio::test]
async fn a_child_changed_on_its_own_is_a_root_and_its_holder_stays_as_it_was() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let call = raise::call(&world, latin.at("students.0"), 0.5).recorded().await?;
    let alice = call.output;
    assert_eq!(said(&call.execution), [MUTATED]);
    assert_eq!((alice.gpa, alice.is_root(), alice.parent()), (3.5, true, latin.students[0].id.ecs_id()));
    assert_eq!(world.head::<Course>(&latin)?, latin);
    assert_eq!(latin.students[0].gpa, 3.0);

    let by_handle = raise::call(&world, world.stored(&latin.students[1])?, 0.5).await?;
    assert_eq!((by_handle.name.as_str(), by_handle.gpa), ("Bob", 3.5));
    let by_value = raise::call(&world, latin.students[2].clone(), 0.5).await?;
    assert_eq!((by_value.name.as_str(), by_value.gpa), ("Carol", 3.5));
    Ok(())
}

#[tokio::test]
async fn a_stale_copy_may_stay_but_changing_it_is_a_conflict_until_the_newer_one_is_put_in() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let alice = raise::call(&world, latin.at("students.0"), 0.5).await?;

    let renamed = rename::call(&world, &latin, "Latin II").await?;
    assert_eq!(renamed.students[0].gpa, 3.0, "the copy inside is what it was");

    let error = raise_first::call(&world, &renamed, 1.0).await.expect_err("Alice has a newer version");
    assert_eq!(error.code(), "conflict", "{error}");
    assert!(error.to_string().contains(&alice.ecs_id().to_string()), "{error}");
    assert_eq!(world.head::<Course>(&latin)?, renamed, "nothing was written");

    let fresh = refresh::call(&world, &renamed, &alice).await?;
    assert_eq!(world.stored(&fresh.students[0])?.parent(), Some(alice.ecs_id()));
    let raised = raise_first::call(&world, &fresh, 1.0).await?;
    assert_eq!(raised.students[0].gpa, 4.5);
    Ok(())
}

// ---- One lineage twice --------------------------------------------------------------------------

#[callable]
fn raise_a_copy(course: &mut Course, by: f64) -> Student {
    course.title.push('!');
    Student { gpa: course.students[1].gpa + by, ..course.students[1].clone() }
}

#[callable]
fn child_then_parent(course: Course, by: f64) -> (Student, Course) {
    (Student { gpa: course.students[1].gpa + by, ..course.students[1].clone() }, course)
}

#[callable]
fn raise_inside(course: &mut Course, by: f64) -> BTreeMap<String, Student> {
    let before = course.students[1].clone();
    course.students[1].gpa += by;
    BTreeMap::from([("before".to_owned(), before)])
}

#[callable]
fn copy_into(from: &mut Course, to: &mut Course, by: f64) {
    let first = from.students[0].clone();
    to.students.push(Student { gpa: first.gpa + by, ..first });
}

#[callable]
fn copy_of_course(school: &mut School) -> Course {
    let mut copy = school.courses[0].clone();
    copy.title.push('!');
    copy
}

/// The message of a call that was refused, and wrote nothing.
fn refused<T: std::fmt::Debug>(world: &World, head: &Stored<Course>, called: ecs::Result<T>) -> ecs::Result<String> {
    let error = called.expect_err("the call is refused");
    assert_eq!(error.code(), "ambiguous-identity", "{error}");
    assert_eq!(world.head::<Course>(head)?, *head, "nothing was written");
    let message = error.to_string();
    assert!(message.contains(".fork()"), "{message}");
    Ok(message)
}

#[tokio::test]
async fn a_child_put_out_with_other_content_than_its_holder_keeps_is_refused_with_both_places() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let message = refused(&world, &latin, raise_a_copy::call(&world, &latin, 0.5).await)?;
    assert!(message.contains("`course.students.1`") && message.contains("`result`"), "{message}");
    let message = refused(&world, &latin, child_then_parent::call(&world, &latin, 0.5).await)?;
    assert!(message.contains("`result.0`") && message.contains("`result.1.students.1`"), "{message}");
    let message = refused(&world, &latin, raise_inside::call(&world, &latin, 0.5).await)?;
    assert!(message.contains("`course.students.1`") && message.contains("`result.before`"), "{message}");

    let greek = world.insert(course("Greek", &["Dan"]))?;
    let message = refused(&world, &latin, copy_into::call(&world, &latin, &greek, 0.5).await)?;
    assert!(message.contains("`from.students.0`") && message.contains("`to.students.1`"), "{message}");
    Ok(())
}

#[tokio::test]
async fn a_child_is_found_in_what_was_moved_as_a_whole() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let school = world.insert(School { id: Id::new(), courses: vec![Course::clone(&latin)], principal: None })?;
    let error = copy_of_course::call(&world, &school).await.expect_err("two contents of one course");
    assert!(error.to_string().contains("`school.courses.0`") && error.to_string().contains("`result`"), "{error}");

    #[callable]
    fn raise_grandchild(school: &mut School) -> Student {
        let first = school.courses[0].students[0].clone();
        Student { gpa: 4.0, ..first }
    }
    let error = raise_grandchild::call(&world, &school).await.expect_err("two contents of one student");
    assert_eq!(error.code(), "ambiguous-identity", "{error}");
    assert!(error.to_string().contains("`school.courses.0.students.0`"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_child_with_equal_content_in_two_places_is_one_version_referred_to_twice() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let call = child_then_parent::call(&world, &latin, 0.0).recorded().await?;
    assert_eq!(said(&call.execution), [DETACHED, SAME]);
    assert_eq!(Some(call.output.0.ecs_id()), call.output.1.students[1].id.ecs_id());

    #[callable]
    fn raise_both(course: &mut Course) -> Student {
        course.students[1].gpa += 0.5;
        course.students[1].clone()
    }
    let call = raise_both::call(&world, &latin).recorded().await?;
    let (changed, bob) = call.output;
    assert_eq!(said(&call.execution), [MUTATED, DETACHED_AND_CHANGED]);
    assert_eq!(changed.students[1].id.ecs_id(), Some(bob.ecs_id()));
    assert_eq!(world.history(&bob)?.entries().len(), 2);

    #[callable]
    fn new_twice(course: &mut Course) -> Student {
        let new = student("Eve", 1.0);
        course.students.push(new.clone());
        new
    }
    let (course, eve) = new_twice::call(&world, &changed).await?;
    assert_eq!(course.students[3].id.ecs_id(), Some(eve.ecs_id()));
    Ok(())
}

#[tokio::test]
async fn one_child_in_two_holders_is_fine_while_they_say_the_same_of_it() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let greek = world.insert(course("Greek", &["Dan"]))?;
    let (from, to) = copy_into::call(&world, &latin, &greek, 0.0).await?;
    assert_eq!(from, latin);
    assert_eq!(names(&to), ["Dan", "Alice"]);
    assert_eq!(world.stored(&to.students[1])?.parent(), from.students[0].id.ecs_id());
    Ok(())
}

// ---- Forks --------------------------------------------------------------------------------------

#[callable]
fn twin_of_first(course: &mut Course) -> Student {
    course.students[0].fork()
}

#[callable]
fn next_year(course: &Course) -> Course {
    Course { title: "Latin II".into(), ..course.fork() }
}

#[tokio::test]
async fn a_fork_of_a_child_is_another_thing_that_remembers_it() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let call = twin_of_first::call(&world, &latin).recorded().await?;
    let (same, twin) = call.output;
    assert_eq!(same, latin);
    assert_eq!(said(&call.execution), [SAME, (Semantics::Creation, true)]);
    assert_ne!(twin.lineage_id(), latin.students[0].id.lineage_id());
    assert_eq!(twin.forked_from(), latin.students[0].id.ecs_id());
    Ok(())
}

#[tokio::test]
async fn a_fork_of_a_tree_forks_everything_in_it() -> ecs::Result<()> {
    let (world, latin) = latin()?;
    let call = next_year::call(&world, &latin).recorded().await?;
    let next = call.output;
    assert_eq!(said(&call.execution), [(Semantics::Creation, true)]);
    assert_eq!(next.forked_from(), Some(latin.ecs_id()));
    for (twin, source) in next.students.iter().zip(&latin.students) {
        assert_ne!(twin.id.lineage_id(), source.id.lineage_id());
        assert_eq!(world.stored(twin)?.forked_from(), source.id.ecs_id());
    }
    let changed = raise_first::call(&world, &next, 1.0).await?;
    assert_eq!((changed.students[0].gpa, latin.students[0].gpa), (4.0, 3.0));
    assert_eq!(world.head::<Student>(latin.students[0].id.lineage_id())?.gpa, 3.0, "the source is not touched");
    Ok(())
}
