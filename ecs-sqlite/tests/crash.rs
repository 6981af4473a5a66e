//! Whoever was told that something is stored finds it, whenever the process was killed.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use ecs::prelude::*;

use self::common::{Course, Document, File, Student, append, enrol, raise_all, raise_by, student, text, whole};

/// Set for the process that is killed: the path of its file.
const FILE: &str = "ECS_FILE_OF_THE_KILLED";

/// How many rounds go on with one file.
const ROUNDS_OF_A_FILE: usize = 5;

#[test]
fn whatever_was_acknowledged_is_there_after_a_kill() {
    kill_and_look(20);
}

#[test]
#[ignore = "a few minutes"]
fn whatever_was_acknowledged_is_there_after_two_hundred_kills() {
    kill_and_look(200);
}

fn kill_and_look(rounds: usize) {
    let mut random = fastrand::Rng::new();
    let (mut file, mut acknowledged, mut all) = (File::new(), Vec::new(), 0);
    for round in 0..rounds {
        if round % ROUNDS_OF_A_FILE == 0 {
            file = File::new();
            acknowledged.clear();
        }
        // From a kill while the file is being made on.
        let told = told_until_killed(&file.path, Duration::from_millis(random.u64(10..250)));
        all += told.len();
        acknowledged.extend(told);
        look(&file, &acknowledged);
    }
    assert!(all > rounds, "{all} commits were acknowledged in {rounds} rounds");
}

/// Starts the process, kills it, and gives the versions that it was told are stored, each with what it holds.
fn told_until_killed(path: &Path, after: Duration) -> Vec<(EcsId, f64)> {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "the_process_that_is_killed", "--nocapture"])
        .env(FILE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this program starts");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let reading = thread::spawn(move || {
        let told = output.lines().map_while(Result::ok).filter_map(|line| {
            let (ecs_id, value) = line.strip_prefix("stored @")?.strip_suffix(" for good")?.split_once(' ')?;
            Some((ecs_id.parse().ok()?, value.parse().ok()?))
        });
        told.collect::<Vec<_>>()
    });
    thread::sleep(after);
    // `SIGKILL`.
    child.kill().expect("it runs until it is killed");
    child.wait().expect("it was killed");
    reading.join().expect("it reads to the end")
}

/// Everything is there, and nothing is there in part.
fn look(file: &File, acknowledged: &[(EcsId, f64)]) {
    let world = file.open();
    for (ecs_id, value) in acknowledged {
        let version = world.version(*ecs_id).expect("what was acknowledged is there");
        let found = if let Ok(student) = version.clone().downcast::<Student>() {
            student.gpa
        } else if let Ok(course) = version.clone().downcast::<Course>() {
            course.students.iter().map(|student| student.gpa).sum()
        } else {
            version.clone().downcast::<Document>().expect("there is nothing else").text.len() as f64
        };
        assert_eq!(found, *value, "{version:?}");
        if let Some(execution) = version.execution_id() {
            let execution = world.execution(execution).expect("what made it is there");
            assert!(execution.outputs.iter().any(|output| output.ecs_id == *ecs_id));
        }
    }
    whole(&file.path);
    // And it goes on.
    let zoe = world.insert(student("Zoe", 1.0)).expect("it can be written");
    raise_by::call(&world, &zoe, 1.0).wait().expect("it can be written");
}

fn tell(ecs_id: EcsId, value: f64) {
    // In one piece, so that a line is never read that was not told to its end.
    let line = format!("stored @{ecs_id} {value} for good\n");
    std::io::stdout().lock().write_all(line.as_bytes()).expect("someone listens");
}

/// No test, but the process that the tests above kill.
#[test]
fn the_process_that_is_killed() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let world = World::open(path).expect("a world");
    thread::scope(|scope| {
        scope.spawn(|| run(|| one_student(&world)));
        scope.spawn(|| run(|| one_tree(&world)));
        scope.spawn(|| run(|| one_document(&world)));
        scope.spawn(|| run(|| calls_in_a_call(&world)));
    });
}

fn run(one: impl Fn() -> ecs::Result<()>) {
    loop {
        one().expect("nobody else touches these");
    }
}

fn one_student(world: &World) -> ecs::Result<()> {
    let mut alice = world.insert(student("Alice", 0.0))?;
    tell(alice.ecs_id(), 0.0);
    for _ in 0..20 {
        alice = raise_by::call(world, &alice, 1.0).wait()?;
        tell(alice.ecs_id(), alice.gpa);
    }
    Ok(())
}

fn one_tree(world: &World) -> ecs::Result<()> {
    let students = (0..20).map(|number| student(&format!("student {number}"), 1.0)).collect();
    let mut course = world.insert(Course { id: Id::new(), title: "Latin".into(), students, best: Vec::new() })?;
    tell(course.ecs_id(), 20.0);
    for number in 0..10 {
        let mut changed = (*course).clone();
        changed.students[number].gpa += 1.0;
        course = world.commit(changed)?;
        tell(course.ecs_id(), 21.0 + 2.0 * number as f64);
        course = enrol::call(world, &course, student("one more", 1.0)).wait()?;
        tell(course.ecs_id(), 22.0 + 2.0 * number as f64);
    }
    Ok(())
}

fn one_document(world: &World) -> ecs::Result<()> {
    let mut document = world.insert(Document { id: Id::new(), title: "Thesis".into(), text: text(30_000) })?;
    tell(document.ecs_id(), 30_000.0);
    for _ in 0..5 {
        document = append::call(world, &document, "and so on").wait()?;
        tell(document.ecs_id(), document.text.len() as f64);
    }
    Ok(())
}

fn calls_in_a_call(world: &World) -> ecs::Result<()> {
    let students = [student("Bob", 1.0), student("Carol", 2.0)].map(|student| world.insert(student));
    let [bob, carol] = students;
    let (bob, carol) = (bob?, carol?);
    raise_all::call(world, vec![bob.clone(), carol.clone()], 1.0).wait()?;
    for student in [bob, carol] {
        let raised = world.head::<Student>(&student)?;
        tell(raised.ecs_id(), student.gpa + 1.0);
    }
    Ok(())
}
