//! A world with something of everything in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use ecs::im;
use ecs::prelude::*;
use indexmap::IndexMap;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Student {
    pub id: Id,
    pub name: String,
    pub gpa: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    Point,
    Circle(f64),
    Rectangle { width: f64, height: f64 },
    Path(u8, i64),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Untagged {
    Number(i64),
    Text(String),
    Shape(Shape),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Tagged {
    One { value: u8 },
    Two { shape: Shape },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    truth: bool,
    letter: Option<char>,
    small: (i8, u16),
    large: (i64, u64, i128, u128),
    single: f32,
    floats: Vec<f64>,
    maybe: Option<Option<u8>>,
    unit: (),
    array: [u16; 3],
    #[serde(default)]
    sorted: BTreeMap<String, bool>,
    set: BTreeSet<i64>,
    json: serde_json::Value,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Everything {
    pub id: Id,
    plain: Plain,
    text: String,
    shapes: Vec<Shape>,
    untagged: Vec<Untagged>,
    tagged: Vec<Tagged>,
    ordered: IndexMap<String, i32>,
    map: HashMap<u32, String>,
    reference: Option<Ref<Student>>,
    bytes: Vec<u8>,
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Seat {
    Free,
    Taken(Student),
    Shared { first: Student, second: Box<Student> },
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    pub id: Id,
    pub title: String,
    teacher: Student,
    assistant: Option<Box<Student>>,
    pub students: Vec<Student>,
    by_name: HashMap<String, Arc<Student>>,
    in_order: IndexMap<u32, Student>,
    pairs: Vec<(Student, f64)>,
    seats: Vec<Seat>,
    shared: im::Map<u32, Student>,
    row: im::Vector<Student>,
    previous: Option<Box<Course>>,
}

/// Counts its versions, and reads any earlier one.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(version = 3, upgrade = Account::upgrade)]
pub struct Account {
    pub id: Id,
    pub owner: String,
    pub cents: i64,
    holders: Vec<Student>,
}

impl Account {
    fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
        #[derive(Deserialize)]
        struct First {
            owner: String,
            #[serde(default)]
            holders: Vec<Student>,
        }
        let id = old.id();
        let First { owner, holders } = old.read()?;
        Ok(Self { id, owner, cents: 0, holders })
    }
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Raise {
    id: Id,
    #[config(default = 0.25)]
    step: f64,
    #[config(default = vec!["a".to_owned()])]
    words: Vec<String>,
}

#[callable]
pub fn raise(student: &mut Student, raise: &Raise) {
    student.gpa += raise.step;
}

#[callable]
pub fn rename(course: &mut Course, title: String) {
    course.title = title;
}

#[callable]
pub fn enrol(course: Course, student: Student) -> Course {
    Course { students: [course.students, vec![student]].concat(), ..course }
}

#[callable]
pub fn mean(students: &[Student], weights: Vec<f64>, #[default(1.0)] scale: f64) -> f64 {
    students.iter().zip(weights).map(|(student, weight)| student.gpa * weight * scale).sum()
}

#[callable]
pub fn sorted(by_name: BTreeMap<String, Student>, pair: (Student, Student), maybe: Option<Student>) -> Vec<Student> {
    by_name.into_values().chain([pair.0, pair.1]).chain(maybe).collect()
}

#[callable]
pub fn echo(plain: Plain) -> Plain {
    plain
}

#[callable]
pub fn wide(small: u8, large: u128, letter: char, text: &str, words: &[String]) -> (u128, String) {
    (large.saturating_add(u128::from(small)), format!("{letter}{text}{}", words.concat()))
}

#[callable]
pub fn shapes(shape: Shape, untagged: Vec<Untagged>, tagged: Option<Tagged>) -> Vec<Shape> {
    let untagged =
        untagged.into_iter().filter_map(|any| if let Untagged::Shape(shape) = any { Some(shape) } else { None });
    let tagged = tagged.and_then(|tagged| if let Tagged::Two { shape } = tagged { Some(shape) } else { None });
    [shape].into_iter().chain(untagged).chain(tagged).collect()
}

#[callable]
pub fn point_at(student: Ref<Student>, json: serde_json::Value) -> serde_json::Value {
    serde_json::json!([student, json])
}

#[callable(memo)]
pub fn kept(account: &Account, times: u32) -> i64 {
    account.cents.saturating_mul(i64::from(times))
}

#[callable]
pub fn refuse(student: &Student, why: String) -> Result<u8, String> {
    Err(format!("{} is refused: {why}", student.name))
}

#[callable]
pub fn nothing() -> u8 {
    7
}

/// What the world is asked about.
pub struct School {
    pub alice: [Stored<Student>; 2],
    pub course: [Stored<Course>; 2],
    pub everything: Stored<Everything>,
    pub account: Stored<Account>,
    pub raise: Stored<Raise>,
    pub executions: Vec<ExecutionId>,
}

pub fn student(name: &str, gpa: f64) -> Student {
    Student { id: Id::new(), name: name.to_owned(), gpa }
}

fn course(students: u32) -> Course {
    let name = |number: u32| student(&format!("student {number}"), f64::from(number));
    Course {
        id: Id::new(),
        title: "Latin".into(),
        teacher: student("Ms Lang", 4.0),
        assistant: Some(Box::new(student("Tom", 3.5))),
        students: (0..students).map(name).collect(),
        by_name: (0..3).map(|number| (number.to_string(), Arc::new(name(number)))).collect(),
        in_order: (0..3).rev().map(|number| (number, name(number))).collect(),
        pairs: vec![(student("pair", 1.0), 0.5)],
        seats: vec![
            Seat::Free,
            Seat::Taken(student("seated", 2.0)),
            Seat::Shared { first: student("left", 1.0), second: Box::new(student("right", 2.0)) },
        ],
        shared: (0..3).map(|number| (number, name(number))).collect(),
        row: (0..3).map(name).collect(),
        previous: None,
    }
}

fn everything(friend: &Stored<Student>) -> Everything {
    Everything {
        id: Id::new(),
        plain: Plain {
            letter: Some('ß'),
            small: (i8::MIN, u16::MAX),
            large: (i64::MIN, u64::MAX, i128::MIN, u128::MAX),
            floats: vec![-0.0, 0.1 + 0.2],
            maybe: Some(Some(3)),
            sorted: [("a.b".to_owned(), true)].into(),
            set: [1, -1].into(),
            json: serde_json::json!({ "a": [1, 2.5, null, { "b": "c" }], "": "empty" }),
            ..Plain::default()
        },
        text: "@not an address".into(),
        shapes: vec![
            Shape::Point,
            Shape::Circle(1.5),
            Shape::Rectangle { width: 1.0, height: 2.0 },
            Shape::Path(1, -2),
        ],
        untagged: vec![Untagged::Number(-1), Untagged::Text("text".into()), Untagged::Shape(Shape::Circle(2.0))],
        tagged: vec![Tagged::One { value: 1 }, Tagged::Two { shape: Shape::Point }],
        ordered: [("zebra", 1), ("ant", 2)].map(|(name, number)| (name.to_owned(), number)).into(),
        map: (0..3).map(|number| (number, number.to_string())).collect(),
        reference: Some(friend.to_ref()),
        bytes: (0..=255).cycle().take(2_000).collect(),
    }
}

impl School {
    /// Paths to what is there.
    pub const PATHS: &[&str] = &[
        "name",
        "gpa",
        "title",
        "teacher.name",
        "assistant.gpa",
        "students.39.name",
        "by_name[\"1\"].gpa",
        "in_order.2",
        "pairs.0.1",
        "seats.2.Shared.second.name",
        "shared.1",
        "row.2.gpa",
        "previous.students.0",
        "plain.large.3",
        "plain.sorted[\"a.b\"]",
        "plain.json.a.3.b",
        "plain.json[\"\"]",
        "shapes.2.Rectangle.width",
        "untagged.2.Circle",
        "tagged.1.shape",
        "ordered.zebra",
        "map.2",
        "reference",
        "bytes.255",
        "owner",
        "holders.0.name",
        "step",
        "words.0",
    ];

    pub fn fill(world: &World) -> ecs::Result<Self> {
        // More than a container has whose parts are hashed apart.
        Self::with_students(world, 40)
    }

    pub fn with_students(world: &World, students: u32) -> ecs::Result<Self> {
        let first = world.insert(student("Alice", 3.5))?;
        let used = world.insert(Raise { step: 0.5, ..Raise::default() })?;
        let alice = raise::with(&used).call(world, &first).wait()?;
        let mut latin = course(students);
        latin.previous = Some(Box::new(course(1)));
        let latin = world.insert(latin)?;
        let greek = rename::call(world, &latin, "Greek".to_owned()).wait()?;
        let holders = vec![student("Ann", 1.0)];
        let account = world.insert(Account { id: Id::new(), owner: "Bob".into(), cents: 1, holders })?;
        kept::call(world, &account, 3).wait()?;
        kept::call(world, &account, 3).wait()?;
        let refused = refuse::call(world, &alice, "no".to_owned()).wait();
        debug_assert!(refused.is_err(), "it refuses");
        mean::call(world, vec![alice.clone()], vec![alice.gpa], alice.at("gpa")).wait()?;
        wide::call(world, 1, 2, 'c', alice.at("name"), vec!["a".to_owned()]).wait()?;
        let executions = world.executions(&ExecutionFilter::new())?.iter().map(|execution| execution.id).collect();
        let everything = world.insert(everything(&alice))?;
        Ok(Self { everything, alice: [first, alice], course: [latin, greek], account, raise: used, executions })
    }

    /// The versions and the things, each by a name that stands for its id.
    pub fn named(&self) -> Vec<(&'static str, String)> {
        let Self { alice: [first, alice], course: [latin, greek], everything, account, raise, executions } = self;
        let mut named = vec![
            ("FIRST", first.ecs_id().to_string()),
            ("ALICE", alice.ecs_id().to_string()),
            ("LATIN", latin.ecs_id().to_string()),
            ("GREEK", greek.ecs_id().to_string()),
            ("TEACHER", greek.teacher.id().ecs_id().map_or_else(String::new, |ecs_id| ecs_id.to_string())),
            ("EVERYTHING", everything.ecs_id().to_string()),
            ("ACCOUNT", account.ecs_id().to_string()),
            ("RAISE", raise.ecs_id().to_string()),
            ("WHO", alice.lineage_id().to_string()),
            ("COURSE", greek.lineage_id().to_string()),
        ];
        named.extend(executions.iter().map(|id| ("RUN", id.to_string())));
        named
    }

    pub fn ids(&self) -> Vec<String> {
        self.named().into_iter().map(|(_, id)| id).collect()
    }

    /// A text in which `$NAME` stands for an id.
    pub fn with_ids(&self, text: &str) -> String {
        self.named().iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("${name}"), id))
    }
}
