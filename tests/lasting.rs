//! A world in a file is there again when it is opened again.

mod common;

use std::path::PathBuf;

use ecs::prelude::*;
use ecs::sqlite::{Durability, Options};
use tempfile::TempDir;

use self::common::{Student, student};

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Raise {
    id: Id,
    #[config(default = 0.25)]
    step: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    title: String,
    students: Vec<Student>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Matrix {
    id: Id,
    name: String,
    cells: Vec<f64>,
}

#[callable]
fn raise(student: &mut Student, raise: &Raise) {
    student.gpa += raise.step;
}

#[callable]
fn raise_by(student: &mut Student, step: f64) {
    student.gpa += step;
}

#[callable]
fn mean(students: &[Student]) -> f64 {
    students.iter().map(|student| student.gpa).sum::<f64>() / students.len() as f64
}

#[callable]
fn enrol(course: &mut Course, student: Student) {
    course.students.push(student);
}

#[callable]
fn rename(matrix: &mut Matrix, name: String) {
    matrix.name = name;
}

#[callable]
fn refuse(student: &Student) -> Result<u8, String> {
    Err(format!("not {}", student.name))
}

struct File {
    _folder: TempDir,
    path: PathBuf,
}

fn file() -> File {
    let folder = tempfile::tempdir().expect("a folder for a test");
    let path = folder.path().join("world.db");
    File { _folder: folder, path }
}

impl File {
    fn open(&self) -> ecs::Result<World> {
        World::open(&self.path)
    }

    fn bytes(&self) -> u64 {
        let of = |suffix: &str| {
            let path = self.path.with_extension(format!("db{suffix}"));
            path.metadata().map_or(0, |metadata| metadata.len())
        };
        of("") + of("-wal")
    }
}

#[test]
fn everything_that_was_recorded_is_there_in_another_process() -> ecs::Result<()> {
    let file = file();
    let (alice, told) = {
        let world = file.open()?;
        let alice = world.insert(student("Alice", 3.5))?;
        let alice = raise::with(Raise { id: Id::new(), step: 0.5 }).call(&world, &alice).wait()?;
        let bob = world.insert(student("Bob", 3.0))?;
        mean::call(&world, vec![alice.clone(), bob]).wait()?;
        refuse::call(&world, &alice).wait().expect_err("it refuses");
        let told = (world.history(&alice)?.to_string(), world.blame(&alice)?.to_string());
        (alice, told)
    };
    let world = file.open()?;
    let read = world.head::<Student>(&alice)?;
    assert_eq!((read.ecs_id(), read.gpa, read.parent()), (alice.ecs_id(), 4.0, alice.parent()));
    assert_eq!((world.history(&read)?.to_string(), world.blame(&read)?.to_string()), told);
    let executions = world.executions(&ExecutionFilter::new())?;
    assert_eq!(
        executions.iter().map(|execution| execution.callable()).collect::<Vec<_>>(),
        ["raise", "mean", "refuse"]
    );
    assert!(
        matches!(&executions[2].status(), Status::Failed { code: "callable-failed", message } if message.ends_with("not Alice"))
    );
    assert_eq!(world.dependents(&read, None)?.steps().len(), executions.len() - 1);

    // And it goes on.
    let next = raise_by::call(&world, &alice, -1.0).wait()?;
    assert_eq!((next.gpa, next.parent()), (3.0, Some(alice.ecs_id())));
    assert_eq!(raise_by::call(&world, &alice, 1.0).wait().expect_err("it is old").code(), "conflict");
    Ok(())
}

#[test]
fn equal_configs_are_one_version_across_processes() -> ecs::Result<()> {
    let file = file();
    let mut used = Vec::new();
    for _ in 0..2 {
        let world = file.open()?;
        let alice = world.insert(student("Alice", 3.5))?;
        let ran = world.execute("raise", args! { student: &alice, step: 0.75 }).wait()?;
        used.extend(ran.execution().configs.iter().copied());
    }
    assert_eq!((used.len(), used[0]), (2, used[1]));
    Ok(())
}

#[test]
fn a_tree_is_read_with_everything_in_it_and_grows_by_what_changed() -> ecs::Result<()> {
    let file = file();
    let course = {
        let world = file.open()?;
        let students = (0..1_000).map(|number| student(&format!("student {number}"), 3.0)).collect();
        world.insert(Course { id: Id::new(), title: "Latin".into(), students })?
    };
    let before = file.bytes();
    let world = file.open()?;
    let mut head = world.get::<Course>(&course)?;
    assert_eq!(*head, *course);
    for number in 0..100 {
        let mut changed = (*head).clone();
        changed.students[number * 7].gpa += 0.5;
        head = world.commit(changed)?;
    }
    drop(world);
    let grown = file.bytes().saturating_sub(before) / 100;
    assert!(grown < 6_000, "{grown} bytes a version, and the students' ids alone are 33,000");
    let world = file.open()?;
    assert_eq!(*world.head::<Course>(&course)?, *head);
    let alice: Stored<Student> = world.child(&head, "students.7")?;
    assert_eq!(world.history(&alice)?.entries().len(), 2);
    Ok(())
}

#[test]
fn a_large_field_is_stored_once_however_often_another_changes() -> ecs::Result<()> {
    let file = file();
    let cells = (0..131_072_u32).map(|cell| f64::from(cell).sqrt()).collect();
    let mut matrix = file.open()?.insert(Matrix { id: Id::new(), name: "first".into(), cells })?;
    let before = file.bytes();
    let world = file.open()?;
    for number in 0..100 {
        matrix = rename::call(&world, &matrix, format!("name {number}")).wait()?;
    }
    drop(world);
    let each = file.bytes().saturating_sub(before) / 100;
    assert!(each <= 2_000, "{each} bytes a version");
    assert_eq!(*file.open()?.head::<Matrix>(&matrix)?, *matrix);
    Ok(())
}

#[test]
fn many_threads_write_at_once_and_nothing_is_lost() -> ecs::Result<()> {
    for durability in [Durability::Process, Durability::PowerLoss, Durability::Batched] {
        let file = file();
        let world = World::builder()
            .on_conflict(OnConflict::Retry(u32::MAX))
            .open_with(&file.path, Options::new().durability(durability))?;
        let alice = world.insert(student("Alice", 0.0))?;
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        raise_by::call(&world, &alice, 1.0).wait().expect("it may run again");
                    }
                });
            }
        });
        assert_eq!(world.head::<Student>(&alice)?.gpa, 80.0);
        assert_eq!(file.open()?.history(&alice)?.entries().len(), 81, "{durability:?}");
    }
    Ok(())
}

#[test]
fn two_worlds_on_one_file_see_each_other_and_lose_no_update() -> ecs::Result<()> {
    let file = file();
    let (one, other) = (file.open()?, file.open()?);
    let alice = one.insert(student("Alice", 3.5))?;
    let raised = raise_by::call(&other, &alice, 0.5).wait()?;
    assert_eq!(one.head::<Student>(&alice)?, raised);
    assert_eq!(raise_by::call(&one, &alice, 0.25).wait().expect_err("it is old").code(), "conflict");
    let both = raise_by::call(&one, &alice, 0.25).on_conflict(OnConflict::Retry(1)).wait()?;
    assert_eq!(both.gpa, 4.25);
    Ok(())
}

#[test]
fn what_is_no_world_is_refused_and_left_as_it_was() {
    let file = file();
    for (content, said) in [
        (
            &b"a text file, long enough to be looked at as a database by anyone who cares to, and still none of it"[..],
            "no database",
        ),
        (&b"SQLite format 3\0 and then nothing that makes sense"[..], "no database"),
    ] {
        std::fs::write(&file.path, content).expect("a file");
        let error = file.open().expect_err("it is no world");
        assert_eq!(error.code(), "store");
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.to_string().contains("world.db"), "{error}");
        assert_eq!(std::fs::read(&file.path).expect("it is there"), content);
    }
    let error = World::open(file.path.join("no folder").join("world.db")).expect_err("there is no such folder");
    assert_eq!(error.code(), "store");
}
