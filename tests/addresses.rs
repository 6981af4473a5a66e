//! Addresses into trees: what they lead to, how they are spelled, and what they are good for as arguments.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};

use common::{Student, student};
use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

/// A label that is told from others by its text.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Badge {
    id: Id,
    text: String,
}

impl PartialEq for Badge {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Badge {}

impl Hash for Badge {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.text.hash(hasher);
    }
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Seat {
    Free,
    Taken(Student),
    Shared { by: (Student, Student), since: u16 },
    Row(u8, Vec<Student>),
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Desk {
    owner: Student,
    weight: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Room {
    id: Id,
    name: String,
    seats: Vec<Seat>,
    desk: Option<Box<Desk>>,
    spare: Option<Student>,
    by_name: BTreeMap<String, Student>,
    by_number: HashMap<i32, (Student, f64)>,
    badges: HashSet<Badge>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct House {
    id: Id,
    rooms: Vec<Room>,
    main: Room,
    size: f64,
}

const KEYS: [&str; 12] = [
    "plain",
    "with.dot",
    "say \"hi\"",
    "back\\slash",
    "br[ack]et",
    "[\"nested\"]",
    "7",
    "007",
    "Ζωή 学",
    "",
    "items",
    "__class__",
];

fn room(name: &str) -> Room {
    Room {
        id: Id::new(),
        name: name.to_owned(),
        seats: vec![
            Seat::Free,
            Seat::Taken(student("Alice", 1.0)),
            Seat::Shared { by: (student("Bob", 2.0), student("Carol", 3.0)), since: 2007 },
            Seat::Row(3, vec![student("Dan", 4.0)]),
        ],
        desk: Some(Box::new(Desk { owner: student("Eve", 5.0), weight: 12.5 })),
        spare: None,
        by_name: KEYS.iter().map(|key| ((*key).to_owned(), student(key, 6.0))).collect(),
        by_number: HashMap::from([(7, (student("Seven", 7.0), 0.7)), (-7, (student("Minus", 8.0), 0.8))]),
        badges: HashSet::from([
            Badge { id: Id::new(), text: "red".to_owned() },
            Badge { id: Id::new(), text: "blue".to_owned() },
        ]),
    }
}

fn house() -> ecs::Result<(World, Stored<House>)> {
    let world = World::fresh()?;
    let house = House { id: Id::new(), rooms: vec![room("first"), room("second")], main: room("main"), size: 99.5 };
    let house = world.insert(house)?;
    Ok((world, house))
}

/// The address as text.
fn at(house: &Stored<House>, path: &str) -> String {
    format!("{house}{path}")
}

/// A key as a quoted step.
fn quoted(key: &str) -> String {
    format!("[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))
}

// ---- Where addresses lead -----------------------------------------------------------------------

// predecessor 1.10: list indices and dict keys failed ✗; 1.3 A5: a child by list index or dict key failed ✗
#[test]
fn a_child_is_found_by_every_kind_of_step() -> ecs::Result<()> {
    let (world, house) = house()?;
    for (path, name) in [
        ("main.seats.1.Taken", "Alice"),
        (".main.seats.2.Shared.by.0", "Bob"),
        ("rooms.1.seats.2.Shared.by.1", "Carol"),
        ("rooms.0.seats.3.Row.1.0", "Dan"),
        ("rooms.0.desk.owner", "Eve"),
        ("main.by_number.7.0", "Seven"),
        ("main.by_number.-7.0", "Minus"),
        ("main[\"by_number\"][\"-7\"].0", "Minus"),
        ("main.by_number[\"7\"].0", "Seven"),
    ] {
        let child: Stored<Student> = world.child(&house, path)?;
        assert_eq!(child.name, name, "{path}");
        assert_eq!(world.read(&house.at::<Student>(path))?, *child, "{path}");
        assert_eq!(world.read(&house.at::<String>(&format!("{path}.name")))?, name, "{path}");
        assert_eq!(world.stored(&*child)?, child);
        assert_eq!(world.get::<Student>(child.ecs_id())?.name, name, "it has an id of its own");
        assert_eq!(world.child::<Student>(&house, &child.path().to_string())?, child, "and says where it is");
        assert_eq!((child.root(), child.is_root()), (house.ecs_id(), false));
    }
    let room: Stored<Room> = world.child(&house, "rooms.1")?;
    assert_eq!(world.child::<Student>(&room, "desk.owner")?.holder(), Some(room.ecs_id()));
    Ok(())
}

// predecessor 1.10: keys with dots, int keys and the key "items" failed or gave a method ✗
#[test]
fn a_key_may_be_any_text_and_is_only_ever_a_key() -> ecs::Result<()> {
    let (world, house) = house()?;
    for key in KEYS {
        let path = format!("main.by_name{}", quoted(key));
        let child: Stored<Student> = world.child(&house, &path)?;
        assert_eq!(child.name, key);
        assert_eq!(world.resolve(&at(&house, &format!(".{path}.name")).parse()?)?, json!(key));
        assert_eq!(world.child::<Student>(&house, &child.path().to_string())?, child, "{key:?}");
        let spelled: Address = child.path().to_string().parse::<Path>().map(|path| house.address().with_path(path))?;
        assert_eq!(spelled.to_string().parse::<Address>()?, spelled, "{key:?} is spelled as it is read");
    }
    for key in ["plain", "007", "7", "items", "__class__"] {
        assert_eq!(world.child::<Student>(&house, &format!("main.by_name.{key}"))?.name, key);
    }
    for nothing in ["len", "keys", "__dict__", "clone"] {
        let error = world.child::<Student>(&house, &format!("main.by_name.{nothing}")).expect_err("it is no key");
        assert_eq!(error.code(), "unknown-field", "{nothing}");
        let error = world.child::<Student>(&house, &format!("main.{nothing}")).expect_err("it is no field");
        assert_eq!(error.code(), "unknown-field", "{nothing}");
    }
    Ok(())
}

#[test]
fn a_member_of_a_set_is_addressed_by_its_lineage() -> ecs::Result<()> {
    let (world, house) = house()?;
    for badge in &house.main.badges {
        let lineage = badge.id.lineage_id().to_string();
        for spelled in [lineage.clone(), lineage.to_uppercase(), lineage.replace('-', "")] {
            let found: Stored<Badge> = world.child(&house, &format!("main.badges[\"{spelled}\"]"))?;
            assert_eq!(found.text, badge.text);
            assert_eq!(
                world.resolve(&at(&house, &format!(".main.badges.{spelled}.text")).parse()?)?,
                json!(badge.text)
            );
        }
    }
    Ok(())
}

#[test]
fn the_address_of_a_head_follows_the_head_of_the_root_and_of_the_child() -> ecs::Result<()> {
    let (world, house) = house()?;
    let alice: Stored<Student> = world.child(&house, "main.seats.1.Taken")?;
    let through_root: Address = format!("@head:{}.main.seats.1.Taken.gpa", house.lineage_id()).parse()?;
    let through_child: Address = format!("@head:{}.gpa", alice.lineage_id()).parse()?;
    assert_eq!((world.resolve(&through_root)?, world.resolve(&through_child)?), (json!(1.0), json!(1.0)));

    let mut changed = House::clone(&house);
    let Seat::Taken(student) = &mut changed.main.seats[1] else { unreachable!("Alice sits there") };
    student.gpa = 1.5;
    world.commit(changed)?;
    assert_eq!((world.resolve(&through_root)?, world.resolve(&through_child)?), (json!(1.5), json!(1.5)));
    assert_eq!(world.read(&house.at::<f64>("main.seats.1.Taken.gpa"))?, 1.0);
    assert_eq!(world.read(&alice.at::<f64>("gpa"))?, 1.0);
    Ok(())
}

// predecessor 1.10: addresses in upper case or without hyphens were plain strings in arguments ✗
#[tokio::test]
async fn every_spelling_of_an_id_leads_into_the_tree() -> ecs::Result<()> {
    let (world, house) = house()?;
    let id = house.ecs_id().to_string();
    for text in [id.to_uppercase(), id.replace('-', ""), id.clone()] {
        let address = format!("@{text}.main.seats.1.Taken");
        let outcome = world.execute("name_of", args! { student: address.as_str() }).await?;
        assert_eq!(outcome.value()?, json!("Alice"));
    }
    Ok(())
}

#[test]
fn a_path_that_leads_nowhere_says_what_there_is() -> ecs::Result<()> {
    let (world, house) = house()?;
    for (path, code, parts) in [
        (".rooms.2", "index-out-of-range", vec!["index 2", "2 elements"]),
        (".rooms.first", "step-into-value", vec!["a sequence"]),
        (".rooms.0.nope", "unknown-field", vec!["`seats`", "`by_name`", "`badges`"]),
        (".main.seats.1.Free", "unknown-field", vec!["`Taken`"]),
        (".main.seats.0.Taken", "step-into-value", vec!["a variant"]),
        (".main.seats.1.Taken.nope", "unknown-field", vec!["`gpa`"]),
        (".main.seats.2.Shared.by.2", "index-out-of-range", vec!["2 elements"]),
        (".main.desk.lamp", "unknown-field", vec!["`owner`", "`weight`"]),
        (".main.spare.name", "step-into-value", vec!["nothing"]),
        (".main.by_name.nobody", "unknown-field", vec!["`plain`", "`with.dot`"]),
        (".main.by_number.8", "unknown-field", vec!["`7`", "`-7`"]),
        (".main.by_number.7.0.gpa.x", "step-into-value", vec!["a number"]),
        (".main.badges.nobody", "step-into-value", vec!["a set", "lineage"]),
    ] {
        let address: Address = at(&house, path).parse()?;
        let error = world.resolve(&address).expect_err(path);
        assert_eq!(error.code(), code, "{path}: {error}");
        assert_eq!(world.child::<Student>(&house, path).expect_err(path).code(), code);
        let message = error.to_string();
        for part in parts.into_iter().chain([format!("`{address}`").as_str()]) {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
    for (path, given) in [(".size", "99.5"), (".main.spare", "null"), (".main.by_number.7.1", "0.7")] {
        let error = world.child::<Student>(&house, path).expect_err(path);
        assert_eq!(error.code(), "not-an-entity", "{error}");
        assert!(error.to_string().contains(given) && error.to_string().contains(&at(&house, path)), "{error}");
    }
    let error = world.child::<Room>(&house, "main.seats.1.Taken").expect_err("it is a student");
    assert_eq!(error.code(), "wrong-entity-type");
    assert!(error.to_string().contains("Student") && error.to_string().contains("Room"), "{error}");
    assert_eq!(world.child::<Room>(&house, "rooms..0").expect_err("no path").code(), "malformed-address");
    Ok(())
}

// ---- As arguments -------------------------------------------------------------------------------

#[callable]
fn name_of(student: &Student) -> String {
    student.name.clone()
}

#[callable]
fn mixed(name: &str, student: &Student, other: &Student, threshold: f64) -> Student {
    let gpa = student.gpa + other.gpa + threshold;
    Student { id: Id::new(), name: name.to_owned(), gpa }
}

#[callable]
fn doubled(value: f64) -> f64 {
    value * 2.0
}

#[callable]
fn desk_weight(desk: Desk2) -> f64 {
    desk.weight
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Desk2 {
    weight: f64,
}

#[callable]
fn names_of(students: &[Student]) -> Vec<String> {
    students.iter().map(|student| student.name.clone()).collect()
}

#[callable]
fn names_by_key(students: BTreeMap<String, Student>) -> BTreeMap<String, String> {
    students.into_iter().map(|(key, student)| (key, student.name)).collect()
}

#[callable]
fn spare_name(spare: Option<Student>) -> Option<String> {
    spare.map(|spare| spare.name)
}

#[callable]
fn paired(pair: (Student, Student)) -> String {
    format!("{} and {}", pair.0.name, pair.1.name)
}

#[callable]
fn weighted(marks: HashMap<i32, (Student, f64)>) -> f64 {
    marks.values().map(|(student, weight)| student.gpa * weight).sum()
}

/// What an argument was taken from.
fn sources(execution: &Execution, argument: &str) -> Vec<(String, String)> {
    let argument = execution.argument(argument).expect("a parameter");
    argument.sources.iter().map(|source| (source.to.to_string(), source.from.to_string())).collect()
}

// predecessor 1.3 A4, A5, A7: an entity by address beside others was not resolved ✗
#[tokio::test]
async fn children_fields_and_elements_are_arguments_typed_and_by_name() -> ecs::Result<()> {
    let (world, house) = house()?;
    let alice: Stored<Student> = world.child(&house, "main.seats.1.Taken")?;
    let typed = mixed::call(
        &world,
        house.at("main.by_name.plain.name"),
        &alice,
        house.at("rooms.0.seats.2.Shared.by.0"),
        house.at("main.by_number.7.1"),
    )
    .recorded()
    .await?;
    let by_name = world
        .execute(
            "mixed",
            args! {
                name: at(&house, ".main.by_name.plain.name"),
                student: &alice,
                other: at(&house, ".rooms.0.seats.2.Shared.by.0"),
                threshold: house.at::<f64>("main.by_number.7.1"),
            },
        )
        .await?;
    for (execution, output) in [(&typed.execution, &typed.output), (by_name.execution(), &by_name.output(0)?)] {
        assert_eq!((output.name.as_str(), output.gpa), ("plain", 3.7));
        assert_eq!(execution.argument("student").expect("a parameter").versions[..], [alice.ecs_id()]);
        let bob: Stored<Student> = world.child(&house, "rooms.0.seats.2.Shared.by.0")?;
        assert_eq!(execution.argument("other").expect("a parameter").versions[..], [bob.ecs_id()]);
        assert_eq!(sources(execution, "other"), [(String::new(), at(&house, ".rooms.0.seats.2.Shared.by.0"))]);
        assert_eq!(sources(execution, "threshold"), [(String::new(), at(&house, ".main.by_number.7.1"))]);
    }
    assert_eq!(world.execute("desk_weight", args! { desk: at(&house, ".main.desk") }).await?.value()?, json!(12.5));
    assert_eq!(doubled::call(&world, alice.at("gpa")).await?, 2.0);
    Ok(())
}

// predecessor 1.10 "@id.list / @id.dict": a whole container by address
#[tokio::test]
async fn a_whole_container_of_children_is_an_argument_by_its_address() -> ecs::Result<()> {
    let (world, house) = house()?;
    let dan: Stored<Student> = world.child(&house, "main.seats.3.Row.1.0")?;
    let row = names_of::call(&world, house.at("main.seats.3.Row.1")).recorded().await?;
    assert_eq!(row.output, ["Dan"]);
    assert_eq!(row.execution.argument("students").expect("a parameter").versions[..], [dan.ecs_id()]);
    assert_eq!(sources(&row.execution, "students"), [(".0".to_owned(), at(&house, ".main.seats.3.Row.1.0"))]);

    let by_key = names_by_key::call(&world, house.at("main.by_name")).await?;
    assert!(by_key.iter().all(|(key, name)| key == name) && by_key.len() == KEYS.len(), "{by_key:?}");
    assert_eq!(weighted::call(&world, house.at("main.by_number")).await?, 7.0 * 0.7 + 8.0 * 0.8);
    assert_eq!(paired::call(&world, house.at("main.seats.2.Shared.by")).await?, "Bob and Carol");
    assert_eq!(spare_name::call(&world, house.at("main.spare")).await?, None);
    assert_eq!(spare_name::call(&world, house.at("main.by_name.plain")).await?, Some("plain".to_owned()));

    for (callable, argument, path, value) in [
        ("names_of", "students", ".main.seats.3.Row.1", json!(["Dan"])),
        ("paired", "pair", ".main.seats.2.Shared.by", json!("Bob and Carol")),
        ("spare_name", "spare", ".main.spare", json!(null)),
    ] {
        let given = Args::from(json!({ argument: at(&house, path) }));
        assert_eq!(world.execute(callable, given).await?.value()?, value, "{callable}");
    }
    let head = format!("@head:{}.main.seats.3.Row.1", house.lineage_id());
    let row = world.execute("names_of", args! { students: head }).await?;
    assert_eq!(sources(row.execution(), "students"), [(".0".to_owned(), at(&house, ".main.seats.3.Row.1.0"))]);
    Ok(())
}

#[tokio::test]
async fn an_address_of_something_else_is_refused_with_what_is_accepted() -> ecs::Result<()> {
    let (world, house) = house()?;
    for (callable, argument, path, parts) in [
        ("name_of", "student", ".main.name", vec!["\"main\"", "Student", "a part of an entity is no entity"]),
        ("name_of", "student", ".main", vec!["a `Room`", "Student", "another type of entity"]),
        ("names_of", "students", ".main.seats.1.Taken", vec!["a `Student`", "Vec", "it is one entity"]),
        ("names_of", "students", ".main.by_name", vec!["Vec", "a sequence is given as an array"]),
        ("names_of", "students", ".size", vec!["Vec", "a sequence is given as an array"]),
        ("names_by_key", "students", ".main.seats.3.Row.1", vec!["BTreeMap", "a map is given as an object"]),
        ("paired", "pair", ".main.seats.3.Row.1", vec!["1 elements", "it has 2 elements"]),
        ("doubled", "value", ".main.name", vec!["\"main\"", "f64"]),
    ] {
        let given = Args::from(json!({ argument: at(&house, path) }));
        let error = world.execute(callable, given).await.expect_err(path);
        assert_eq!(error.code(), "wrong-argument-type", "{path}: {error}");
        let message = error.to_string();
        for part in parts.into_iter().chain([callable, argument]) {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
    for (callable, argument) in [("name_of", "student"), ("names_of", "students"), ("spare_name", "spare")] {
        let given = Args::from(json!({ argument: at(&house, ".main.nope") }));
        let error = world.execute(callable, given).await.expect_err("it leads nowhere");
        assert_eq!(error.code(), "unknown-field", "{error}");
    }
    Ok(())
}
