//! What differs is told: how it ended, what was put out, field by field.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use ecs::prelude::*;
use ecs::{Difference, FieldValue, OutputDifference, Replay};

use super::fresh::Fresh as _;
use super::{Course, Student, course, student};

/// Replays a call by name that is made here, with the number of runs set back before each.
fn replay(world: &World, callable: &str, arguments: ecs::Args, runs: &AtomicU64) -> ecs::Result<Replay> {
    runs.store(0, Ordering::Relaxed);
    let execution = match world.execute(callable, arguments).wait() {
        Ok(outcome) => outcome.execution().id,
        Err(error) => error.execution().expect("it ran"),
    };
    world.replay(execution).wait()
}

fn outputs(replay: &Replay) -> Vec<&OutputDifference> {
    let outputs = replay.differences().iter().map(|difference| match difference {
        Difference::Output(output) => output,
        other => panic!("{other}"),
    });
    outputs.collect()
}

static ROLLS: AtomicU64 = AtomicU64::new(0);

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Roll {
    id: Id,
    value: u64,
    sides: u64,
}

#[callable]
fn roll(sides: u64) -> Roll {
    Roll { id: Id::new(), value: ROLLS.fetch_add(1, Ordering::Relaxed) % sides, sides }
}

#[test]
fn an_impure_function_is_different_in_the_fields_that_differ() -> ecs::Result<()> {
    let world = World::fresh()?;
    let replay = replay(&world, "roll", args! { sides: 6 }, &ROLLS)?;
    let [output] = &outputs(&replay)[..] else { panic!("{replay}") };
    assert_eq!((output.output_index, output.type_name), (Some(0), "Roll"));
    assert_eq!(output.recorded, replay.execution.outputs[0].ecs_id);
    let [entity] = &output.entities[..] else { panic!("{replay}") };
    assert!(entity.path.is_empty() && entity.is_replayed);
    let [field] = &entity.fields[..] else { panic!("{replay}") };
    assert_eq!(field.field, "value");
    assert_eq!(field.recorded, Some(FieldValue::Json(0.into())));
    assert_eq!(field.replayed, Some(FieldValue::Json(1.into())));
    let told = replay.to_string();
    let expected = format!(
        "{} roll: different\n  output 0, Roll @{}\n    (itself) Roll\n      value 0, replayed 1",
        replay.execution.id, output.recorded
    );
    assert_eq!(told, expected);
    assert!(!replay.is_identical() && replay.reason().is_none());
    Ok(())
}

static MARKS: AtomicU64 = AtomicU64::new(0);

/// Changes the second student, and adds one whose name differs.
#[callable]
fn mark(course: &mut Course) {
    let mark = MARKS.fetch_add(1, Ordering::Relaxed);
    course.students[1].gpa = mark as f64;
    course.students.push(student(&format!("New {mark}"), 1.0));
    if mark > 0 {
        course.students.insert(0, student("First", 2.0));
    }
}

#[test]
fn what_differs_below_an_output_is_told_by_its_place() -> ecs::Result<()> {
    let world = World::fresh()?;
    let latin = world.insert(course("Latin", &["Ann", "Ben", "Cleo"]))?;
    let replay = replay(&world, "mark", args! { course: &latin }, &MARKS)?;
    let [output] = &outputs(&replay)[..] else { panic!("{replay}") };
    let told: Vec<_> = output
        .entities
        .iter()
        .map(|entity| (entity.path.to_string(), entity.recorded.is_some(), entity.is_replayed, entity.fields.len()))
        .collect();
    // Ben is found by his lineage, though he is elsewhere.
    let expected = [
        (String::new(), true, true, 1),
        (".students.2".to_owned(), true, true, 1),
        (".students.0".to_owned(), false, true, 2),
        (".students.4".to_owned(), false, true, 2),
        (".students.3".to_owned(), true, false, 2),
    ];
    assert_eq!(told.iter().collect::<HashSet<_>>(), expected.iter().collect(), "{replay}");
    assert!(replay.to_string().contains("gpa 0.0, replayed 1.0"), "{replay}");
    assert!(replay.to_string().contains(".students.3 Student, not in the replay\n      name \"New 0\""), "{replay}");
    Ok(())
}

static PAIRS: AtomicU64 = AtomicU64::new(0);

#[callable]
fn pair() -> (Student, Student, u64) {
    let (a, b) = (student("A", 1.0), student("B", 1.0));
    match PAIRS.fetch_add(1, Ordering::Relaxed) {
        0 => (a, b, 0),
        run => (a, Student { name: format!("B{run}"), ..b }, 0),
    }
}

#[test]
fn only_the_outputs_that_differ_are_told() -> ecs::Result<()> {
    let world = World::fresh()?;
    let replay = replay(&world, "pair", args! {}, &PAIRS)?;
    let indices: Vec<_> = outputs(&replay).iter().map(|output| output.output_index).collect();
    // The values say where the students are, and these are where they were.
    assert_eq!(indices, [Some(1), None], "{replay}");
    Ok(())
}

static COUNTS: AtomicU64 = AtomicU64::new(1);

#[callable]
fn several() -> Vec<Student> {
    (0..COUNTS.fetch_add(1, Ordering::Relaxed) + 1).map(|_| student("Same", 1.0)).collect()
}

#[test]
fn another_number_of_outputs_is_a_difference() -> ecs::Result<()> {
    let world = World::fresh()?;
    let replay = replay(&world, "several", args! {}, &COUNTS)?;
    assert_eq!(replay.differences(), [Difference::OutputCount { recorded: 1, replayed: 2 }]);
    Ok(())
}

static FORKS: AtomicU64 = AtomicU64::new(0);

#[callable]
fn sometimes_fork(student: Student) -> Student {
    if FORKS.fetch_add(1, Ordering::Relaxed) == 0 { student } else { student.fork() }
}

#[test]
fn other_semantics_are_a_difference_though_the_content_is_the_same() -> ecs::Result<()> {
    let world = World::fresh()?;
    let replay = replay(&world, "sometimes_fork", args! { student: student("Alice", 1.0) }, &FORKS)?;
    let [Difference::Semantics { output_index: 0, recorded, replayed }] = replay.differences() else {
        panic!("{replay}")
    };
    assert_eq!((*recorded, *replayed), (Semantics::Mutation, Semantics::Creation));
    Ok(())
}

static FAILURES: AtomicU64 = AtomicU64::new(0);

#[callable]
fn sometimes_fail(even_fails: bool) -> Result<u64, String> {
    let run = FAILURES.fetch_add(1, Ordering::Relaxed);
    if run.is_multiple_of(2) == even_fails { Err(format!("run {run} failed")) } else { Ok(run) }
}

#[test]
fn another_end_is_a_difference() -> ecs::Result<()> {
    let world = World::fresh()?;
    for (even_fails, recorded, replayed) in
        [(true, Outcome::Failed, Outcome::Succeeded), (false, Outcome::Succeeded, Outcome::Failed)]
    {
        let replay = replay(&world, "sometimes_fail", args! { even_fails: even_fails }, &FAILURES)?;
        let [Difference::Status { recorded: was, replayed: is }] = replay.differences() else { panic!("{replay}") };
        assert_eq!((was.outcome(), is.outcome()), (recorded, replayed));
    }
    Ok(())
}

static MESSAGES: AtomicU64 = AtomicU64::new(0);

#[callable]
fn fail_in_turns() -> Result<u64, String> {
    Err(format!("failure {}", MESSAGES.fetch_add(1, Ordering::Relaxed)))
}

#[test]
fn another_message_is_a_difference() -> ecs::Result<()> {
    let world = World::fresh()?;
    let replay = replay(&world, "fail_in_turns", args! {}, &MESSAGES)?;
    let [difference] = replay.differences() else { panic!("{replay}") };
    assert_eq!(
        difference.to_string(),
        "it failed (callable-failed): `fail_in_turns` failed: failure 0, and in the replay it failed \
         (callable-failed): `fail_in_turns` failed: failure 1"
    );
    Ok(())
}

static NANS: AtomicU64 = AtomicU64::new(0);

#[callable]
fn measure(value: &Student) -> (Vec<f64>, Student) {
    let run = NANS.fetch_add(1, Ordering::Relaxed) as f64;
    (vec![f64::NAN, run], value.clone())
}

#[test]
fn a_difference_that_json_cannot_show_is_a_difference() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 1.0))?;
    let replay = replay(&world, "measure", args! { value: &alice }, &NANS)?;
    let [output] = &outputs(&replay)[..] else { panic!("{replay}") };
    assert!(output.entities.is_empty(), "{replay}");
    assert!(replay.to_string().ends_with("what differs is deeper, or has no JSON form"), "{replay}");
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Member {
    id: Id,
    name: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Club {
    id: Id,
    year: u64,
    members: HashSet<Member>,
}

static FOUNDED: AtomicU64 = AtomicU64::new(0);

/// Makes a club, some of whose members differ, or none.
#[callable]
fn found(members: u64, differing: u64) -> Club {
    let run = FOUNDED.fetch_add(1, Ordering::Relaxed);
    let names =
        (0..members).map(|i| if i < differing { format!("Member {i} of {run}") } else { format!("Member {i}") });
    let members = names.map(|name| Member { id: Id::new(), name }).collect();
    Club { id: Id::new(), year: run, members }
}

#[test]
fn members_of_a_set_are_found_by_their_content() -> ecs::Result<()> {
    let world = World::fresh()?;
    for (differing, told) in [
        (0, vec![("Club", true, vec!["year"])]),
        (
            1,
            vec![
                ("Club", true, vec!["year", "members"]),
                ("Member", true, vec!["name"]),
                ("Member", false, vec!["name"]),
            ],
        ),
    ] {
        let replay = replay(&world, "found", args! { members: 20, differing: differing }, &FOUNDED)?;
        let [output] = &outputs(&replay)[..] else { panic!("{replay}") };
        let entities = output.entities.iter().map(|entity| {
            let fields = entity.fields.iter().map(|field| field.field).collect();
            (entity.type_name, entity.is_replayed, fields)
        });
        assert_eq!(entities.collect::<Vec<_>>(), told, "{replay}");
    }
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Link {
    id: Id,
    number: u64,
    next: Option<Box<Link>>,
}

static DEPTHS: AtomicU64 = AtomicU64::new(0);

#[callable]
fn chain(levels: u64, changed: u64) -> Link {
    let run = DEPTHS.fetch_add(1, Ordering::Relaxed);
    let number = |level| if level == changed { 1_000_000 + run } else { level };
    let last = Link { id: Id::new(), number: number(levels), next: None };
    (0..levels).rev().fold(last, |below, level| Link {
        id: Id::new(),
        number: number(level),
        next: Some(Box::new(below)),
    })
}

#[test]
fn a_deep_tree_is_compared_as_deep_as_it_is_told() -> ecs::Result<()> {
    let world = World::fresh()?;
    for (changed, told) in [(100, (100, "number")), (5_000, (512, "next"))] {
        let replay = replay(&world, "chain", args! { levels: 5_000, changed: changed }, &DEPTHS)?;
        let [output] = &outputs(&replay)[..] else { panic!("{}", replay.execution.id) };
        let entities = output.entities.iter().map(|entity| (entity.path.segments().len(), entity.fields[0].field));
        assert_eq!(entities.collect::<Vec<_>>(), [told]);
    }
    Ok(())
}
