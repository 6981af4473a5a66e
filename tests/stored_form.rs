//! What is stored outside of memory comes back as it was, and is understood without its types.

mod common;
#[path = "common/rewritten.rs"]
mod rewritten;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use ecs::im;
use ecs::prelude::*;
use ecs::store::{Store, restore};
use indexmap::IndexMap;

use self::common::{Student, student};
use self::rewritten::Rewritten;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Rectangle { width: f64, height: f64 },
    Path(u8, i64),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    Shape(Shape),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    One { value: u8 },
    Two { shape: Shape },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Meters(u32);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Nothing;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    id: Id,
    truth: bool,
    letter: char,
    text: String,
    small: (i8, u8, i16, u16, i32, u32),
    large: (i64, u64, i128, u128),
    single: f32,
    floats: Vec<f64>,
    maybe: Option<Option<u8>>,
    inner: Option<Option<u8>>,
    none: Option<u8>,
    unit: (),
    nothing: Nothing,
    meters: Meters,
    array: [u16; 3],
    shapes: Vec<Shape>,
    untagged: Vec<Untagged>,
    tagged: Vec<Tagged>,
    map: HashMap<Meters, String>,
    ordered: IndexMap<String, i32>,
    sorted: BTreeMap<(u8, char), bool>,
    set: HashSet<i64>,
    sorted_set: BTreeSet<String>,
    json: serde_json::Value,
    reference: Option<Ref<Student>>,
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Seat {
    Free,
    Taken(Student),
    Shared { first: Student, second: Box<Student> },
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    title: String,
    teacher: Student,
    assistant: Option<Box<Student>>,
    students: Vec<Student>,
    by_name: HashMap<String, Arc<Student>>,
    in_order: IndexMap<u32, Student>,
    pairs: Vec<(Student, f64)>,
    seats: Vec<Seat>,
    shared: im::Map<u32, Student>,
    row: im::Vector<Student>,
    previous: Option<Box<Course>>,
}

fn everything(friend: &Stored<Student>) -> Everything {
    Everything {
        id: Id::new(),
        truth: true,
        letter: 'ß',
        text: "@not an address".into(),
        small: (i8::MIN, u8::MAX, i16::MIN, u16::MAX, i32::MIN, u32::MAX),
        large: (i64::MIN, u64::MAX, i128::MIN, u128::MAX),
        single: 0.1,
        floats: vec![-0.0, f64::INFINITY, f64::MIN_POSITIVE, 0.1 + 0.2],
        maybe: Some(None),
        inner: Some(Some(7)),
        none: None,
        unit: (),
        nothing: Nothing,
        meters: Meters(3),
        array: [1, 2, 3],
        shapes: vec![
            Shape::Point,
            Shape::Circle(1.5),
            Shape::Rectangle { width: 1.0, height: 2.0 },
            Shape::Path(1, -2),
        ],
        untagged: vec![
            Untagged::Number(-1),
            Untagged::Text("text".into()),
            Untagged::Shape(Shape::Circle(2.0)),
            Untagged::Shape(Shape::Rectangle { width: 3.0, height: 4.0 }),
        ],
        tagged: vec![Tagged::One { value: 1 }, Tagged::Two { shape: Shape::Point }],
        map: (0..40).map(|number| (Meters(number), number.to_string())).collect(),
        ordered: [("zebra", 1), ("ant", 2), ("mole", 3)].map(|(name, number)| (name.to_owned(), number)).into(),
        sorted: [((1, 'a'), true), ((1, 'b'), false)].into(),
        set: (-20..20).collect(),
        sorted_set: ["b", "a"].map(str::to_owned).into(),
        json: serde_json::json!({ "a": [1, 2.5, null, { "b": "c" }], "id": "no identity" }),
        reference: Some(friend.to_ref()),
    }
}

fn course(students: u32) -> Course {
    let name = |number: u32| student(&format!("student {number}"), f64::from(number));
    Course {
        id: Id::new(),
        title: "Latin".into(),
        teacher: student("Ms Lang", 4.0),
        assistant: Some(Box::new(student("Tom", 3.5))),
        students: (0..students).map(name).collect(),
        by_name: (0..students).map(|number| (number.to_string(), Arc::new(name(number)))).collect(),
        in_order: (0..students).rev().map(|number| (number, name(number))).collect(),
        pairs: vec![(student("pair", 1.0), f64::NAN)],
        seats: vec![
            Seat::Free,
            Seat::Taken(student("seated", 2.0)),
            Seat::Shared { first: student("left", 1.0), second: Box::new(student("right", 2.0)) },
        ],
        shared: (0..students).map(|number| (number, name(number))).collect(),
        row: (0..students).map(name).collect(),
        previous: None,
    }
}

/// Two worlds' worth of nothing: a world whose store keeps only what is written down.
fn rewritten() -> ecs::Result<(Arc<Rewritten>, World)> {
    let store = Arc::new(Rewritten::default());
    let world = World::with_store(Arc::<Rewritten>::clone(&store))?;
    Ok((store, world))
}

#[test]
fn every_kind_of_value_comes_back_as_it_was() -> ecs::Result<()> {
    let (_, world) = rewritten()?;
    let friend = world.insert(student("Alice", 3.5))?;
    let stored = world.insert(everything(&friend))?;
    let read = world.get::<Everything>(&stored)?;
    assert_eq!(*read, *stored);
    assert!(read.floats[0].is_sign_negative(), "bits are kept");
    assert!(read.ordered.keys().eq(stored.ordered.keys()), "and the order");
    assert_eq!(read.references(), [friend.ecs_id()]);
    assert_eq!(world.commit((*read).clone())?, stored, "nothing differs");
    Ok(())
}

#[test]
fn a_nan_keeps_its_bits() -> ecs::Result<()> {
    let (_, world) = rewritten()?;
    let nan = f64::from_bits(0x7ff8_0000_0000_1234);
    let stored = world.insert(student("NaN", nan))?;
    assert_eq!(world.get::<Student>(&stored)?.gpa.to_bits(), nan.to_bits());
    Ok(())
}

#[test]
fn trees_come_back_with_every_entity_at_its_place() -> ecs::Result<()> {
    for students in [0, 3, 40] {
        let (_, world) = rewritten()?;
        let mut first = course(students);
        first.previous = Some(Box::new(course(1)));
        let stored = world.insert(first)?;
        let read = world.get::<Course>(&stored)?;
        // A NaN is in it, so the texts are compared.
        assert_eq!(format!("{read:?}").len(), format!("{stored:?}").len());
        assert_eq!(read.students, stored.students);
        assert!(read.in_order.keys().eq(stored.in_order.keys()));
        for path in ["teacher", "assistant", "seats.1.Taken", "seats.2.Shared.second", "previous.teacher", "pairs.0.0"]
        {
            let (was, is) = (world.child::<Student>(&stored, path), world.child::<Student>(&read, path)?);
            assert_eq!(was?, is);
            assert_eq!((is.holder(), is.root()), (is.holder(), stored.ecs_id()));
            assert!(is.path().to_string().ends_with(path.rsplit('.').next().expect("a step")) || path.contains('1'));
        }
        assert_eq!(world.commit((*read).clone())?, stored, "nothing differs");
    }
    Ok(())
}

#[test]
fn a_version_made_from_one_that_was_read_shares_what_did_not_change() -> ecs::Result<()> {
    let (store, world) = rewritten()?;
    let stored = world.insert(course(60))?;
    let mut changed = (*world.get::<Course>(&stored)?).clone();
    changed.students[50].gpa = 0.5;
    let changed = world.commit(changed)?;
    let history = world.history(&changed)?;
    assert_eq!(history.entries()[1].below.len(), 1, "{history}");
    let (places, records) = store.records(changed.ecs_id());
    assert_eq!(places.len(), 1, "one student has a new version");
    assert_eq!(records.values().filter(|record| record.root == changed.ecs_id()).count(), 2);
    assert_eq!(world.child::<Student>(&changed, "students.51")?.root(), stored.ecs_id());
    Ok(())
}

#[test]
fn what_is_stored_is_understood_without_its_types() -> ecs::Result<()> {
    let (store, world) = rewritten()?;
    let friend = world.insert(student("Alice", 3.5))?;
    let whole = world.insert(everything(&friend))?;
    let opaque = |root: EcsId| {
        let (places, mut records) = store.records(root);
        for record in records.values_mut() {
            record.type_name = format!("other.{}", record.type_name).into();
        }
        restore(root, &places, &records, store.tag())
    };
    let read = opaque(whole.ecs_id())?;
    assert_eq!(read.entity_type().name(), "other.Everything");
    assert_eq!(read.entity_type().rust_name(), "(not a type of this program)");
    assert_eq!(
        read.entity_type().fields().iter().map(|field| field.name()).collect::<Vec<_>>(),
        whole.clone().erase().entity_type().fields().iter().map(|field| field.name()).collect::<Vec<_>>()
    );
    assert!(read.clone().downcast::<Everything>().is_err());
    let known = |path: &str| -> ecs::Result<_> { world.resolve(&format!("@{}.{path}", whole.ecs_id()).parse()?) };
    assert_eq!(read.to_json().is_err(), whole.clone().erase().to_json().is_err(), "infinity is no JSON");
    for path in
        ["text", "shapes", "untagged", "tagged", "map", "ordered", "json.a.3.b", "small.4", "maybe", "reference"]
    {
        assert_eq!(read.read(&path.parse()?)?, known(path)?, "{path}");
    }

    let mut latin = course(3);
    latin.pairs[0].1 = 0.5;
    let latin = world.insert(latin)?;
    let mut changed = (*latin).clone();
    changed.students[1].gpa = 0.5;
    changed.title = "Greek".into();
    changed.students.swap(0, 2);
    let changed = world.commit(changed)?;
    let (before, after) = (opaque(latin.ecs_id())?, opaque(changed.ecs_id())?);
    assert_eq!(before.to_json()?, latin.clone().erase().to_json()?);
    assert_eq!(after.to_json()?, changed.clone().erase().to_json()?);
    Ok(())
}

#[test]
fn forms_of_a_type_that_nobody_knows_are_compared_field_by_field() -> ecs::Result<()> {
    let (store, world) = rewritten()?;
    let mut first = course(2);
    first.pairs.clear();
    let before = world.insert(first)?;
    let mut second = (*before).clone();
    second.title = "Greek".into();
    let after = world.commit(second)?;
    store.rewrite(|record| {
        record.type_name = format!("other.{}", record.type_name).into();
        let (renamed, new) = if record.ecs_id == after.ecs_id() { ("name", 2) } else { ("title", 1) };
        record.type_version = new;
        if let Some((name, _)) = record.fields.iter_mut().find(|(name, _)| **name == *"title") {
            *name = renamed.into();
        }
        if new == 2 {
            record.fields.retain(|(name, _)| **name != *"teacher");
        }
    });
    let diff = world.diff(&before, &after)?;
    let told: Vec<String> = diff.entities().iter().map(ToString::to_string).collect();
    let teacher = before.teacher.id().lineage_id();
    let root =
        "  (root) other.Course\n    name \"Greek\"\n    title \"Latin\" → (gone)\n    teacher (1 entity) → (gone)";
    assert_eq!(told, [root, "- .teacher other.Student"]);
    assert_eq!(diff.entity(teacher).expect("it is gone").after, None);
    let json = |ecs_id: EcsId| world.version(ecs_id)?.to_json();
    assert_eq!(diff.apply(&json(before.ecs_id())?)?, json(after.ecs_id())?);
    let types =
        [before.ecs_id(), after.ecs_id()].map(|ecs_id| world.version(ecs_id).map(|it| it.entity_type().version()));
    assert_eq!(types.into_iter().collect::<ecs::Result<Vec<_>>>()?, [1, 2]);
    assert_eq!(world.blame(&after)?.line("name").expect("it is new").version.ecs_id(), after.ecs_id());
    Ok(())
}

#[test]
fn what_is_in_itself_or_in_two_places_is_refused_and_not_followed_for_ever() -> ecs::Result<()> {
    let (store, world) = rewritten()?;
    let mut outer = course(2);
    outer.previous = Some(Box::new(course(2)));
    let stored = world.insert(outer)?;
    let (places, records) = store.records(stored.ecs_id());
    let id_in = |bytes: &mut Vec<u8>, from: &AnyStored, to: &AnyStored| {
        let bytes_of = |version: &AnyStored| {
            [version.lineage_id().as_uuid().into_bytes(), version.ecs_id().as_uuid().into_bytes()].concat()
        };
        let (from, to) = (bytes_of(from), bytes_of(to));
        let at = bytes.windows(32).position(|window| window == from).expect("it is held there");
        bytes[at..at + 32].copy_from_slice(&to);
    };
    let root = stored.clone().erase();
    let below = |path: &str| world.entity_at(&stored.address().with_path(path.parse().expect("a path")));
    let (previous, first, second) = (below("previous")?, below("students.0")?, below("students.1")?);
    for (field, from, to) in [("previous", &previous, &root), ("students", &first, &second)] {
        let mut circular = records.clone();
        let record = circular.get_mut(&stored.ecs_id()).expect("it is there");
        let (_, bytes) = record.fields.iter_mut().find(|(name, _)| **name == *field).expect("a field");
        id_in(bytes, from, to);
        let error = restore(stored.ecs_id(), &places, &circular, store.tag()).expect_err("it is no tree");
        assert_eq!(error.code(), "unreadable-version", "{error}");
        assert!(error.to_string().contains("it is in one tree twice, or in itself"), "{error}");
    }
    let at =
        |version: &AnyStored| places.iter().position(|place| place.ecs_id == version.ecs_id()).expect("it is there");
    let (own, further_down) = (at(&previous) as u32, at(&below("previous.teacher")?));
    assert_eq!(places[further_down].holder, Some(own));
    for holder in [Some(further_down as u32), Some(at(&first) as u32), Some(u32::MAX), None] {
        let mut moved = places.clone();
        moved[further_down].holder = holder;
        let error = restore(stored.ecs_id(), &moved, &records, store.tag()).expect_err("that does not hold it");
        assert!(error.to_string().contains("its place is in no field of what holds it"), "{error}");
    }
    Ok(())
}

#[test]
fn values_of_very_many_levels_are_refused_or_read_and_overflow_no_stack() -> ecs::Result<()> {
    let (store, world) = rewritten()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let (places, records) = store.records(alice.ecs_id());
    for nest in [vec![0x09], vec![0x0a, 1], vec![0x12, 1]] {
        for (levels, is_read) in [(5_000, true), (100_000, false)] {
            let mut deep = records.clone();
            let record = deep.get_mut(&alice.ecs_id()).expect("it is there");
            record.type_name = "Unknown".into();
            record.fields[0].1 = [nest.repeat(levels), vec![0x00]].concat();
            let record = record.clone();
            let hash = ecs::store::hash_record(&record, &mut |_| Ok(record.content_hash));
            let read = restore(alice.ecs_id(), &places, &deep, store.tag());
            assert_eq!((hash.is_ok(), read.is_ok()), (is_read, is_read), "{levels} levels");
            match read {
                Err(error) => assert!(error.to_string().contains("it has too many levels"), "{error}"),
                Ok(read) => {
                    assert_eq!(read.to_json().expect_err("nobody reads it").code(), "not-json");
                    let told = "it has 5000 levels, and JSON is written to a depth of 512";
                    assert!(read.fields_to_json()?.to_string().contains(told));
                    assert!(record.to_json(usize::MAX)?.to_string().contains(told));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn bytes_that_are_no_stored_form_are_refused_and_not_misread() -> ecs::Result<()> {
    let (store, world) = rewritten()?;
    let stored = world.insert(course(40))?;
    let (places, records) = store.records(stored.ecs_id());
    let root = &records[&stored.ecs_id()];
    for (field, (name, bytes)) in root.fields.iter().enumerate() {
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1].into_iter().filter(|cut| *cut < bytes.len()) {
            let mut broken = records.clone();
            let record = broken.get_mut(&stored.ecs_id()).expect("it is there");
            record.fields[field].1.truncate(cut);
            let error = restore(stored.ecs_id(), &places, &broken, store.tag()).expect_err(name);
            assert!(["unreadable-version", "changed-type"].contains(&error.code()), "{name}: {error}");
        }
        let mut broken = records.clone();
        broken.get_mut(&stored.ecs_id()).expect("it is there").fields[field].1.push(0);
        let error = restore(stored.ecs_id(), &places, &broken, store.tag()).expect_err(name);
        assert_eq!(error.code(), "unreadable-version");
    }
    Ok(())
}
