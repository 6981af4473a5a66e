//! What happens in a world is told after its commit, to handlers and streams that ask for it.

#[path = "common/fresh.rs"]
mod fresh;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context as TaskContext, Waker};
use std::time::{Duration, Instant};

use ecs::prelude::*;
use ecs::store::MemoryStore;
use ecs::{EventStream, FailureReason, Handled};
use futures_core::Stream;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    points: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    students: Vec<Student>,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Step {
    id: Id,
    #[config(default = 1)]
    by: i64,
}

#[callable]
fn raise(student: &mut Student, step: &Step) {
    student.points += step.by;
}

#[callable]
fn refuse(student: &mut Student) -> Result<(), String> {
    student.points = -1;
    Err(format!("{} is refused", student.name))
}

#[callable]
fn expel(course: &mut Course, index: usize) -> Student {
    course.students.remove(index)
}

#[callable]
fn first_of(course: Course) -> Option<Student> {
    course.students.into_iter().next()
}

#[callable]
fn enrol(course: &mut Course, student: Student) {
    course.students.push(student);
}

#[callable]
async fn wait_for_ever(student: &mut Student) {
    student.points += 1;
    std::future::pending::<()>().await;
}

/// Meets a conflict the first time: somebody else gives ten points meanwhile.
#[callable(on_conflict = Retry(3))]
fn raise_after_another(context: &Context, student: &mut Student) -> ecs::Result<()> {
    context.emit(format!("saw {}", student.points));
    if student.points == 0 {
        context.commit(Student { points: 10, ..student.clone() })?;
    }
    student.points += 1;
    Ok(())
}

#[callable]
fn raise_inside(context: &Context, student: &Student) -> ecs::Result<i64> {
    Ok(raise::call(context, student.clone(), Step::default()).wait()?.points)
}

#[derive(Debug, PartialEq)]
struct Praised(&'static str);

#[callable]
fn praise(context: &Context, student: &Student, is_meant: bool) -> Result<i64, String> {
    context.emit(Praised("in the call"));
    if is_meant { Ok(student.points) } else { Err("it was not meant".to_owned()) }
}

fn student(name: &str) -> Student {
    Student { id: Id::new(), name: name.to_owned(), points: 0 }
}

fn world_with_alice() -> ecs::Result<(World, Stored<Student>)> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice"))?;
    Ok((world, alice))
}

fn everything(world: &World) -> EventStream {
    world.on(EventFilter::new()).stream()
}

/// All that is there already.
fn told(stream: &mut EventStream) -> Vec<Event> {
    std::iter::from_fn(|| stream.try_next()).collect()
}

/// All that is there already, as it is shown, without ids.
fn words(stream: &mut EventStream) -> Vec<String> {
    let word = |event: &Event| match event.version() {
        Some(version) => format!("{} {}", event.event_type(), version.entity_type.name()),
        None => event.kind.to_string(),
    };
    told(stream).iter().map(word).collect()
}

/// Waits for something that happens on another thread.
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "it never happened that {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

// ---- What is told, and when ---------------------------------------------------------------------

#[test]
fn a_call_is_told_when_it_starts_and_with_all_it_stored_after_it_is_committed() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let mut stream = everything(&world);
    let raised = raise::call(&world, &alice, Step { by: 5, ..Step::default() }).wait()?;
    let events = told(&mut stream);
    let types: Vec<_> = events.iter().map(Event::event_type).collect();
    let expected = [
        EventType::ExecutionStarted,
        EventType::ConfigStored,
        EventType::VersionMutated,
        EventType::ExecutionSucceeded,
    ];
    assert_eq!(types, expected);
    assert!(events.iter().all(|event| event.execution == raised.execution_id() && event.callable == Some("raise")));
    assert!(events.is_sorted_by(|one, next| one.sequence < next.sequence));
    let mutated = events[2].version().expect("it is about a version");
    assert_eq!((mutated.ecs_id, mutated.lineage_id), (raised.ecs_id(), alice.lineage_id()));
    assert_eq!(mutated.entity_type.name(), "Student");
    let config = events[1].ecs_id().expect("it is about a version");
    assert_eq!(world.get::<Step>(config)?.by, 5);
    Ok(())
}

#[test]
fn whatever_an_event_names_is_stored_when_the_event_is_made() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let looked_up = Arc::new(AtomicUsize::new(0));
    // A predicate runs where the event is published, before the call returns.
    let (looking, counter) = (world.clone(), Arc::clone(&looked_up));
    let stream = world
        .on(EventFilter::new().matching(move |event| {
            if let Some(version) = event.version() {
                let head = looking.any_head(version.lineage_id).expect("it is stored");
                assert_eq!(head.ecs_id(), version.ecs_id);
                counter.fetch_add(1, Ordering::Relaxed);
            }
            if event.event_type() == EventType::ExecutionSucceeded {
                let execution = looking.execution(event.execution.expect("it is about one")).expect("it is recorded");
                assert!(execution.is_success());
                counter.fetch_add(1, Ordering::Relaxed);
            }
            true
        }))
        .stream();
    raise::call(&world, &alice, Step::default()).wait()?;
    world.insert(student("Bob"))?;
    assert_eq!(looked_up.load(Ordering::Relaxed), 4, "config, version, execution, and Bob");
    assert!(world.events().failures().is_empty());
    drop(stream);
    Ok(())
}

#[test]
fn nothing_is_told_of_a_call_that_failed_but_that_it_failed() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let mut stream = everything(&world);
    refuse::call(&world, &alice).wait().expect_err("it always refuses");
    assert_eq!(words(&mut stream), ["execution started", "execution failed (callable-failed)"]);
    raise::call(&world, &alice, Step::default()).wait()?;
    told(&mut stream);
    raise::call(&world, &alice, Step::default()).wait().expect_err("the head has moved");
    assert_eq!(words(&mut stream), ["execution started", "execution failed (conflict)"]);
    Ok(())
}

#[test]
fn a_call_by_name_that_is_refused_is_told_as_failed() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stream = everything(&world);
    world.execute("raise", args! { wrong: 1 }).wait().expect_err("there is no such argument");
    assert_eq!(words(&mut stream), ["execution started", "execution failed (unknown-argument)"]);
    Ok(())
}

#[test]
fn a_call_that_is_dropped_half_way_is_told_as_cancelled() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let mut stream = everything(&world);
    let mut call = Box::pin(wait_for_ever::call(&world, &alice).into_future());
    assert!(call.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())).is_pending());
    assert_eq!(words(&mut stream), ["execution started"]);
    drop(call);
    assert_eq!(words(&mut stream), ["execution cancelled"]);
    Ok(())
}

#[test]
fn a_call_that_runs_again_after_a_conflict_is_told_as_retried() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let mut stream = everything(&world);
    let raised = raise_after_another::call(&world, &alice).wait()?;
    assert_eq!(raised.points, 11);
    let events = told(&mut stream);
    let kinds: Vec<_> = events.iter().map(|event| event.event_type()).collect();
    let expected = [
        EventType::ExecutionStarted,
        EventType::VersionMutated, // by the other
        EventType::ExecutionRetried,
        EventType::VersionMutated,
        EventType::UserDefined,
        EventType::ExecutionSucceeded,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(events[2].kind, EventKind::ExecutionRetried { attempt: 2 });
    assert_eq!(events[4].payload::<String>().map(String::as_str), Some("saw 10"), "the lost attempt tells nothing");
    Ok(())
}

#[test]
fn what_is_stored_without_a_callable_is_told_without_an_execution() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stream = everything(&world);
    let alice = world.insert(student("Alice"))?;
    let raised = world.commit(Student { points: 3, ..Student::clone(&alice) })?;
    world.commit(Student::clone(&raised))?;
    let events = told(&mut stream);
    let kinds: Vec<_> = events.iter().map(|event| (event.event_type(), event.ecs_id())).collect();
    assert_eq!(
        kinds,
        [(EventType::VersionCreated, Some(alice.ecs_id())), (EventType::VersionMutated, Some(raised.ecs_id())),],
        "an unchanged commit stores nothing",
    );
    assert!(events.iter().all(|event| event.execution.is_none() && event.callable.is_none()));
    assert!(world.commit(Student { points: 4, ..Student::clone(&alice) }).is_err());
    assert!(told(&mut stream).is_empty(), "a conflict stores nothing");
    Ok(())
}

#[test]
fn everything_in_a_tree_that_has_a_new_version_is_told_of() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stream = everything(&world);
    let course = world.insert(Course { id: Id::new(), students: vec![student("Alice"), student("Bob")] })?;
    let mut created = words(&mut stream);
    created.sort_unstable();
    assert_eq!(created, ["version created Course", "version created Student", "version created Student"]);
    let mut changed = Course::clone(&course);
    changed.students[0].points = 1;
    world.commit(changed)?;
    let mut mutated = words(&mut stream);
    mutated.sort_unstable();
    assert_eq!(mutated, ["version mutated Course", "version mutated Student"], "Bob stays as he was");
    Ok(())
}

#[test]
fn what_leaves_a_tree_is_told_as_detached_and_what_enters_one_as_attached() -> ecs::Result<()> {
    let world = World::fresh()?;
    let course = world.insert(Course { id: Id::new(), students: vec![student("Alice")] })?;
    let alice = world.stored(&course.students[0])?;
    let mut stream = world.on(EventFilter::new().entity::<Student>().entity::<Course>()).stream();

    let (without, expelled) = expel::call(&world, &course, 0_usize).wait()?;
    assert_eq!(expelled, alice, "its content is unchanged, so it is the same version");
    let events = told(&mut stream);
    let detached: Vec<_> = events.iter().filter(|event| event.event_type() == EventType::VersionDetached).collect();
    assert_eq!(detached.len(), 1);
    assert_eq!(detached[0].ecs_id(), Some(alice.ecs_id()));
    assert_eq!(events.len(), 2, "the other is the course without her");

    let again = enrol::call(&world, &without, &expelled).wait()?;
    assert_eq!(words(&mut stream), ["version mutated Course", "version attached Student"]);

    let (_, once_more) = expel::call(&world, &again, 0_usize).wait()?;
    told(&mut stream);
    raise::call(&world, &once_more, Step::default()).wait()?;
    assert_eq!(words(&mut stream), ["version mutated Student"], "it has left before");
    Ok(())
}

#[test]
fn a_root_that_enters_a_tree_is_attached_and_one_that_leaves_it_changed_is_detached() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice"))?;
    let mut stream = world.on(EventFilter::new().entity::<Student>()).stream();
    let course = world.insert(Course { id: Id::new(), students: vec![Student::clone(&alice)] })?;
    let held = world.stored(&course.students[0])?;
    let attached = told(&mut stream);
    assert_eq!(attached.len(), 1);
    assert_eq!((attached[0].event_type(), attached[0].ecs_id()), (EventType::VersionAttached, Some(held.ecs_id())));

    let left = world.commit(Student { points: 7, ..Student::clone(&held) })?;
    let detached = told(&mut stream);
    assert_eq!(detached.len(), 1);
    assert_eq!((detached[0].event_type(), detached[0].ecs_id()), (EventType::VersionDetached, Some(left.ecs_id())));
    Ok(())
}

#[test]
fn a_config_is_told_of_once_however_many_calls_use_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stream = world.on(EventFilter::new().event(EventType::ConfigStored)).stream();
    let raise = raise::with(Step { by: 2, ..Step::default() });
    let mut alice = world.insert(student("Alice"))?;
    for _ in 0..5 {
        alice = raise.call(&world, &alice).wait()?;
    }
    let first = told(&mut stream);
    assert_eq!(first.len(), 1);
    let config = world.get::<Step>(first[0].ecs_id().expect("it is about a version"))?;
    assert_eq!(config.by, 2);
    world.insert(Step { by: 9, ..Step::default() })?;
    assert_eq!(told(&mut stream).len(), 1, "one that is inserted is stored too");
    raise::call(&world, &alice, Step { by: 9, ..Step::default() }).wait()?;
    assert!(told(&mut stream).is_empty(), "and then it is there");
    Ok(())
}

#[test]
fn a_config_that_a_failed_call_was_the_first_to_use_is_told_of_as_it_stays_stored() -> ecs::Result<()> {
    let (world, old) = world_with_alice()?;
    raise::call(&world, &old, Step::default()).wait()?;
    let mut stream = everything(&world);
    let step = Step { by: 4, ..Step::default() };
    raise::call(&world, &old, step).wait().expect_err("the head has moved");
    assert_eq!(words(&mut stream), ["execution started", "config stored Step", "execution failed (conflict)"]);
    Ok(())
}

#[test]
fn nested_executions_are_told_between_those_that_they_are_inside_of_and_name_them() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let mut stream =
        world.on(EventFilter::new().event(EventType::ExecutionStarted).event(EventType::ExecutionSucceeded)).stream();
    raise_inside::call(&world, &alice).wait()?;
    let events = told(&mut stream);
    let shown: Vec<_> = events.iter().map(|event| (event.event_type(), event.callable)).collect();
    let (started, succeeded) = (EventType::ExecutionStarted, EventType::ExecutionSucceeded);
    let (outer, inner) = (Some("raise_inside"), Some("raise"));
    assert_eq!(shown, [(started, outer), (started, inner), (succeeded, inner), (succeeded, outer)]);
    assert_eq!(events[0].parent, None);
    assert!(events[1].parent.is_some() && events[1].parent == events[0].execution);
    assert_eq!(events[2].parent, events[3].execution);
    Ok(())
}

// ---- Filters ------------------------------------------------------------------------------------

#[test]
fn conditions_of_one_kind_are_alternatives_and_those_of_different_kinds_must_all_hold() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (created, mutated) = (EventType::VersionCreated, EventType::VersionMutated);
    let filters = [
        EventFilter::new().event(created),
        EventFilter::new().event(created).event(mutated),
        EventFilter::new().event(created).event(mutated).entity::<Student>(),
        EventFilter::new().entity::<Student>().entity::<Course>(),
        EventFilter::new().entity::<Student>().callable("raise"),
        EventFilter::new().event(created).callable("raise"),
    ];
    let mut streams = filters.map(|filter| world.on(filter).stream());
    world.insert(Course { id: Id::new(), students: vec![] })?;
    let alice = world.insert(student("Alice"))?;
    raise::call(&world, &alice, Step::default()).wait()?;
    let counts = streams.each_mut().map(|stream| told(stream).len());
    assert_eq!(counts, [2, 3, 2, 3, 1, 0]);
    Ok(())
}

#[test]
fn callables_are_picked_by_patterns() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let patterns = ["raise", "raise*", "*", "?aise", "rais?_inside", "raise?", "*ide", "Raise", ""];
    let mut streams = patterns
        .map(|pattern| world.on(EventFilter::new().event(EventType::ExecutionStarted).callable(pattern)).stream());
    raise_inside::call(&world, &alice).wait()?; // calls `raise`
    let counts = streams.each_mut().map(|stream| told(stream).len());
    assert_eq!(counts, [1, 2, 2, 1, 1, 0, 1, 0, 0]);
    Ok(())
}

#[test]
fn a_predicate_sees_the_whole_event() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let mut failed = world
        .on(EventFilter::new().matching(|event| event.kind == EventKind::ExecutionFailed { code: "callable-failed" }))
        .stream();
    raise::call(&world, &alice, Step::default()).wait()?;
    refuse::call(&world, &alice).wait().expect_err("it always refuses");
    raise::call(&world, &alice, Step::default()).wait().expect_err("the head has moved");
    assert_eq!(told(&mut failed).len(), 1);
    Ok(())
}

#[test]
fn what_a_program_tells_is_picked_by_its_type_beside_other_types_of_event() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut only = world.on(EventFilter::new().payload::<Praised>()).stream();
    let mut beside = world.on(EventFilter::new().payload::<Praised>().event(EventType::VersionCreated)).stream();
    let mut all = world.on(EventFilter::new().event(EventType::UserDefined)).stream();
    world.emit(Praised("often"));
    world.emit("something else");
    world.insert(student("Alice"))?;
    assert_eq!(told(&mut only).iter().map(|event| event.payload()).collect::<Vec<_>>(), [Some(&Praised("often"))]);
    assert_eq!(told(&mut beside).len(), 2);
    let all = told(&mut all);
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].payload(), Some(&"something else"));
    assert_eq!(all[1].payload::<Praised>(), None);
    Ok(())
}

#[test]
fn what_a_callable_tells_goes_out_only_if_it_is_committed() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let mut praised = world.on(EventFilter::new().payload::<Praised>()).stream();
    praise::call(&world, &alice, false).wait().expect_err("it was not meant");
    assert!(told(&mut praised).is_empty());
    praise::call(&world, &alice, true).wait()?;
    let events = told(&mut praised);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].callable, Some("praise"));
    let execution = world.execution(events[0].execution.expect("it is that of the call"))?;
    assert!(execution.is_success());
    Ok(())
}

// ---- Subscribers --------------------------------------------------------------------------------

#[test]
fn a_slow_stream_is_told_how_many_events_it_missed_and_gets_the_newest() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut slow = world.on(EventFilter::new()).capacity(3).stream();
    for number in 0..10 {
        world.emit(number);
    }
    let events = told(&mut slow);
    assert_eq!(events[0].kind, EventKind::Missed { count: 7 });
    let rest: Vec<_> = events[1..].iter().map(|event| event.payload::<i32>().copied()).collect();
    assert_eq!(rest, [Some(7), Some(8), Some(9)]);
    assert!(events.is_sorted_by_key(|event| event.sequence));
    world.emit(10);
    assert_eq!(told(&mut slow).len(), 1, "what was told of is not told of again");
    assert_eq!(world.events().statistics().missed, 7);
    Ok(())
}

#[test]
fn a_handler_that_never_returns_blocks_no_call_and_is_told_what_it_missed() -> ecs::Result<()> {
    let (world, mut alice) = world_with_alice()?;
    let (release, wait) = mpsc::channel::<()>();
    let (report, seen) = mpsc::channel();
    let subscription =
        world.on(EventFilter::new().event(EventType::VersionMutated)).capacity(4).handle(move |_, event| {
            report.send(event.kind.clone()).expect("the test listens");
            wait.recv().expect("the test lets it go on");
        });
    alice = raise::call(&world, &alice, Step::default()).wait()?;
    assert!(matches!(seen.recv(), Ok(EventKind::VersionMutated(_))), "it has the first, and keeps it");
    for _ in 0..100 {
        alice = raise::call(&world, &alice, Step::default()).wait()?;
    }
    assert_eq!(alice.points, 101, "all calls have returned");
    for _ in 0..6 {
        release.send(()).expect("the handler waits");
    }
    assert_eq!(seen.recv(), Ok(EventKind::Missed { count: 96 }));
    world.events().wait_idle();
    let rest: Vec<_> = seen.try_iter().collect();
    assert_eq!(rest.len(), 4);
    assert!(matches!(&rest[3], EventKind::VersionMutated(version) if version.ecs_id == alice.ecs_id()));
    drop(subscription);
    Ok(())
}

#[test]
fn a_capacity_of_nothing_holds_one_event() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut newest = world.on(EventFilter::new()).capacity(0).stream();
    world.emit(1);
    world.emit(2);
    let events = told(&mut newest);
    assert_eq!((events.len(), &events[0].kind), (2, &EventKind::Missed { count: 1 }));
    assert_eq!(events[1].payload(), Some(&2));
    Ok(())
}

#[test]
fn a_handler_that_panics_or_fails_harms_nobody_and_goes_on() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let handled = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&handled);
    let difficult = world.on(EventFilter::new().payload::<u32>()).handle(move |_, event| {
        let number = *event.payload::<u32>().expect("it asks for these");
        seen.lock().expect("nobody panics with it").push(number);
        match number {
            1 => panic!("one is too many"),
            2 => Err("two is not allowed"),
            _ => Ok(()),
        }
    });
    let mut other = world.on(EventFilter::new().payload::<u32>()).stream();
    for number in 0..4_u32 {
        world.emit(number);
    }
    raise::call(&world, &alice, Step::default()).wait()?;
    world.events().wait_idle();
    assert_eq!(*handled.lock().expect("nobody panics with it"), [0, 1, 2, 3]);
    assert_eq!(told(&mut other).len(), 4);
    let statistics = world.events().statistics();
    assert_eq!((statistics.handler_panics, statistics.handler_errors), (1, 1));
    let failures = world.events().failures();
    assert_eq!(failures[0].reason, FailureReason::Panic("one is too many".into()));
    assert_eq!(failures[1].reason, FailureReason::Error("two is not allowed".into()));
    assert_eq!(failures[1].event.payload(), Some(&2_u32));
    drop(difficult);
    Ok(())
}

#[test]
fn a_predicate_that_panics_fails_no_call_and_holds_for_nothing() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let mut stream = world
        .on(EventFilter::new()
            .event(EventType::VersionMutated)
            .matching(|event| panic!("event {} is unbearable", event.sequence)))
        .stream();
    raise::call(&world, &alice, Step::default()).wait()?;
    assert!(stream.try_next().is_none());
    assert_eq!(world.events().statistics().handler_panics, 1);
    assert!(world.events().failures()[0].to_string().contains("is unbearable"));
    Ok(())
}

#[test]
fn a_handler_is_called_until_its_subscription_is_dropped() -> ecs::Result<()> {
    let world = World::fresh()?;
    let count = Arc::new(AtomicUsize::new(0));
    let count_to = |count: &Arc<AtomicUsize>| {
        let count = Arc::clone(count);
        world.on(EventFilter::new()).handle(move |_, _| {
            count.fetch_add(1, Ordering::Relaxed);
        })
    };
    let subscription = count_to(&count);
    world.emit(());
    world.events().wait_idle();
    assert_eq!((count.load(Ordering::Relaxed), world.events().statistics().subscriptions), (1, 1));
    drop(subscription);
    assert_eq!(world.events().statistics().subscriptions, 0);
    world.emit(());
    world.events().wait_idle();
    assert_eq!(count.load(Ordering::Relaxed), 1);
    eventually("the thread gave the handler up", || Arc::strong_count(&count) == 1);

    count_to(&count).detach();
    world.emit(());
    world.events().wait_idle();
    assert_eq!(count.load(Ordering::Relaxed), 2, "a detached handler stays");
    drop(world);
    eventually("the thread gave the handler up", || Arc::strong_count(&count) == 1);
    Ok(())
}

#[test]
fn a_stream_ends_after_what_was_told_before_the_world_was_dropped() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stream = everything(&world);
    world.emit(1);
    drop(world);
    assert_eq!(stream.wait_next().and_then(|event| event.payload().copied()), Some(1));
    assert!(stream.wait_next().is_none());
    assert!(stream.wait_next().is_none(), "and stays ended");
    Ok(())
}

#[test]
fn a_stream_that_is_waited_for_ends_when_the_world_is_dropped() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stream = everything(&world);
    let waiting = std::thread::spawn(move || stream.wait_next().is_none());
    std::thread::sleep(Duration::from_millis(20));
    drop(world);
    assert!(waiting.join().expect("waiting is no panic"));
    Ok(())
}

#[test]
fn a_world_lives_on_for_none_of_its_subscribers() -> ecs::Result<()> {
    let store = Arc::new(MemoryStore::default());
    let alive = Arc::downgrade(&store);
    let world = World::with_store(store)?;
    let handled = world.on(EventFilter::new()).handle(|context, event| {
        if let Some(version) = event.version() {
            context.version(version.ecs_id).expect("it is stored");
        }
    });
    world.on(EventFilter::new()).handle_async(|context, _| async move { drop(context) }).detach();
    let stream = everything(&world);
    world.events().keep_recent(10);
    let alice = world.insert(student("Alice"))?;
    raise::call(&world, &alice, Step::default()).wait()?;
    world.events().wait_idle();
    drop((world, alice));
    assert!(alive.upgrade().is_none(), "the store is gone with its world");
    drop((handled, stream));
    Ok(())
}

#[test]
fn a_handler_that_outlasts_its_world_lets_it_go_when_it_returns() -> ecs::Result<()> {
    let store = Arc::new(MemoryStore::default());
    let alive = Arc::downgrade(&store);
    let world = World::with_store(store)?;
    let (release, wait) = mpsc::channel::<()>();
    let (report, begun) = mpsc::channel();
    world
        .on(EventFilter::new())
        .handle(move |context, _| {
            report.send(()).expect("the test listens");
            wait.recv().expect("the test lets it go on");
            context.insert(student("Bob")).expect("the world is there for as long as this runs");
        })
        .detach();
    world.emit(());
    begun.recv().expect("the handler has begun");
    drop(world);
    assert!(alive.upgrade().is_some());
    release.send(()).expect("the handler waits");
    eventually("the world was dropped", || alive.upgrade().is_none());
    Ok(())
}

// ---- Asynchronous programs ----------------------------------------------------------------------

#[tokio::test]
async fn a_stream_is_awaited_and_is_a_stream_for_other_crates() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stream = everything(&world);
    let emitting = world.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        emitting.emit(1);
        emitting.emit(2);
    });
    assert_eq!(stream.next().await.and_then(|event| event.payload().copied()), Some(1));
    let second = poll_fn(|task| Pin::new(&mut stream).poll_next(task)).await;
    assert_eq!(second.and_then(|event| event.payload().copied()), Some(2));
    Ok(())
}

async fn handles_in_order(world: World) -> Vec<i32> {
    let handled = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&handled);
    let subscription = world.on(EventFilter::new().payload::<i32>()).handle_async(move |context, event| {
        let seen = Arc::clone(&seen);
        async move {
            let number = *event.payload::<i32>().expect("it asks for these");
            let alice = context.insert(student("Alice"))?;
            raise::call(&context, &alice, Step::default()).await?;
            assert_ne!(number, 3, "three is too many");
            seen.lock().expect("nobody panics with it").push(number);
            Ok::<(), ecs::Error>(())
        }
    });
    for number in 0..6 {
        world.emit(number);
    }
    world.events().idle().await;
    drop(subscription);
    let handled = handled.lock().expect("nobody panics with it").clone();
    assert_eq!(world.events().statistics().handler_panics, 1);
    assert_eq!(world.executions(&ExecutionFilter::new().callable("raise")).map(|all| all.len()).ok(), Some(6));
    handled
}

#[tokio::test]
async fn an_asynchronous_handler_is_a_task_of_the_runtime() -> ecs::Result<()> {
    assert_eq!(handles_in_order(World::fresh()?).await, [0, 1, 2, 4, 5]);
    Ok(())
}

#[test]
fn an_asynchronous_handler_needs_no_runtime() -> ecs::Result<()> {
    let world = World::fresh()?;
    let handling = std::pin::pin!(handles_in_order(world));
    assert_eq!(wait_for(handling), [0, 1, 2, 4, 5]);
    Ok(())
}

/// Polls a future to its end without a runtime, and without being woken.
fn wait_for<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    loop {
        let polled = future.as_mut().poll(&mut TaskContext::from_waker(Waker::noop()));
        match polled {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

#[test]
fn nobody_waits_for_the_handlers_of_a_runtime_that_has_shut_down() -> ecs::Result<()> {
    let world = World::fresh()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    let subscription = {
        let _entered = runtime.enter();
        world.on(EventFilter::new()).handle_async(|_, _| std::future::pending::<()>())
    };
    world.emit(1);
    world.emit(2);
    assert_eq!(world.events().statistics().pending, 2);
    runtime.block_on(tokio::task::yield_now());
    drop(runtime);
    world.events().wait_idle();
    assert_eq!(world.events().statistics().subscriptions, 0);
    drop(subscription);
    Ok(())
}

#[callable(blocking)]
fn count_slowly(up_to: u64) -> u64 {
    (0..up_to).sum()
}

#[tokio::test]
async fn a_synchronous_handler_has_the_runtime_that_it_was_subscribed_in() -> ecs::Result<()> {
    let world = World::fresh()?;
    let subscription = world.on(EventFilter::new().payload::<u64>()).handle(|context, event| {
        count_slowly::call(context, event.payload::<u64>().copied().unwrap_or_default()).wait().map(drop)
    });
    world.emit(10_u64);
    world.events().idle().await;
    assert!(world.events().failures().is_empty(), "{:?}", world.events().failures());
    assert_eq!(world.executions(&ExecutionFilter::new().callable("count_slowly"))?.len(), 1);
    drop(subscription);
    Ok(())
}

// ---- Statistics, history, idleness --------------------------------------------------------------

#[test]
fn the_history_keeps_the_newest_events_and_only_while_it_is_switched_on() -> ecs::Result<()> {
    let world = World::fresh()?;
    world.emit(0);
    assert!(world.events().recent().is_empty(), "it is off at first");
    world.events().keep_recent(3);
    for number in 1..=5 {
        world.emit(number);
    }
    let numbers =
        || -> Vec<i32> { world.events().recent().iter().filter_map(|event| event.payload().copied()).collect() };
    assert_eq!(numbers(), [3, 4, 5]);
    world.events().keep_recent(1);
    assert_eq!(numbers(), [5]);
    world.events().keep_recent(0);
    world.emit(6);
    assert!(numbers().is_empty());
    Ok(())
}

#[test]
fn statistics_count_what_was_published_delivered_and_missed() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let before = world.events().statistics();
    assert_eq!((before.published_of_all_types(), before.subscriptions), (0, 0), "nobody wanted any");
    let mut small = world.on(EventFilter::new()).capacity(2).stream();
    let mut versions = world.on(EventFilter::new().entity::<Student>()).stream();
    raise::call(&world, &alice, Step::default()).wait()?;
    told(&mut versions);
    let statistics = world.events().statistics();
    assert_eq!(statistics.published(EventType::VersionMutated), 1);
    assert_eq!(statistics.published(EventType::ConfigStored), 1);
    assert_eq!(statistics.published(EventType::ExecutionFailed), 0);
    assert_eq!(statistics.published_of_all_types(), 4);
    assert_eq!((statistics.delivered, statistics.missed, statistics.subscriptions), (1, 2, 2));
    assert_eq!(told(&mut small).len(), 3, "two, and that two were missed");
    assert_eq!(world.events().statistics().delivered, 4);
    Ok(())
}

#[test]
fn an_event_that_nobody_can_want_is_not_made() -> ecs::Result<()> {
    let (world, alice) = world_with_alice()?;
    let failed = world.on(EventFilter::new().event(EventType::ExecutionFailed)).stream();
    raise::call(&world, &alice, Step::default()).wait()?;
    assert_eq!(world.events().statistics().published_of_all_types(), 0);
    refuse::call(&world, &alice).wait().expect_err("it always refuses");
    assert_eq!(world.events().statistics().published_of_all_types(), 1);
    drop(failed);
    Ok(())
}

#[test]
fn a_world_without_handlers_is_idle() -> ecs::Result<()> {
    let world = World::fresh()?;
    let stream = everything(&world);
    world.emit(1);
    world.events().wait_idle();
    drop(stream);
    Ok(())
}

#[test]
fn a_handler_that_waits_for_idleness_is_told_that_it_waits_for_itself() -> ecs::Result<()> {
    let world = World::fresh()?;
    let subscription = world.on(EventFilter::new()).handle(|context, _| context.events().wait_idle());
    world.emit(());
    world.events().wait_idle();
    assert!(world.events().failures()[0].to_string().contains("it is one of them"));
    drop(subscription);
    Ok(())
}

#[test]
fn of_many_threads_that_publish_every_event_reaches_every_subscriber_once() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stream = world.on(EventFilter::new()).capacity(10_000).stream();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let handler = world.on(EventFilter::new()).capacity(10_000).handle(move |_, _| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    std::thread::scope(|scope| {
        for thread in 0..4_usize {
            let world = &world;
            scope.spawn(move || (0..500_usize).for_each(|number| world.emit((thread, number))));
        }
    });
    world.events().wait_idle();
    assert_eq!(count.load(Ordering::Relaxed), 2_000);
    let events = told(&mut stream);
    let mut sequences: Vec<_> = events.iter().map(|event| event.sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, (1..=2_000).collect::<Vec<u64>>());
    for thread in 0..4 {
        let of_thread: Vec<_> = events
            .iter()
            .filter_map(|event| event.payload::<(usize, usize)>())
            .filter_map(|(of, number)| (*of == thread).then_some(*number))
            .collect();
        assert!(of_thread.is_sorted() && of_thread.len() == 500, "those of one thread come in its order");
    }
    drop(handler);
    Ok(())
}

#[test]
fn what_a_handler_may_return_is_nothing_or_a_result() {
    fn is_handled<T: Handled>() {}
    is_handled::<()>();
    is_handled::<ecs::Result<()>>();
    is_handled::<Result<(), std::num::ParseIntError>>();
}
