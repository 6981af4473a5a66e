//! Results that are kept: what counts as an equal call, and what a call that reuses one leaves behind.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Student, student};
use ecs::prelude::*;

use self::fresh::Fresh as _;

/// How often a function ran; each test has callables of its own.
struct Runs(AtomicUsize);

impl Runs {
    const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    fn note(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Standing {
    id: Id,
    qualified: bool,
    margin: f64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
}

fn honours(threshold: f64) -> Honours {
    Honours { threshold, ..Honours::default() }
}

fn alice() -> Student {
    student("Alice", 3.5)
}

static STANDING: Runs = Runs::new();

#[callable(memo)]
fn standing(student: &Student, threshold: f64) -> Standing {
    STANDING.note();
    Standing { id: Id::new(), qualified: student.gpa >= threshold, margin: student.gpa - threshold }
}

#[test]
fn an_equal_call_runs_nothing_and_returns_the_same_version_and_is_recorded_with_a_link() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    let computed = standing::call(&world, &alice, 3.7);
    let computed = computed.recorded().wait()?;
    let runs = STANDING.count();
    let reused = standing::call(&world, &alice, 3.7).recorded().wait()?;
    assert_eq!(STANDING.count(), runs);
    assert_eq!(reused.output, computed.output);

    let (first, second) = (&computed.execution, &reused.execution);
    assert_eq!((first.reused(), second.reused()), (None, Some(first.id)));
    assert!(second.is_success());
    assert_eq!(world.execution(second.id)?.reused(), Some(first.id));
    assert!(second.arguments().eq(first.arguments()));
    assert_eq!((second.input, &second.configs), (Some(alice.ecs_id()), &first.configs));
    assert_eq!(second.outputs.len(), 1);
    assert_eq!((second.outputs[0].ecs_id, second.outputs[0].is_changed), (computed.output.ecs_id(), false));
    assert!(second.to_string().contains(&format!("\n  reused {}\n", first.id)), "{second}");
    assert!(second.to_string().contains("(creation, unchanged)"), "{second}");
    assert!(!first.to_string().contains("reused"), "{first}");

    // The version is still the work of the call that computed it.
    assert_eq!(world.version(computed.output.ecs_id())?.execution_id(), Some(first.id));
    assert_eq!(world.history(&computed.output)?.entries().len(), 1);
    Ok(())
}

/// Waits for what is ready at once.
#[callable(memo)]
fn margin(student: &Student, threshold: f64) -> f64 {
    student.gpa - threshold
}

#[test]
fn a_call_with_other_content_runs() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    let raised = world.commit(Student { gpa: 3.9, ..(*alice).clone() })?;
    assert_eq!(margin::call(&world, &alice, 3.5).wait()?, 0.0);
    assert_eq!(margin::call(&world, &alice, 3.0).wait()?, 0.5);
    assert_eq!(margin::call(&world, &raised, 3.5).wait()?, 3.9 - 3.5);
    assert_eq!(world.memo().statistics().misses, 3);
    Ok(())
}

#[test]
fn equal_content_under_another_id_is_an_equal_call() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (first, second) = (world.insert(alice())?, world.insert(alice())?);
    let computed = margin::call(&world, &first, 3.0).recorded().wait()?;
    let reused = margin::call(&world, &second, 3.0).recorded().wait()?;
    assert_eq!(reused.execution.reused(), Some(computed.execution.id));
    // What it was given is what it was given.
    assert_eq!(reused.execution.argument("student").expect("recorded").versions[..], [second.ecs_id()]);
    assert_eq!(reused.execution.input, Some(second.ecs_id()));
    assert_eq!(reused.execution.output_entity, computed.execution.output_entity);

    // What was put out was made from one, and is the result of both.
    let computed = standing::call(&world, &first, 1.0).wait()?;
    assert_eq!(standing::call(&world, &second, 1.0).wait()?, computed);
    assert!(world.dependents(&first, None)?.contains(&computed));
    assert!(world.dependents(&second, None)?.contains(&computed));
    Ok(())
}

#[test]
fn a_value_never_stored_is_stored_and_then_looked_for() -> ecs::Result<()> {
    let world = World::fresh()?;
    margin::call(&world, alice(), 3.0).wait()?;
    let reused = margin::call(&world, alice(), 3.0).recorded().wait()?;
    assert!(reused.execution.reused().is_some());
    let given = reused.execution.argument("student").expect("recorded").versions[0];
    assert_eq!(world.get::<Student>(given)?.name, "Alice");
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Alumna {
    id: Id,
    name: String,
    gpa: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Plaque {
    id: Id,
    text: String,
}

#[callable(memo(version = "1"))]
fn engrave_student(of: &Student) -> Plaque {
    Plaque { id: Id::new(), text: format!("student {}", of.name) }
}

#[callable(memo(version = "1"))]
fn engrave_alumna(of: &Alumna) -> Plaque {
    Plaque { id: Id::new(), text: format!("alumna {}", of.name) }
}

#[test]
fn equal_content_of_another_type_or_another_callable_is_no_equal_call() -> ecs::Result<()> {
    let world = World::fresh()?;
    let student = engrave_student::call(&world, alice()).wait()?;
    let alumna = engrave_alumna::call(&world, Alumna { id: Id::new(), name: "Alice".into(), gpa: 3.5 }).wait()?;
    assert_eq!((student.text.as_str(), alumna.text.as_str()), ("student Alice", "alumna Alice"));
    Ok(())
}

#[callable(memo)]
fn describe(value: f64, note: &str) -> String {
    format!("{value} {note}")
}

#[test]
fn plain_values_are_equal_as_their_content_is() -> ecs::Result<()> {
    let world = World::fresh()?;
    let describe = |value: f64, note: &str| describe::call(&world, value, note).wait();
    assert_eq!(describe(f64::NAN, "a")?, "NaN a");
    describe(-f64::NAN, "a")?;
    describe(0.0, "a")?;
    // A zero is a zero, as everywhere in the record.
    assert_eq!(describe(-0.0, "a")?, "0 a");
    assert_eq!(world.memo().statistics().misses, 2);
    describe(0.0, "b")?;
    describe(1.0, "a")?;
    assert_eq!(world.memo().statistics().misses, 4);
    Ok(())
}

#[callable(memo)]
fn is_honoured(student: &Student, honours: &Honours) -> bool {
    student.gpa >= honours.threshold
}

#[test]
fn configs_count_by_their_content_however_they_are_given() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    assert!(!is_honoured::call(&world, &alice, honours(3.6)).wait()?);
    assert!(is_honoured::call(&world, &alice, honours(3.4)).wait()?);
    assert_eq!(world.memo().statistics().misses, 2);

    assert!(!is_honoured::call(&world, &alice, honours(3.6)).wait()?);
    assert!(is_honoured::with(honours(3.4)).call(&world, &alice).wait()?);
    let by_name = world.execute("is_honoured", args! { student: &alice, threshold: 3.6 }).wait()?;
    assert_eq!(by_name.value()?, false);
    assert_eq!((world.memo().statistics().misses, world.memo().statistics().hits), (2, 3));
    // Each config used is in the record, and stored.
    let config = by_name.execution().configs[0];
    assert_eq!(by_name.execution().configs.len(), 1);
    assert_eq!(world.get::<Honours>(config)?.threshold, 3.6);
    Ok(())
}

#[test]
fn calls_by_name_reuse_typed_results_and_typed_calls_those_of_calls_by_name() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    let typed = standing::call(&world, &alice, 3.0).wait()?;
    let by_name = world.execute("standing", args! { student: alice.address(), threshold: 3.0 }).wait()?;
    assert!(by_name.execution().reused().is_some());
    assert_eq!(by_name.output::<Standing>(0)?, typed);

    let by_name = world.execute("standing", args! { student: &alice, threshold: 2.0 }).wait()?;
    let typed = standing::call(&world, &alice, 2.0).recorded().wait()?;
    assert_eq!(typed.execution.reused(), Some(by_name.execution().id));
    assert_eq!(by_name.output::<Standing>(0)?, typed.output);
    Ok(())
}

#[callable(memo)]
fn mean(students: &[Student]) -> f64 {
    students.iter().map(|student| student.gpa).sum::<f64>() / students.len() as f64
}

#[callable(memo)]
#[expect(clippy::boxed_local, reason = "how it is given is what is tried")]
fn shapes(
    named: BTreeMap<String, Student>,
    hashed: HashMap<u8, Student>,
    pair: (Student, f64),
    maybe: Option<Student>,
    two: [Student; 2],
    boxed: Box<Student>,
) -> Vec<Plaque> {
    let all = named.values().chain(hashed.values()).chain([&pair.0]).chain(&maybe).chain(&two).chain([&*boxed]);
    all.map(|student| Plaque { id: Id::new(), text: student.name.clone() }).collect()
}

#[test]
fn containers_of_entities_count_by_their_shape_and_the_content_in_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (a, b) = (|| student("A", 1.0), || student("B", 2.0));
    mean::call(&world, vec![a(), b()]).wait()?;
    mean::call(&world, vec![a(), b()]).wait()?;
    assert_eq!(world.memo().statistics().misses, 1);
    mean::call(&world, vec![b(), a()]).wait()?;
    mean::call(&world, vec![a(), b(), a()]).wait()?;
    assert_eq!(world.memo().statistics().misses, 3, "a list has an order and a length");

    let world = World::fresh()?;
    let shapes = |key: &str, order: [u8; 2], maybe: Option<Student>| {
        let hashed = HashMap::from(order.map(|key| (key, student(&key.to_string(), 1.0))));
        shapes::call(
            &world,
            BTreeMap::from([(key.to_owned(), a())]),
            hashed,
            (a(), 0.5),
            maybe,
            [a(), b()],
            Box::new(b()),
        )
        .wait()
    };
    let first = shapes("x", [1, 2], Some(b()))?;
    assert_eq!(shapes("x", [2, 1], Some(b()))?, first, "a map has no order");
    assert_eq!(world.memo().statistics().misses, 1);
    shapes("y", [1, 2], Some(b()))?;
    shapes("x", [1, 3], Some(b()))?;
    shapes("x", [1, 2], None)?;
    shapes("x", [1, 2], Some(a()))?;
    assert_eq!(world.memo().statistics().misses, 5);
    Ok(())
}

#[callable(memo)]
async fn later(student: &Student) -> Plaque {
    tokio::task::yield_now().await;
    Plaque { id: Id::new(), text: student.name.clone() }
}

#[callable(memo, blocking)]
fn elsewhere(student: &Student) -> (Plaque, u32) {
    (Plaque { id: Id::new(), text: student.name.clone() }, 7)
}

#[tokio::test]
async fn asynchronous_and_blocking_callables_reuse_as_well() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    let computed = later::call(&world, &alice).recorded().await?;
    let reused = later::call(&world, &alice).recorded().await?;
    assert_eq!(reused.execution.reused(), Some(computed.execution.id));
    assert_eq!(reused.output, computed.output);

    let computed = elsewhere::call(&world, &alice).recorded().await?;
    let reused = world.execute("elsewhere", args! { student: &alice }).await?;
    assert_eq!(reused.execution().reused(), Some(computed.execution.id));
    assert_eq!(reused.output::<Plaque>(0)?, computed.output.0);
    assert_eq!(reused.value()?[1], 7);
    assert_eq!(elsewhere::call(&world, &alice).await?, computed.output);
    Ok(())
}

static RUNS_OF_NOTHING: Runs = Runs::new();

#[callable(memo)]
fn constant() -> u64 {
    RUNS_OF_NOTHING.note();
    42
}

#[test]
fn each_world_keeps_its_own() -> ecs::Result<()> {
    let (one, other) = (World::fresh()?, World::fresh()?);
    for world in [&one, &one, &other, &other] {
        assert_eq!(constant::call(world).wait()?, 42);
    }
    assert_eq!(RUNS_OF_NOTHING.count(), 2);
    Ok(())
}

static REFUSALS: Runs = Runs::new();

#[callable(memo)]
fn refuse_twice(value: u64) -> Result<u64, String> {
    REFUSALS.note();
    if REFUSALS.count() <= 2 { Err(format!("not yet, {value}")) } else { Ok(value) }
}

#[test]
fn failures_are_not_kept() -> ecs::Result<()> {
    let world = World::fresh()?;
    for _ in 0..2 {
        assert_eq!(refuse_twice::call(&world, 5).wait().expect_err("it refuses twice").code(), "callable-failed");
    }
    assert_eq!(refuse_twice::call(&world, 5).wait()?, 5);
    assert_eq!(refuse_twice::call(&world, 5).wait()?, 5);
    assert_eq!(REFUSALS.count(), 3);
    Ok(())
}

#[callable(memo)]
fn raised(student: Student) -> Student {
    Student { gpa: student.gpa + 0.1, ..student }
}

#[callable(memo)]
fn better(one: &Student, other: &Student) -> Student {
    if one.gpa >= other.gpa { one.clone() } else { other.clone() }
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    members: Vec<Student>,
}

#[callable(memo)]
fn enrolled(student: Student) -> Course {
    Course { id: Id::new(), members: vec![student] }
}

#[callable(memo)]
fn first_member(course: &Course) -> Student {
    course.members[0].clone()
}

#[callable(memo)]
fn copied(student: &Student) -> Student {
    student.fork()
}

#[test]
fn what_continues_something_that_was_given_succeeds_and_is_not_kept() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (a, b) = (world.insert(student("Alice", 3.5))?, world.insert(student("Alice", 3.5))?);
    // Equal content, and yet another thing each time.
    let (raised_a, raised_b) = (raised::call(&world, &a).wait()?, raised::call(&world, &b).wait()?);
    assert_eq!((raised_a.lineage_id(), raised_b.lineage_id()), (a.lineage_id(), b.lineage_id()));
    let c = world.insert(student("Carol", 1.0))?;
    assert_eq!(better::call(&world, &raised_a, &c).wait()?, raised_a);
    assert_eq!(better::call(&world, &raised_b, &c).wait()?, raised_b);
    // Held by something new, it is still what was given.
    let (of_a, of_b) = (enrolled::call(&world, &raised_a).wait()?, enrolled::call(&world, &raised_b).wait()?);
    assert_eq!(of_a.members[0].id.lineage_id(), a.lineage_id());
    assert_eq!(of_b.members[0].id.lineage_id(), b.lineage_id());
    assert_eq!(first_member::call(&world, &of_a).wait()?.lineage_id(), a.lineage_id());
    assert_eq!(first_member::call(&world, &of_b).wait()?.lineage_id(), b.lineage_id());
    let statistics = world.memo().statistics();
    assert_eq!((statistics.hits, statistics.misses, statistics.not_kept, statistics.entries), (0, 8, 8, 0));

    // A fork is something new.
    let copy = copied::call(&world, &c).wait()?;
    assert_eq!(copied::call(&world, &c).wait()?, copy);
    Ok(())
}

#[callable(memo)]
fn outermost(context: &Context, student: &Student) -> ecs::Result<f64> {
    margin::call(context, student.clone(), 1.0).wait()
}

#[test]
fn what_was_called_from_inside_is_not_repeated_by_a_call_that_reuses() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    assert_eq!(outermost::call(&world, &alice).wait()?, 2.5);
    let reused = outermost::call(&world, &alice).recorded().wait()?;
    assert_eq!(reused.output, 2.5);
    assert_eq!(world.executions(&ExecutionFilter::new().callable("margin"))?.len(), 1);
    assert_eq!(world.execution_tree(reused.execution.id)?.entries().len(), 1);
    Ok(())
}

#[test]
fn a_call_from_inside_another_that_reuses_is_recorded_below_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    margin::call(&world, &alice, 1.0).wait()?;
    let outer = outermost::call(&world, &alice).recorded().wait()?;
    let tree = world.execution_tree(outer.execution.id)?;
    assert_eq!(tree.entries().len(), 2);
    assert!(tree.entries()[1].execution.reused().is_some());
    Ok(())
}

#[test]
fn a_call_that_was_stopped_before_is_not_answered_by_a_kept_result() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    margin::call(&world, &alice, 1.0).wait()?;
    let token = CancellationToken::new();
    token.cancel();
    let error = margin::call(&world, &alice, 1.0).cancel_on(&token).wait().expect_err("it was cancelled");
    assert_eq!(error.code(), "cancelled");
    Ok(())
}

#[test]
fn a_value_that_cannot_be_recorded_fails_as_it_does_without_memo() -> ecs::Result<()> {
    #[derive(Clone, Debug, Deserialize)]
    struct Shy(u8);

    impl Serialize for Shy {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }

    #[callable(memo)]
    fn greet(shy: Shy) -> u8 {
        shy.0
    }

    let world = World::fresh()?;
    let error = greet::call(&world, Shy(1)).wait().expect_err("it cannot be recorded");
    assert_eq!(error.code(), "not-recordable");
    assert!(error.to_string().contains("not today"), "{error}");
    assert!(error.execution().is_some());
    Ok(())
}

#[test]
fn a_call_that_reuses_succeeds_in_the_events_and_stores_nothing() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    let computed = standing::call(&world, &alice, 5.0).wait()?;
    let mut events = world.on(EventFilter::new()).stream();
    assert_eq!(standing::call(&world, &alice, 5.0).wait()?, computed);
    let told: Vec<_> = std::iter::from_fn(|| events.try_next()).map(|event| event.event_type()).collect();
    assert_eq!(told, [EventType::ExecutionStarted, EventType::ExecutionSucceeded]);
    Ok(())
}

#[test]
fn a_call_that_reused_is_replayed_as_the_one_that_computed() -> ecs::Result<()> {
    let world = World::fresh()?;
    let students = || vec![student("A", 1.0), student("B", 2.0)];
    mean::call(&world, students()).wait()?;
    let reused = mean::call(&world, students()).recorded().wait()?.execution;
    assert!(reused.reused().is_some());
    let replay = world.replay(reused.id).wait()?;
    assert!(replay.is_identical(), "{replay}");
    // It ran again, and is kept nowhere.
    assert_eq!(replay.ran.expect("it ran").reused(), None);
    assert_eq!((world.memo().statistics().hits, world.memo().statistics().misses), (1, 1));
    Ok(())
}

#[test]
fn what_was_reused_is_in_a_file_as_well() -> ecs::Result<()> {
    let folder = tempfile::tempdir().expect("a folder for a test");
    let path = folder.path().join("world.db");
    let world = World::open(&path)?;
    let alice = world.insert(alice())?;
    let computed = is_honoured::call(&world, &alice, honours(3.0)).recorded().wait()?.execution.id;
    let reused = is_honoured::call(&world, &alice, honours(3.0)).recorded().wait()?.execution.id;
    drop((world, alice));
    let world = World::open(&path)?;
    assert_eq!(world.execution(reused)?.reused(), Some(computed));
    assert_eq!(world.execution(computed)?.reused(), None);
    // What is kept is kept in memory.
    assert_eq!(world.memo().statistics().entries, 0);
    Ok(())
}

// ---- Which code counts --------------------------------------------------------------------------------------

#[fingerprinted]
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[fingerprinted(uses(round))]
fn weigh(value: f64) -> f64 {
    round(value) * 0.5
}

mod before {
    use super::*;

    #[fingerprinted]
    pub(super) fn half(value: f64) -> f64 {
        value / 2.0
    }

    #[callable(name = "half of it, before", memo(uses(half)))]
    pub(super) fn score(value: f64) -> f64 {
        half(value)
    }
}

mod after {
    use super::*;

    #[fingerprinted]
    pub(super) fn half(value: f64) -> f64 {
        value * 0.5
    }

    #[callable(name = "half of it, after", memo(uses(half)))]
    pub(super) fn score(value: f64) -> f64 {
        half(value)
    }
}

#[callable(memo(uses(weigh, before::half, margin)))]
fn weighed(value: f64) -> f64 {
    weigh(value) + before::half(value)
}

#[callable(memo(code = "function"))]
fn alone(value: f64) -> f64 {
    weigh(value)
}

#[test]
fn each_form_of_memo_keeps_results_and_has_a_fingerprint_of_its_own() -> ecs::Result<()> {
    let world = World::fresh()?;
    for _ in 0..2 {
        assert_eq!(weighed::call(&world, 1.0).wait()?, 1.0);
        assert_eq!(alone::call(&world, 1.0).wait()?, 0.5);
        assert_eq!(before::score::call(&world, 1.0).wait()?, after::score::call(&world, 1.0).wait()?);
        engrave_student::call(&world, alice()).wait()?;
        margin::call(&world, alice(), 1.0).wait()?;
    }
    let statistics = world.memo().statistics();
    assert_eq!((statistics.misses, statistics.hits), (6, 6));

    let names =
        ["weighed", "alone", "half of it, before", "half of it, after", "engrave_student", "engrave_alumna", "margin"];
    let memo = |name: &str| world.callable(name).map(|callable| callable.memo());
    let mut fingerprints = names.into_iter().map(memo).collect::<ecs::Result<Option<Vec<_>>>>()?.expect("all have one");
    assert_eq!(memo("weighed")?, Some(fingerprints[0]), "within a process it stays the same");
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), names.len());
    Ok(())
}

#[callable]
fn unkept(value: f64) -> f64 {
    value
}

#[test]
fn a_callable_without_memo_runs_each_time() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(world.callable("unkept")?.memo(), None);
    for _ in 0..2 {
        let ran = world.execute("unkept", args! { value: 1.0 }).wait()?;
        assert_eq!(ran.execution().reused(), None);
    }
    assert_eq!(world.memo().statistics(), ecs::MemoStatistics::default());
    Ok(())
}
