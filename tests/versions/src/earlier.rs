//! The program as it was: it stores a world in the file that it is given, and prints the id of each thing.
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::collections::BTreeMap;

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Account {
    id: Id,
    name: String,
    euros: f64,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
    account: Option<Account>,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Course {
    id: Id,
    title: String,
    teacher: Student,
    students: Vec<Student>,
    assistants: BTreeMap<String, Student>,
    reading: Vec<Ref<Note>>,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Chain {
    id: Id,
    number: u32,
    next: Option<Box<Chain>>,
}

#[derive(ConfigEntity, Clone, Debug, Serialize, Deserialize)]
struct Limit {
    id: Id,
    #[config(default = 100)]
    most: i64,
}

/// Later only gets fields that serde knows what to do with.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Note {
    id: Id,
    text: String,
    author: Option<Student>,
}

/// Later changes without saying how.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Book {
    id: Id,
    title: String,
    pages: u32,
}

/// What its upgrades do, later, is in its text.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Hopeless {
    id: Id,
    text: String,
    student: Option<Student>,
}

/// Is no type of the later program.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Ship {
    id: Id,
    name: String,
    crew: Vec<Student>,
}

/// A type that this program has a later version of.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(version = 3, upgrade = Ahead::upgrade)]
struct Ahead {
    id: Id,
    warp: f64,
}

impl Ahead {
    fn upgrade(_: ecs::Old) -> Result<Self, String> {
        Err("nothing was stored before".into())
    }
}

#[callable]
fn deposit(account: &mut Account, euros: f64, limit: &Limit) {
    account.euros = (account.euros + euros).min(limit.most as f64);
}

/// The same as it is later, on another account.
#[callable]
fn close(account: &mut Account) {
    account.clear();
}

impl Account {
    fn clear(&mut self) {
        self.euros = 0.0;
    }
}

fn account(name: &str, euros: f64) -> Account {
    Account { id: Id::new(), name: name.into(), euros }
}

fn student(name: &str, gpa: f64) -> Student {
    Student { id: Id::new(), name: name.into(), gpa, account: None }
}

fn main() -> ecs::Result<()> {
    let Some(path) = std::env::args().nth(1) else { panic!("a file is to be given") };
    let world = World::open(&path)?;
    let first = world.insert(account("Alice", 12.5))?;
    println!("first {}", first.ecs_id());
    let limited = deposit::with(Limit { id: Id::new(), most: 100 });
    let account_of = limited.call(&world, &first, 0.25).wait()?;
    println!("account {}", account_of.ecs_id());

    let closing = world.insert(account("Bob", 2.0))?;
    println!("closed {}", close::call(&world, &closing).wait()?.ecs_id());

    let note = world.insert(Note { id: Id::new(), text: "read this".into(), author: Some(student("Ann", 2.0)) })?;
    println!("note {}", note.ecs_id());
    println!("author {}", world.child::<Student>(&note, "author")?.ecs_id());
    let course = world.insert(Course {
        id: Id::new(),
        title: "Latin".into(),
        teacher: Student { account: Some(account("Lang", 1.0)), ..student("Ms Lang", 4.0) },
        students: (0..40).map(|number| student(&format!("student {number}"), 3.0)).collect(),
        assistants: [("first", "Tom"), ("second", "Tim")].map(|(key, name)| (key.into(), student(name, 3.5))).into(),
        reading: vec![note.to_ref()],
    })?;
    println!("course {}", course.ecs_id());
    for (name, path) in [("teacher", "teacher"), ("student", "students.7"), ("assistant", "assistants.first")] {
        println!("{name} {}", world.child::<Student>(&course, path)?.ecs_id());
    }
    println!("purse {}", world.child::<Account>(&course, "teacher.account")?.ecs_id());

    let chain = (0..200).fold(None, |next, number| Some(Box::new(Chain { id: Id::new(), number, next })));
    if let Some(chain) = chain {
        println!("chain {}", world.insert(*chain)?.ecs_id());
    }
    println!("book {}", world.insert(Book { id: Id::new(), title: "Emma".into(), pages: 474 })?.ecs_id());
    for text in ["refuse", "panic", "another shape", "a new entity", "one twice"] {
        let hopeless = Hopeless { id: Id::new(), text: text.into(), student: Some(student("Eve", 1.0)) };
        println!("{} {}", text.replace(' ', "-"), world.insert(hopeless)?.ecs_id());
    }
    let ship = world.insert(Ship { id: Id::new(), name: "Beagle".into(), crew: vec![student("Darwin", 4.0)] })?;
    println!("ship {}", ship.ecs_id());
    println!("renamed {}", world.commit(Ship { name: "Argo".into(), ..(*ship).clone() })?.ecs_id());
    println!("ahead {}", world.insert(Ahead { id: Id::new(), warp: 9.0 })?.ecs_id());
    Ok(())
}
