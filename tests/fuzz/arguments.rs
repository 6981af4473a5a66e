//! Arguments of calls by name, as JSON.

use std::cell::RefCell;
use std::fmt;

use ecs::World;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::{Map, Number, Value as Json, json};

use crate::edits::{characters, edited, edits, texts_near};
use crate::harness::{refuse_panic, target};
use crate::school::School;

/// After so many calls the world is a new one.
const CALLS: usize = 256;

/// A call; `$ALICE` stands for an id.
#[derive(Clone)]
struct Given {
    callable: String,
    arguments: Json,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.callable, self.arguments)
    }
}

fn seeds() -> Vec<(&'static str, Json)> {
    let plain = json!({
        "truth": true, "letter": "ß", "small": [-1, 2], "large": [1, 2, 3, 4], "single": 0.5, "floats": [1.5, 2],
        "maybe": null, "unit": null, "array": [1, 2, 3], "set": [3, 1], "json": {"a": [null]},
    });
    vec![
        ("raise", json!({"student": "@$ALICE", "step": 0.5, "words": ["a", "b"]})),
        ("raise", json!({"student": "@head:$WHO", "raise": "@$RAISE"})),
        ("rename", json!({"course": "@head:$COURSE", "title": "@$ALICE.name"})),
        ("enrol", json!({"course": "@$GREEK", "student": "@head:$WHO"})),
        ("mean", json!({"students": ["@head:$WHO", "@$TEACHER"], "weights": [1, "@$ALICE.gpa"], "scale": 2})),
        (
            "sorted",
            json!({
                "by_name": {"a": "@$GREEK.seats.1.Taken", "b": {"id": {"lineage_id": "$WHO", "ecs_id": "$ALICE"}, "name": "x", "gpa": 1}},
                "pair": ["@$TEACHER", "@$LATIN.assistant"], "maybe": null,
            }),
        ),
        ("echo", json!({"plain": plain})),
        ("echo", json!({"plain": "@$EVERYTHING.plain"})),
        (
            "wide",
            json!({"small": 255, "large": 18_446_744_073_709_551_615_u64, "letter": "c", "text": "@@t", "words": ["w"]}),
        ),
        (
            "shapes",
            json!({
                "shape": {"Rectangle": {"width": 1, "height": 2.5}}, "untagged": [1, "t", {"Path": [1, -2]}, "Point"],
                "tagged": {"kind": "Two", "shape": "Point"},
            }),
        ),
        (
            "shapes",
            json!({"shape": "@$EVERYTHING.shapes.1", "untagged": "@$EVERYTHING.untagged", "tagged": "@$EVERYTHING.tagged.0"}),
        ),
        ("point_at", json!({"student": "@@$ALICE", "json": {"@$ALICE": ["@$ALICE.name", {"$entity": "$WHO"}]}})),
        ("kept", json!({"account": "@$ACCOUNT", "times": 4})),
        ("refuse", json!({"student": "@$FIRST", "why": "because"})),
        ("nothing", json!({})),
    ]
}

fn texts() -> impl Strategy<Value = String> + Clone {
    let words = [
        "@$ALICE",
        "@$ALICE.gpa",
        "@$ALICE.name",
        "@head:$WHO",
        "@head:$COURSE.students",
        "@$LATIN.students.39",
        "@$LATIN.seats",
        "@$EVERYTHING.plain",
        "@$EVERYTHING.bytes",
        "@$RUN",
        "@@",
        "",
        "Point",
        "c",
        "1",
        "2026-01-01",
        "$ALICE",
        "$WHO",
    ];
    texts_near(words.map(str::to_owned).to_vec())
}

fn values() -> impl Strategy<Value = Json> + Clone {
    let number = prop_oneof![
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        (-3..300_i64).prop_map(Json::from),
        any::<f64>().prop_map(|float| Number::from_f64(float).map_or(Json::Null, Json::Number)),
    ];
    let leaf = prop_oneof![
        1 => Just(Json::Null),
        1 => any::<bool>().prop_map(Json::Bool),
        3 => number,
        5 => texts().prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let key = prop_oneof![keys(), texts()];
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Json::Array),
            vec((key, inner), 0..6).prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
    .boxed()
}

/// Names that mean something somewhere.
fn keys() -> impl Strategy<Value = String> + Clone {
    let mut names: Vec<String> =
        ["id", "lineage_id", "ecs_id", "$entity", "$not_json", "kind", "value", "shape", "context"]
            .map(str::to_owned)
            .to_vec();
    for (_, seed) in seeds() {
        names.extend(seed.as_object().into_iter().flat_map(Map::keys).cloned());
    }
    names.extend(["name", "gpa", "width", "height", "Circle", "Path", "Rectangle", "large", "json"].map(str::to_owned));
    select(names).boxed()
}

/// A change of a value somewhere in the arguments: which of its places, and what is put there.
type Change = (proptest::sample::Index, Json);

fn changed(arguments: &mut Json, (place, value): &Change) {
    fn count(value: &Json) -> usize {
        1 + match value {
            Json::Array(items) => items.iter().map(count).sum(),
            Json::Object(entries) => entries.values().map(count).sum(),
            _ => 0,
        }
    }
    fn find(value: &mut Json, place: usize) -> Option<&mut Json> {
        if place == 0 {
            return Some(value);
        }
        let mut place = place - 1;
        let parts: Vec<&mut Json> = match value {
            Json::Array(items) => items.iter_mut().collect(),
            Json::Object(entries) => entries.values_mut().collect(),
            _ => Vec::new(),
        };
        for part in parts {
            let within = count(part);
            if place < within {
                return find(part, place);
            }
            place -= within;
        }
        None
    }
    if let Some(found) = find(arguments, place.index(count(arguments))) {
        *found = value.clone();
    }
}

fn given() -> impl Strategy<Value = Given> {
    let changes = vec((any::<proptest::sample::Index>(), values()), 0..3);
    let extra = vec((prop_oneof![4 => keys(), 1 => texts()], values()), 0..2);
    let near = (select(seeds()), changes, extra).prop_map(|((callable, mut arguments), changes, extra)| {
        changes.iter().for_each(|change| changed(&mut arguments, change));
        if let Json::Object(entries) = &mut arguments {
            entries.extend(extra);
        }
        Given { callable: callable.to_owned(), arguments }
    });
    let names: Vec<String> = seeds().into_iter().map(|(callable, _)| callable.to_owned()).collect();
    let far = (texts_near(names), values()).prop_map(|(callable, arguments)| Given { callable, arguments });
    // The text of the arguments, as the command gets it.
    let textual = (select(seeds()), edits(characters(), 4)).prop_map(|((callable, arguments), edits)| {
        let text: String = edited(arguments.to_string().chars().collect(), &edits).into_iter().collect();
        Given { callable: callable.to_owned(), arguments: serde_json::from_str(&text).unwrap_or(Json::String(text)) }
    });
    prop_oneof![6 => near, 1 => far, 1 => textual]
}

#[test]
fn wrong_arguments_are_refused_and_right_ones_are_replayed() {
    target("arguments::wrong_arguments_are_refused_and_right_ones_are_replayed", |trying| {
        let new = || {
            let world = World::in_memory().expect("a world");
            let school = School::fill(&world).expect("it is filled");
            (world, school, 0_usize)
        };
        let state = RefCell::new(new());
        for (callable, arguments) in seeds() {
            let (world, school, _) = new();
            let arguments: Json = serde_json::from_str(&school.with_ids(&arguments.to_string())).expect("it is JSON");
            let called = world.execute(callable, arguments).wait();
            assert!(called.as_ref().map_or_else(|error| error.code() == "callable-failed", |_| true), "{called:?}");
        }
        trying.each(&given(), |Given { callable, arguments }| {
            let mut state = state.borrow_mut();
            if state.2 == CALLS {
                *state = new();
            }
            state.2 += 1;
            let (world, school, _) = &*state;
            let arguments: Json = serde_json::from_str(&school.with_ids(&arguments.to_string())).expect("it is JSON");
            let Some(called) = refuse_panic(world.execute(&callable, arguments).wait()) else { return };
            let replay = refuse_panic(world.replay(called.execution().id).wait()).expect("the store is there");
            assert!(replay.is_identical() || replay.ran.is_none(), "{:?}", replay.outcome);
            for output in &called.execution().outputs {
                refuse_panic(world.history(output.lineage_id));
                refuse_panic(world.blame(output.ecs_id));
                refuse_panic(world.version(output.ecs_id).and_then(|version| version.to_json()));
            }
        });
    });
}
