//! What the record says of how a value came to be: differences, history, blame, derivation.

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::BTreeMap;

use ecs::prelude::*;
use ecs::{GraphOf, Mark, Relation};

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    title: String,
    students: Vec<Student>,
    tutors: BTreeMap<String, Student>,
    best: Option<Ref<Student>>,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scale {
    id: Id,
    #[config(default = 1.5)]
    factor: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    id: Id,
    mean: f64,
}

fn student(name: &str, gpa: f64) -> Student {
    Student { id: Id::new(), name: name.into(), gpa }
}

fn course() -> Course {
    Course {
        id: Id::new(),
        title: "Latin".into(),
        students: vec![student("Alice", 2.0), student("Bob", 3.0)],
        tutors: BTreeMap::from([("first tutor".to_owned(), student("Carol", 4.0))]),
        best: None,
    }
}

#[callable]
fn rescale(course: &mut Course, scale: &Scale) {
    course.students[0].gpa *= scale.factor;
}

#[callable]
fn retitle(course: &mut Course, title: String) {
    course.title = title;
}

#[callable]
fn enroll(course: &mut Course, student: Student) {
    course.students.push(student);
}

#[callable]
fn report(course: &Course) -> Report {
    let count = course.students.len() as f64;
    Report { id: Id::new(), mean: course.students.iter().map(|student| student.gpa).sum::<f64>() / count }
}

#[callable]
fn copy_report(mean: f64) -> Report {
    Report { id: Id::new(), mean }
}

#[callable]
fn combine(first: &Report, second: &Report) -> Report {
    Report { id: Id::new(), mean: (first.mean + second.mean) / 2.0 }
}

#[test]
fn blame_says_for_each_field_of_each_entity_who_wrote_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = world.insert(course())?;
    let second = rescale::call(&world, &first, Scale { factor: 2.0, ..Scale::default() }).wait()?;
    let third = retitle::call(&world, &second, "Greek").wait()?;
    let blame = world.blame(&third)?;

    let title = blame.line("title").expect("a course has a title");
    assert_eq!(title.value, FieldValue::Json("Greek".into()));
    assert_eq!(title.execution.as_ref().map(|execution| execution.callable()), Some("retitle"));
    assert_eq!(title.version.ecs_id(), third.ecs_id());

    let gpa = blame.line("students.0.gpa").expect("the first student has a gpa");
    assert_eq!(gpa.value, FieldValue::Json(4.0.into()));
    assert_eq!(gpa.execution.as_ref().map(|execution| execution.callable()), Some("rescale"));
    assert_eq!(gpa.configs[0].clone().downcast::<Scale>()?.factor, 2.0);
    assert_eq!(Some(gpa.version.ecs_id()), second.students[0].id.ecs_id());

    // Never written again, so still as it was stored.
    for path in ["students.0.name", "students.1.gpa", "students", r#"tutors["first tutor"].name"#, "tutors", "best"] {
        let line = blame.line(path).unwrap_or_else(|| panic!("no line for {path}: {blame}"));
        assert!(line.execution.is_none(), "{line}");
        assert_eq!(line.version.root(), first.ecs_id(), "{line}");
    }
    assert_eq!(blame.lines().len(), 4 + 2 * 2 + 2, "{blame}");
    assert!(blame.to_string().contains(".students.0.gpa 4.0 @"), "{blame}");
    Ok(())
}

#[test]
fn blame_goes_back_through_any_number_of_versions_and_through_forks() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = world.insert(student("Alice", 1.0))?;
    let mut head = first.clone();
    for step in 0..200 {
        head = world.commit(Student { gpa: f64::from(step), ..(*head).clone() })?;
    }
    let twin = world.insert(head.fork())?;
    let blame = world.blame(&twin)?;
    assert_eq!(blame.line("name").expect("a name").version.ecs_id(), first.ecs_id());
    assert_eq!(blame.line("gpa").expect("a gpa").version.ecs_id(), head.ecs_id());
    Ok(())
}

#[test]
fn blame_tells_where_a_borrowed_argument_came_from() -> ecs::Result<()> {
    let world = World::fresh()?;
    let course = world.insert(course())?;
    let copied = copy_report::call(&world, course.at("students.1.gpa")).recorded().wait()?;
    let input = copied.execution.input.expect("a generated input");
    let blame = world.blame(input)?;
    let source = blame.line("mean").expect("the argument").source.clone().expect("it was borrowed");
    assert_eq!(source.to_string(), format!("@{}.students.1.gpa", course.ecs_id()));

    // The fields of a config that are borrowed too.
    let arguments = args! { course: &course, factor: course.at::<f64>("students.0.gpa") };
    let outcome = world.execute("rescale", arguments).wait()?;
    let scale = outcome.execution().configs[0];
    let source = world.blame(scale)?.line("factor").expect("a factor").source.clone().expect("it was borrowed");
    assert_eq!(source.path().to_string(), ".students.0.gpa");
    Ok(())
}

#[test]
fn a_difference_names_what_changed_was_added_removed_and_moved() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = world.insert(course())?;
    let mut changed = (*first).clone();
    changed.title = "Greek".into();
    changed.students[1].gpa = 3.5;
    let alice = changed.students.remove(0);
    changed.tutors.insert("second.tutor".into(), alice);
    changed.tutors.remove("first tutor");
    changed.students.push(student("Dora", 1.0));
    let second = world.commit(changed)?;

    let diff = world.diff(&first, &second)?;
    let said = diff.to_string();
    for part in [
        "title \"Latin\" → \"Greek\"",
        "gpa 3.0 → 3.5",
        ".tutors[\"second.tutor\"] Student, moved from .students.0",
        "+ .students.1 Student",
        "- .tutors[\"first tutor\"] Student",
    ] {
        assert!(said.contains(part), "{part} is missing from\n{said}");
    }
    assert_eq!(diff.entities().len(), 5, "{said}");
    assert!(diff.entity(second.students[0].id.lineage_id()).is_some_and(|bob| bob.moved_from.is_none()));

    let (before, after) = (first.clone().erase().to_json()?, second.clone().erase().to_json()?);
    assert_eq!(diff.apply(&before)?, after);
    assert_eq!(world.diff(&second, &first)?.apply(&after)?, before);
    assert_eq!(diff.apply(&after).expect_err("it starts from the first").code(), "wrong-version");
    assert!(world.diff(&first, &first)?.is_empty());

    let other = world.insert(course())?;
    assert_eq!(world.diff(&first, &other).expect_err("two things").code(), "different-lineages");
    Ok(())
}

#[test]
fn a_history_says_what_changed_in_the_entities_below() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = world.insert(course())?;
    let second = rescale::call(&world, &first, Scale::default()).wait()?;
    let history = world.history(&first)?;
    assert_eq!(history.entries().len(), 2);
    let entry = &history.entries()[1];
    assert!(entry.changes.is_empty(), "nothing of the course itself changed");
    assert_eq!(entry.below.len(), 1);
    assert_eq!(entry.below[0].path.to_string(), ".students.0");
    assert!(history.to_string().contains("gpa 2.0 → 3.0"), "{history}");
    // The student has a history too.
    let student = world.history(second.students[0].id.lineage_id())?;
    assert_eq!(student.last_change("gpa").map(|(entry, _)| entry.version.ecs_id()), second.students[0].id.ecs_id());
    Ok(())
}

#[test]
fn derivation_is_followed_both_ways_across_calls() -> ecs::Result<()> {
    let world = World::fresh()?;
    let raw = world.insert(course())?;
    let scaled = rescale::call(&world, &raw, Scale::default()).recorded().wait()?;
    let scale = scaled.execution.configs[0];
    let first = report::call(&world, &scaled.output).wait()?;
    let second = copy_report::call(&world, scaled.output.at("students.1.gpa")).wait()?;
    let both = combine::call(&world, &first, &second).wait()?;
    let unrelated = world.insert(course())?;

    let dependencies = world.dependencies(&both, None)?;
    assert!(dependencies.is_complete());
    for version in [first.ecs_id(), second.ecs_id(), scaled.output.ecs_id(), raw.ecs_id(), scale] {
        assert!(dependencies.contains(version), "{dependencies}");
    }
    assert!(!dependencies.contains(&unrelated) && !dependencies.contains(&both));
    let through_value = dependencies.steps().iter().find(|step| matches!(step.relation, Relation::Source(_)));
    assert!(
        through_value.is_some_and(|step| step.version.ecs_id() == scaled.output.ecs_id()) || {
            // Reached first through the report, which took it whole.
            dependencies.steps().iter().any(|step| step.relation == Relation::Argument("course"))
        }
    );

    let dependents = world.dependents(&raw, None)?;
    for version in [scaled.output.ecs_id(), first.ecs_id(), second.ecs_id(), both.ecs_id()] {
        assert!(dependents.contains(version), "{dependents}");
    }
    assert!(world.dependents(scale, None)?.contains(&both));
    assert!(world.dependents(&both, None)?.steps().is_empty());

    let near = world.dependents(&raw, Some(1))?;
    assert!(near.contains(&scaled.output) && !near.contains(&both) && !near.is_complete(), "{near}");
    // Later uses are found too.
    let again = combine::call(&world, &first, &first).wait()?;
    assert!(world.dependents(&raw, None)?.contains(&again));
    Ok(())
}

#[test]
fn references_attachments_and_forks_are_followed() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 2.0))?;
    let bob = world.insert(student("Bob", 2.0))?;
    let course = world.insert(Course { best: Some(alice.to_ref()), ..course() })?;
    assert_eq!(course.references(), [alice.ecs_id()]);
    assert!(world.dependencies(&course, None)?.contains(&alice));
    assert!(world.dependents(&alice, None)?.contains(&course));

    let mut with_bob = (*course).clone();
    with_bob.students.push((*bob).clone());
    let with_bob = world.commit(with_bob)?;
    assert!(world.dependents(&bob, None)?.contains(&with_bob), "{}", world.dependents(&bob, None)?);
    assert!(world.dependencies(&with_bob, None)?.contains(&bob));

    let twin = world.insert(alice.fork())?;
    assert!(world.dependents(&alice, None)?.contains(&twin));
    Ok(())
}

#[test]
fn circles_of_references_end() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 2.0))?;
    let first = world.insert(Course { best: Some(alice.to_ref()), ..course() })?;
    let enrolled = enroll::call(&world, &first, &alice).wait()?;
    // The course now holds the next version of the student that it refers to.
    let dependencies = world.dependencies(&enrolled, None)?;
    let mut seen: Vec<EcsId> = dependencies.steps().iter().map(|step| step.version.ecs_id()).collect();
    seen.sort_unstable();
    let count = seen.len();
    seen.dedup();
    assert_eq!(seen.len(), count, "each version once: {dependencies}");
    assert!(dependencies.contains(&alice) && dependencies.contains(&first));
    Ok(())
}

#[test]
fn pictures_show_trees_histories_and_derivations() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = world.insert(course())?;
    let mut changed = (*first).clone();
    changed.students[0].name = "\"Al\" <b>end</b>;".into();
    changed.students.push(student("Dora", 1.0));
    changed.tutors.clear();
    let second = world.commit(changed)?;

    let tree = world.graph(&GraphOf::tree(&second).against(&first))?;
    let marks: Vec<Mark> = tree.nodes().iter().map(|node| node.mark).collect();
    assert_eq!(marks, [Mark::Changed, Mark::Changed, Mark::Unmarked, Mark::Added, Mark::Removed]);
    assert!(tree.edges().iter().any(|edge| edge.label == "students.2"));
    // Text is JSON, in quotes of its own; DOT doubles what escapes them.
    assert!(tree.to_dot().contains(r#"name: \"\\\"Al\\\" <b>end</b>;\""#), "{}", tree.to_dot());
    assert!(!tree.to_mermaid().contains("<b>"), "{}", tree.to_mermaid());

    let renamed = retitle::call(&world, &second, "Greek").wait()?;
    let history = world.graph(&GraphOf::history(&renamed))?;
    assert!(history.nodes().iter().any(|node| node.label_lines[0] == "retitle"));
    let report = report::call(&world, &renamed).wait()?;
    let derivation = world.graph(&GraphOf::derivation(&report).depth(1))?;
    assert!(derivation.nodes().len() < world.graph(&GraphOf::derivation(&report))?.nodes().len());
    Ok(())
}
