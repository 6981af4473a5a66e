//! A world in a file, and the command run over it.
#![allow(dead_code)]

use std::path::PathBuf;
use std::process::{Command, Stdio};

use ecs::prelude::*;
use serde_json::Value as Json;
use tempfile::TempDir;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Student {
    pub id: Id,
    pub name: String,
    pub gpa: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    pub id: Id,
    pub title: String,
    pub students: Vec<Student>,
    pub rooms: Vec<u16>,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Raise {
    pub id: Id,
    #[config(default = 0.25)]
    pub step: f64,
}

#[callable]
pub fn raise(student: &mut Student, raise: &Raise) {
    student.gpa += raise.step;
}

#[callable]
pub fn mean(students: &[Student]) -> f64 {
    students.iter().map(|student| student.gpa).sum::<f64>() / students.len() as f64
}

#[callable]
pub fn rename(course: &mut Course, title: String) {
    course.title = title;
}

#[callable]
pub fn refuse(student: &Student) -> Result<u8, String> {
    Err(format!("{} is refused", student.name))
}

#[callable]
pub fn raise_twice(context: &Context, student: &Student) -> ecs::Result<f64> {
    let once = raise::call(context, student.clone(), Raise::default()).wait()?;
    Ok(raise::call(context, &once, Raise::default()).wait()?.gpa)
}

/// A file for a world, gone with the test.
pub struct File {
    folder: TempDir,
}

impl File {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder for a test") }
    }

    pub fn path(&self) -> PathBuf {
        self.beside("audit.db")
    }

    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn world(&self) -> World {
        World::open(self.path()).expect("a world in a file")
    }

    /// The command over this file.
    pub fn command(&self) -> Command {
        let mut command = bare_command();
        command.arg("--db").arg(self.path());
        command
    }

    /// Asks the command, whose answer goes into a pipe.
    pub fn ask(&self, arguments: &[&str]) -> Answer {
        Answer::of(self.command().args(arguments))
    }

    /// What the command answers if all is well.
    pub fn answer(&self, arguments: &[&str]) -> String {
        let answer = self.ask(arguments);
        assert_eq!((answer.code, &*answer.errors), (0, ""), "{arguments:?}: {}", answer.text);
        answer.text
    }

    /// The same in JSON.
    pub fn json(&self, arguments: &[&str]) -> Json {
        let answer = self.answer(&[arguments, &["--json"]].concat());
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {answer}"))
    }
}

/// The command without a file.
pub fn bare_command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs"));
    command.env_remove("ECS_DB").stdin(Stdio::null());
    command
}

/// What the command answered.
#[derive(Debug)]
pub struct Answer {
    pub code: i32,
    pub text: String,
    pub errors: String,
}

impl Answer {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the command runs");
        Self {
            code: output.status.code().expect("no signal ended it"),
            text: String::from_utf8(output.stdout).expect("it is UTF-8"),
            errors: String::from_utf8(output.stderr).expect("it is UTF-8"),
        }
    }
}

/// A file with Alice, raised twice, Bob, their mean, a refusal and a course that holds two others.
pub struct School {
    pub file: File,
    pub alice: [Stored<Student>; 3],
    pub bob: Stored<Student>,
    pub course: [Stored<Course>; 2],
}

pub fn student(name: &str, gpa: f64) -> Student {
    Student { id: Id::new(), name: name.to_owned(), gpa }
}

pub fn school() -> School {
    let file = File::new();
    let (alice, bob, course) = fill(&file.world()).expect("the school is stored");
    School { file, alice, bob, course }
}

type Filled = ([Stored<Student>; 3], Stored<Student>, [Stored<Course>; 2]);

fn fill(world: &World) -> ecs::Result<Filled> {
    let first = world.insert(student("Alice", 3.0))?;
    let second = raise::call(world, &first, Raise::default()).wait()?;
    let third = raise::call(world, &second, Raise { step: 0.5, ..Raise::default() }).wait()?;
    let bob = world.insert(student("Bob", 2.0))?;
    mean::call(world, vec![third.clone(), bob.clone()]).wait()?;
    refuse::call(world, &bob).wait().expect_err("it refuses");
    let students = vec![student("Carol", 1.0), student("Dan", 2.5)];
    let latin = world.insert(Course { id: Id::new(), title: "Latin".into(), students, rooms: vec![7, 12] })?;
    let greek = rename::call(world, &latin, "Greek".to_owned()).wait()?;
    Ok(([first, second, third], bob, [latin, greek]))
}

/// The last group of digits of an id, as tables show it.
pub fn short(id: impl std::fmt::Display) -> String {
    id.to_string().rsplit('-').next().expect("an id has groups").to_owned()
}
