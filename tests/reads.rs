//! What is stored can be read: versions, heads, values at addresses, histories and executions.

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Place {
    city: String,
    postal_code: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Level {
    Guest,
    Year(u8),
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
    grades: Vec<u8>,
    by_course: BTreeMap<String, Option<f64>>,
    by_year: BTreeMap<u16, Vec<f64>>,
    place: Place,
    levels: (Level, Level),
    active: bool,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Reading {
    id: Id,
    celsius: f64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Curve {
    id: Id,
    #[config(default = 0.5)]
    lift: f64,
    #[config(default = "gentle")]
    label: String,
}

fn alice() -> Student {
    Student {
        id: Id::new(),
        name: "Alice".into(),
        gpa: 3.5,
        grades: vec![7, 8, 9],
        by_course: BTreeMap::from([
            ("Latin I.2".to_owned(), Some(1.5)),
            ("items".to_owned(), Some(2.5)),
            ("none".to_owned(), None),
            ("say \"hi\"".to_owned(), Some(4.5)),
        ]),
        by_year: BTreeMap::from([(2007, vec![3.0, 3.25])]),
        place: Place { city: "Turin".into(), postal_code: None },
        levels: (Level::Guest, Level::Year(2)),
        active: true,
    }
}

fn school() -> ecs::Result<(World, Stored<Student>)> {
    let world = World::fresh()?;
    let alice = world.insert(alice())?;
    Ok((world, alice))
}

#[callable]
fn set_gpa(student: &mut Student, gpa: f64) {
    student.gpa = gpa;
}

#[callable]
fn curve_up(student: &mut Student, curve: &Curve) {
    student.gpa += curve.lift;
    student.active = false;
}

#[callable]
fn measure(celsius: f64) -> Result<Reading, String> {
    if celsius < -273.15 {
        return Err("colder than possible".to_owned());
    }
    Ok(Reading { id: Id::new(), celsius })
}

#[callable]
async fn measure_later(celsius: f64) -> Reading {
    tokio::task::yield_now().await;
    Reading { id: Id::new(), celsius }
}

#[callable]
fn mean_grade(student: &Student) -> f64 {
    student.grades.iter().copied().map(f64::from).sum::<f64>() / student.grades.len() as f64
}

// ---- Versions and heads -------------------------------------------------------------------------

#[tokio::test]
async fn every_version_can_be_got_for_good_and_the_head_is_the_newest() -> ecs::Result<()> {
    let (world, first) = school()?;
    let second = set_gpa::call(&world, &first, 3.8).await?;
    assert_eq!(world.get::<Student>(first.ecs_id())?.gpa, 3.5);
    assert_eq!(world.get::<Student>(second.ecs_id())?.gpa, 3.8);
    assert_eq!(world.get::<Student>(&second.to_ref())?, second, "a reference kept in a field leads to its version");
    for head in [world.head::<Student>(&first)?, world.head(&second)?, world.head(first.lineage_id())?] {
        assert_eq!(head, second);
    }
    assert_eq!(world.any_head(first.lineage_id())?.ecs_id(), second.ecs_id());
    assert_eq!(second.id, world.get::<Student>(second.ecs_id())?.id);
    assert_eq!(second.id.ecs_id(), Some(second.ecs_id()));
    assert_eq!(second.to_string(), format!("@{}", second.ecs_id()), "a handle displays as its address");
    assert_eq!(second.to_string().parse::<Address>()?, second.address());
    Ok(())
}

#[test]
fn what_is_not_there_or_of_another_type_is_an_error_that_names_it() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let stranger = World::fresh()?.insert(self::alice())?;
    let error = world.get::<Student>(stranger.ecs_id()).expect_err("it is of another world");
    assert_eq!(error.code(), "unknown-version");
    assert!(error.to_string().contains(&stranger.to_string()), "{error}");
    let error = world.head::<Student>(&stranger).expect_err("it is of another world");
    assert_eq!(error.code(), "unknown-lineage");
    assert!(error.to_string().contains(&stranger.lineage_id().to_string()), "{error}");
    assert_eq!(world.history(&stranger).expect_err("it is of another world").code(), "unknown-lineage");
    for error in [
        world.get::<Reading>(alice.ecs_id()).expect_err("it is a student"),
        world.head::<Reading>(alice.lineage_id()).expect_err("it is a student"),
    ] {
        assert_eq!(error.code(), "wrong-entity-type");
        assert!(error.to_string().contains("`Student`") && error.to_string().contains("`Reading`"), "{error}");
    }
    let nobody: ExecutionId = "0192d7a0-5c1e-7000-8000-00000000002a".parse().expect("a uuid");
    let error = world.execution(nobody).expect_err("there is none");
    assert_eq!(error.code(), "unknown-execution");
    assert!(error.to_string().contains(&nobody.to_string()), "{error}");
    Ok(())
}

// ---- Addresses ----------------------------------------------------------------------------------

/// The value at a path of an entity, through the text of its address.
fn at(world: &World, stored: &Stored<Student>, path: &str) -> ecs::Result<serde_json::Value> {
    world.resolve(&format!("{stored}{path}").parse()?)
}

#[test]
fn every_kind_of_step_is_followed() -> ecs::Result<()> {
    let (world, alice) = school()?;
    for (path, value) in [
        (".name", json!("Alice")),
        (".gpa", json!(3.5)),
        (".grades", json!([7, 8, 9])),
        (".grades.1", json!(8)),
        (".by_course.items", json!(2.5)),
        (r#".by_course["Latin I.2"]"#, json!(1.5)),
        (r#".by_course["say \"hi\""]"#, json!(4.5)),
        (".by_course.none", json!(null)),
        (".by_year.2007", json!([3.0, 3.25])),
        (".by_year.2007.1", json!(3.25)),
        (".place.city", json!("Turin")),
        (".place.postal_code", json!(null)),
        (".levels.0", json!("Guest")),
        (".levels.1.Year", json!(2)),
        (r#"["name"]"#, json!("Alice")),
    ] {
        assert_eq!(at(&world, &alice, path)?, value, "{path}");
    }
    let whole = at(&world, &alice, "")?;
    assert_eq!(whole["place"], json!({ "city": "Turin", "postal_code": null }));
    assert_eq!(serde_json::from_value::<Student>(whole).expect("it was written by us"), *alice);
    Ok(())
}

#[test]
fn a_text_that_is_no_address_is_an_error_that_says_why() {
    for text in ["", "@", "gpa", "@bad.gpa", "@head:", "@head:bad", "@00000000-0000-0000-0000-000000000000"] {
        let error = text.parse::<Address>().expect_err(text);
        assert_eq!(error.code(), "malformed-address", "{text}");
        assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
    }
    let id = "@0192d7a0-5c1e-7000-8000-00000000002a";
    for path in [".", "..gpa", ".gpa.", "[0]", "gpa", "[\"open"] {
        let text = format!("{id}{path}");
        assert_eq!(text.parse::<Address>().expect_err(&text).code(), "malformed-address", "{text}");
    }
}

#[test]
fn an_address_that_leads_nowhere_is_an_error_that_says_what_there_is() -> ecs::Result<()> {
    let (world, alice) = school()?;
    for (path, code, parts) in [
        (".nope", "unknown-field", vec![".nope", "`name`", "`gpa`", "`by_course`", "`active`"]),
        (".a b c", "unknown-field", vec!["a b c", "`name`"]),
        (".0", "unknown-field", vec!["`name`"]),
        (".by_course.nope", "unknown-field", vec![".nope", "`items`", "`Latin I.2`"]),
        (".place.street", "unknown-field", vec![".street", "`city`"]),
        (".levels.1.Guest", "unknown-field", vec!["`Year`"]),
        (".grades.3", "index-out-of-range", vec!["index 3", "3 elements"]),
        (".by_year.2007.2", "index-out-of-range", vec!["index 2", "2 elements"]),
        (".levels.2", "index-out-of-range", vec!["index 2", "2 elements"]),
        (".grades.-1", "step-into-value", vec!["sequence"]),
        (".grades.first", "step-into-value", vec!["sequence", "indices"]),
        (".gpa.x", "step-into-value", vec!["a number"]),
        (".name.0", "step-into-value", vec!["a text"]),
        (".active.x", "step-into-value", vec!["a truth value"]),
        (".by_course.none.x", "step-into-value", vec!["nothing"]),
    ] {
        let error = at(&world, &alice, path).expect_err(path);
        assert_eq!(error.code(), code, "{path}: {error}");
        let message = error.to_string();
        let address: Address = format!("{alice}{path}").parse()?;
        assert!(message.contains(&format!("`{address}`")), "the whole address is named: {message}");
        for part in parts {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
    let stranger = World::fresh()?.insert(self::alice())?;
    assert_eq!(at(&world, &stranger, ".gpa").expect_err("of another world").code(), "unknown-version");
    let head = Address::of_head(stranger.lineage_id());
    assert_eq!(world.resolve(&head).expect_err("of another world").code(), "unknown-lineage");
    Ok(())
}

#[test]
fn methods_and_internals_are_not_reachable_only_data_is() -> ecs::Result<()> {
    let (world, alice) = school()?;
    for path in [".clone", ".fork", ".field", ".id_mut", ".__class__", ".TYPE", ".by_course.len", ".by_course.keys"] {
        assert_eq!(at(&world, &alice, path).expect_err(path).code(), "unknown-field", "{path}");
    }
    for path in [".name.len", ".name.to_uppercase", ".gpa.sqrt", ".grades.len", ".name.__len__"] {
        assert_eq!(at(&world, &alice, path).expect_err(path).code(), "step-into-value", "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn every_spelling_of_an_id_is_the_same_address_in_calls_too() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let id = alice.ecs_id().to_string();
    for text in [format!("@{}", id.to_uppercase()), format!("@{}", id.replace('-', "")), format!("@{id}")] {
        assert_eq!(world.resolve(&format!("{text}.gpa").parse()?)?, json!(3.5));
        let outcome = world.execute("mean_grade", args! { student: text.as_str() }).await?;
        assert_eq!(outcome.value()?, json!(8.0));
        let outcome = world.execute("measure", args! { celsius: format!("{text}.gpa") }).await?;
        assert_eq!(outcome.output::<Reading>(0)?.celsius, 3.5);
    }
    Ok(())
}

#[tokio::test]
async fn the_address_of_a_head_follows_the_head_and_that_of_a_version_stays() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let (head, version): (Address, Address) =
        (format!("@head:{}.gpa", alice.lineage_id()).parse()?, format!("{alice}.gpa").parse()?);
    set_gpa::call(&world, &alice, 3.8).await?;
    assert_eq!((world.resolve(&head)?, world.resolve(&version)?), (json!(3.8), json!(3.5)));
    Ok(())
}

#[test]
fn a_typed_read_gives_the_value_itself() -> ecs::Result<()> {
    let (world, alice) = school()?;
    assert_eq!(world.read(&alice.at::<f64>("gpa"))?, 3.5);
    assert_eq!(world.read(&alice.at::<String>("name"))?, "Alice");
    assert_eq!(world.read(&alice.at::<Vec<u8>>("grades"))?, [7, 8, 9]);
    assert_eq!(world.read(&alice.at::<u8>("grades.2"))?, 9);
    assert_eq!(world.read(&alice.at::<Place>("place"))?, alice.place);
    assert_eq!(world.read(&alice.at::<Option<f64>>("by_course.none"))?, None);
    assert_eq!(world.read(&alice.at::<(Level, Level)>("levels"))?, alice.levels);
    assert_eq!(world.read(&At::<f64>::from(Address::of_head(alice.lineage_id()).with_path("gpa".parse()?)))?, 3.5);

    let error = world.read(&alice.at::<u8>("name")).expect_err("it is a text");
    assert_eq!(error.code(), "wrong-type-at-address");
    assert!(error.to_string().contains("\"Alice\"") && error.to_string().contains("u8"), "{error}");
    assert_eq!(world.read(&alice.at::<f64>("nope")).expect_err("no such field").code(), "unknown-field");
    Ok(())
}

#[test]
#[should_panic(expected = "is not an address")]
fn a_path_written_in_the_program_that_is_none_panics() {
    let (_, alice) = school().expect("the names in this file are unique");
    let _ = alice.at::<f64>("grades..0");
}

#[tokio::test]
async fn a_value_json_cannot_hold_is_read_typed_and_refused_as_json() -> ecs::Result<()> {
    let world = World::fresh()?;
    let reading = measure::call(&world, f64::NAN).await?;
    assert!(world.read(&reading.at::<f64>("celsius"))?.is_nan());
    let error = world.resolve(&reading.address().with_path("celsius".parse()?)).expect_err("JSON has no NaN");
    assert_eq!(error.code(), "not-json");
    let history = world.history(&reading)?;
    assert_eq!(history.entries()[0].changes[0].field, "celsius", "the history still tells of it");
    assert!(history.to_string().contains("celsius"), "{history}");
    Ok(())
}

// ---- Histories ----------------------------------------------------------------------------------

#[tokio::test]
async fn a_history_tells_what_changed_by_which_call_with_which_config() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let set = set_gpa::call(&world, &alice, 3.0).recorded().await?;
    let curved = curve_up::with(Curve { lift: 0.75, ..Curve::default() }).call(&world, &set.output).recorded().await?;
    let renamed = world.commit(Student { name: "Alice B.".into(), ..Student::clone(&curved.output) })?;

    let history = world.history(&alice)?;
    let entries = history.entries();
    let versions: Vec<EcsId> = entries.iter().map(|entry| entry.version.ecs_id()).collect();
    assert_eq!(versions, [alice.ecs_id(), set.output.ecs_id(), curved.output.ecs_id(), renamed.ecs_id()]);
    let executions: Vec<_> = entries.iter().map(|entry| entry.execution.as_ref().map(|by| by.id)).collect();
    assert_eq!(executions, [None, Some(set.execution.id), Some(curved.execution.id), None]);

    assert_eq!(entries[0].changes.len(), 8, "a first version tells every field");
    assert!(entries[0].changes.iter().all(|change| change.before.is_none()));
    let fields = |at: usize| entries[at].changes.iter().map(|change| change.field).collect::<Vec<_>>();
    assert_eq!((fields(1), fields(2), fields(3)), (vec!["gpa"], vec!["gpa", "active"], vec!["name"]));
    let change = &entries[2].changes[0];
    assert_eq!(change.before, Some(ecs::FieldValue::Json(json!(3.0))));
    assert_eq!(change.after, ecs::FieldValue::Json(json!(3.75)));

    assert!(entries[0].configs.is_empty());
    let curve = entries[2].configs[0].clone().downcast::<Curve>()?;
    assert_eq!((curve.lift, curve.label.as_str()), (0.75, "gentle"));

    let (entry, change) = history.last_change("gpa").expect("it was changed twice");
    assert_eq!(entry.execution.as_ref().map(|by| by.callable()), Some("curve_up"));
    assert_eq!(change.after.to_string(), "3.75");
    assert!(history.last_change("nope").is_none());

    let text = history.to_string();
    for part in ["set_gpa", "curve_up", "gpa 3.0 → 3.75", "Curve", "lift 0.75", "\"Alice\" → \"Alice B.\""] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(text.contains(&set.execution.id.to_string()) && text.contains(&alice.to_string()), "{text}");
    Ok(())
}

#[tokio::test]
async fn values_given_beside_an_entity_are_in_the_history_as_its_config() -> ecs::Result<()> {
    let (world, alice) = school()?;
    set_gpa::call(&world, &alice, 3.0).await?;
    let history = world.history(&alice)?;
    let config = &history.entries()[1].configs[0];
    assert_eq!(config.entity_type().name(), "SetGpaConfig");
    assert_eq!(config.to_json()?["gpa"], json!(3.0));
    assert!(history.to_string().contains("SetGpaConfig"), "{history}");
    Ok(())
}

#[tokio::test]
async fn the_history_of_a_fork_begins_with_what_it_was_forked_from() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let twin = world.insert(Student { name: "Alina".into(), ..alice.fork() })?;
    let twin = set_gpa::call(&world, &twin, 2.0).await?;
    let history = world.history(&twin)?;
    let entries = history.entries();
    assert_eq!(entries.len(), 2, "the versions before the fork are another thing's");
    assert_eq!(entries[0].version.forked_from(), Some(alice.ecs_id()));
    let fields: Vec<_> = entries[0].changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, ["name"], "a fork tells what differs from where it came from");
    assert_eq!(entries[0].changes[0].before, Some(ecs::FieldValue::Json(json!("Alice"))));
    assert_eq!(entries[1].version.forked_from(), None);
    assert!(history.to_string().contains(&format!("forked from {alice}")), "{history}");
    assert_eq!(world.history(&alice)?.entries().len(), 1, "a fork is not in the history of its source");
    Ok(())
}

// ---- Executions ---------------------------------------------------------------------------------

#[tokio::test]
async fn executions_are_found_by_function_lineage_outcome_and_time() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let bob = world.insert(self::alice())?;
    let before = SystemTime::now();
    let first = set_gpa::call(&world, &alice, 3.0).recorded().await?;
    let curve = world.insert(Curve { id: Id::new(), lift: 0.25, label: "steep".into() })?;
    let second = curve_up::call(&world, &first.output, &curve).recorded().await?;
    set_gpa::call(&world, &bob, 2.0).await?;
    tokio::time::sleep(Duration::from_millis(2)).await;
    let between = SystemTime::now();
    measure::call(&world, -300.0).await.expect_err("it is too cold");
    let reading = measure::call(&world, 20.0).recorded().await?;

    let found = |filter: ExecutionFilter| -> ecs::Result<Vec<&'static str>> {
        Ok(world.executions(&filter)?.iter().map(|execution| execution.callable()).collect())
    };
    let all = ExecutionFilter::new();
    assert_eq!(found(all.clone())?, ["set_gpa", "curve_up", "set_gpa", "measure", "measure"]);
    assert_eq!(found(all.clone().callable("set_gpa"))?.len(), 2);
    assert!(found(all.clone().callable("nobody"))?.is_empty());
    assert_eq!(found(all.clone().lineage(&alice))?, ["set_gpa", "curve_up"]);
    assert_eq!(found(all.clone().lineage(&curve))?, ["curve_up"], "a config has a lineage too");
    assert_eq!(found(all.clone().lineage(&reading.output))?, ["measure"]);
    assert!(found(all.clone().lineage(Id::new().lineage_id()))?.is_empty());
    assert_eq!(found(all.clone().outcome(Outcome::Failed))?, ["measure"]);
    assert_eq!(found(all.clone().outcome(Outcome::Succeeded))?.len(), 4);
    assert!(found(all.clone().outcome(Outcome::Cancelled))?.is_empty());
    assert_eq!(found(all.clone().since(between))?, ["measure", "measure"]);
    assert_eq!(found(all.clone().until(between))?, ["set_gpa", "curve_up", "set_gpa"]);
    assert!(found(all.clone().until(before))?.is_empty());
    assert_eq!(found(all.clone().since(before).until(between).callable("set_gpa").lineage(&bob))?, ["set_gpa"]);
    assert_eq!(world.executions(&all.lineage(&alice))?[1].id, second.execution.id);
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Class {
    id: Id,
    readings: Vec<Reading>,
}

#[callable]
fn last_of(class: &Class) -> Option<Reading> {
    class.readings.last().cloned()
}

#[callable(memo)]
fn warmer(reading: &Reading) -> Reading {
    Reading { id: Id::new(), celsius: reading.celsius + 1.0 }
}

#[test]
fn what_put_a_version_out_as_it_was_is_found_by_its_lineage() -> ecs::Result<()> {
    let world = World::fresh()?;
    let class = Class { id: Id::new(), readings: vec![Reading { id: Id::new(), celsius: 20.0 }] };
    let class = world.insert(class)?;
    let reading = last_of::call(&world, &class).wait()?.expect("there is one");
    assert_eq!(reading, world.child::<Reading>(&class, "readings.0")?, "it is as it was");
    let found = |lineage: &Stored<Reading>| -> ecs::Result<Vec<&'static str>> {
        let found = world.executions(&ExecutionFilter::new().lineage(lineage))?;
        Ok(found.iter().map(|execution| execution.callable()).collect())
    };
    assert_eq!(found(&reading)?, ["last_of"]);
    let made = warmer::call(&world, &reading).wait()?;
    assert_eq!(warmer::call(&world, &reading).wait()?, made, "the kept one");
    assert_eq!(found(&made)?, ["warmer", "warmer"]);
    Ok(())
}

#[tokio::test]
async fn an_execution_record_says_everything_about_its_call() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let curve = world.insert(Curve { id: Id::new(), lift: 0.25, label: "steep".into() })?;
    let before = SystemTime::now();
    let outcome = world.execute("curve_up", args! { student: alice.address(), curve: &curve }).await?;
    let execution = world.execution(outcome.execution().id)?;
    assert_eq!(execution.callable(), "curve_up");
    assert_eq!(execution.fingerprint(), world.callable("curve_up")?.fingerprint());
    assert_eq!(execution.strategy, Strategy::SingleEntityWithConfig);
    assert_eq!(execution.input, Some(alice.ecs_id()));
    assert_eq!(execution.configs.as_slice(), [curve.ecs_id()]);
    assert_eq!(execution.parent, None);
    assert_eq!(*execution.status(), Status::Succeeded);
    assert!(execution.started_at() >= before - Duration::from_millis(1) && execution.started_at() <= SystemTime::now());
    assert!(execution.duration() > Duration::ZERO);
    let student = execution.argument("student").expect("it is a parameter");
    assert_eq!(student.versions, [alice.ecs_id()]);
    assert_eq!(student.sources[0].from, alice.address());
    let [output] = execution.outputs.as_slice() else { panic!("one entity was put out") };
    assert_eq!((output.output_index, output.semantics, output.is_changed), (0, Semantics::Mutation, true));
    assert_eq!(output.lineage_id, alice.lineage_id());
    let text = execution.to_string();
    for part in ["curve_up", "succeeded", "SingleEntityWithConfig", "mutation", &alice.to_string(), &curve.to_string()]
    {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let failed = measure::call(&world, -300.0).await.expect_err("it is too cold");
    let failed = world.execution(failed.execution().expect("the failure is recorded"))?;
    assert!(
        failed.to_string().contains("failed (callable-failed): `measure` failed: colder than possible"),
        "{failed}"
    );
    assert!(failed.duration() > Duration::ZERO);
    Ok(())
}

#[test]
fn a_synchronous_program_waits_for_the_output_with_the_record_beside_it() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let set = set_gpa::call(&world, &alice, 3.0).recorded().wait()?;
    assert_eq!((set.output.gpa, set.output.execution_id()), (3.0, Some(set.execution.id)));
    assert_eq!(set.execution.outputs[0].ecs_id, set.output.ecs_id());
    assert_eq!(*world.execution(set.execution.id)?.status(), Status::Succeeded);
    let later = measure_later::call(&world, 20.0).recorded().wait()?;
    assert_eq!((later.output.celsius, later.execution.callable()), (20.0, "measure_later"));
    let failed = measure::call(&world, -300.0).recorded().wait().expect_err("it is too cold");
    assert_eq!(failed.code(), "callable-failed");
    assert_eq!(world.executions(&ExecutionFilter::new())?.len(), 3, "each ran once");
    Ok(())
}

#[test]
fn the_newest_of_everything_of_a_type_is_found_in_trees_and_on_branches_too() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(world.heads_of::<Student>()?, []);

    let alone = world.insert(alice())?;
    let class = world.insert(Class { id: Id::new(), readings: vec![Reading { id: Id::new(), celsius: 20.0 }] })?;
    world.insert(Reading { id: Id::new(), celsius: 10.0 })?;
    set_gpa::call(&world, &alone, 3.6).wait()?;
    set_gpa::call(&world, &alone, 3.7).on_conflict(OnConflict::Branch).wait()?;

    let gpas: Vec<f64> = world.heads_of::<Student>()?.iter().map(|student| student.gpa).collect();
    assert_eq!(gpas, [3.6, 3.7]);
    let readings: Vec<f64> = world.heads_of::<Reading>()?.iter().map(|reading| reading.celsius).collect();
    assert_eq!(readings, [20.0, 10.0]);
    assert_eq!(world.heads_of::<Class>()?, [class]);
    Ok(())
}
