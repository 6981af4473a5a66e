//! What a parameter is follows from its type, and an argument may be a value, a handle or an address.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap};

use common::{Student, fields, student};
use ecs::Kind;
use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Bonus {
    id: Id,
    #[config(default = 0.5)]
    points: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Average {
    id: Id,
    value: f64,
}

type Cohort = Vec<Student>;
type Pupil = Student;
type Seating = BTreeMap<u8, (Student, Option<Student>)>;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Term {
    Autumn,
    Other { weeks: u8 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Range {
    low: f64,
    high: f64,
}

fn sum<'s>(students: impl IntoIterator<Item = &'s Student>) -> f64 {
    students.into_iter().map(|student| student.gpa).sum()
}

// ---- Entities -------------------------------------------------------------------------------

#[callable]
fn place_of(pupil: &Student) -> usize {
    std::ptr::from_ref(pupil).addr()
}

#[callable]
fn raise(pupil: &mut Student, by: f64) {
    pupil.gpa += by;
}

#[callable]
fn become_another(pupil: &mut Student) {
    pupil.id = Id::new();
}

#[callable]
fn raised_by_value(mut pupil: Student) -> Student {
    pupil.gpa += 1.0;
    pupil
}

#[callable]
fn sum_of_slice(pupils: &[Student]) -> f64 {
    sum(pupils)
}

#[callable]
fn raise_all(mut pupils: Vec<Student>) -> Vec<Student> {
    for pupil in &mut pupils {
        pupil.gpa += 1.0;
    }
    pupils
}

#[callable]
fn sum_of_array(pupils: [Student; 2]) -> f64 {
    sum(&pupils)
}

#[callable]
fn gpa_if_any(pupil: Option<Student>) -> Option<f64> {
    pupil.map(|pupil| pupil.gpa)
}

#[callable]
fn gpa_if_lent(pupil: &Option<Student>) -> Option<f64> {
    pupil.as_ref().map(|pupil| pupil.gpa)
}

#[callable]
fn sum_of_map(pupils: BTreeMap<String, Student>) -> f64 {
    sum(pupils.values())
}

#[callable]
fn seat_of(pupils: &HashMap<u8, Student>, name: &str) -> Option<u8> {
    pupils.iter().find(|(_, pupil)| pupil.name == name).map(|(seat, _)| *seat)
}

#[callable]
fn better_of_pair(pair: (Student, Student)) -> Student {
    if pair.0.gpa >= pair.1.gpa { pair.0 } else { pair.1 }
}

#[callable]
fn weighted(groups: BTreeMap<String, Vec<(Student, f64)>>) -> f64 {
    groups.values().flatten().map(|(pupil, weight)| pupil.gpa * weight).sum()
}

#[tokio::test]
async fn a_shared_reference_is_the_stored_snapshot_itself_without_a_copy() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let place = place_of::call(&world, &alice).await?;
    assert_eq!(place, std::ptr::from_ref::<Student>(&alice).addr());
    Ok(())
}

#[tokio::test]
async fn a_mutable_reference_is_an_isolated_copy_whose_new_version_is_the_output() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let raised = raise::call(&world, &alice, 0.25).await?;
    assert_eq!((raised.gpa, raised.parent(), raised.lineage_id()), (3.75, Some(alice.ecs_id()), alice.lineage_id()));
    assert_eq!(alice.gpa, 3.5);
    assert_eq!(world.get::<Student>(alice.ecs_id())?.gpa, 3.5);
    assert_eq!(world.head::<Student>(&alice)?, raised);
    Ok(())
}

#[tokio::test]
async fn replacing_the_identity_behind_a_mutable_reference_is_an_error_that_leaves_no_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let error = become_another::call(&world, &alice).await.expect_err("another identity");
    assert!(matches!(error.kind(), ecs::ErrorKind::IdentityReplaced { parameter: "pupil", .. }), "{error}");
    assert_eq!(world.head::<Student>(&alice)?, alice);
    Ok(())
}

#[tokio::test]
async fn an_entity_by_value_is_an_isolated_copy_that_may_come_back_as_the_next_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let raised = raised_by_value::call(&world, &alice).await?;
    assert_eq!((raised.gpa, raised.parent()), (4.5, Some(alice.ecs_id())));
    assert_eq!(alice.gpa, 3.5);
    Ok(())
}

#[tokio::test]
async fn a_slice_of_entities_takes_handles_values_or_a_mix() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let handles = vec![alice.clone(), bob.clone()];
    assert_eq!(sum_of_slice::call(&world, &handles[..]).await?, 5.5);
    assert_eq!(sum_of_slice::call(&world, handles).await?, 5.5);
    assert_eq!(sum_of_slice::call(&world, vec![student("Carol", 1.0)]).await?, 1.0);

    let mix: Vec<Arg<Student>> = vec![(&alice).into(), bob.at("").into(), student("Carol", 1.0).into()];
    let mixed = sum_of_slice::call(&world, mix).recorded().await?;
    assert_eq!(mixed.output, 6.5);
    let argument = mixed.execution.argument("pupils").expect("a parameter");
    assert_eq!(argument.kind, Kind::Entities);
    assert_eq!(argument.versions[..2], [alice.ecs_id(), bob.ecs_id()]);
    assert_eq!(world.get::<Student>(argument.versions[2])?.name, "Carol");
    assert_eq!(argument.sources.len(), 1, "only Bob was given by address");
    assert_eq!((argument.sources[0].to.to_string(), &argument.sources[0].from), (".1".into(), &bob.address()));
    Ok(())
}

// predecessor 1.3 "list of entities": mutations of members are tracked, members keep their identity.
#[tokio::test]
async fn members_of_a_list_of_entities_that_are_changed_get_their_next_versions() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let raised = raise_all::call(&world, vec![alice.clone(), bob.clone()]).await?;
    assert_eq!((raised[0].gpa, raised[0].parent()), (4.5, Some(alice.ecs_id())));
    assert_eq!((raised[1].gpa, raised[1].parent()), (3.0, Some(bob.ecs_id())));
    assert_eq!((alice.gpa, bob.gpa), (3.5, 2.0));
    assert_eq!(world.get::<Student>(alice.ecs_id())?, alice, "the id of a member still resolves to the member");
    Ok(())
}

#[tokio::test]
async fn an_array_of_entities_takes_exactly_its_number() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    assert_eq!(sum_of_array::call(&world, [alice.clone(), bob.clone()]).await?, 5.5);
    assert_eq!(sum_of_array::call(&world, [student("Carol", 1.0), student("Dan", 1.5)]).await?, 2.5);

    let one_only = world.execute("sum_of_array", args! { pupils: [alice.address()] }).await.expect_err("one of two");
    assert_eq!(one_only.code(), "wrong-argument-type");
    assert!(one_only.to_string().contains("it has 2 elements"), "{one_only}");
    Ok(())
}

#[tokio::test]
async fn an_optional_entity_may_be_given_or_not() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    assert_eq!(gpa_if_any::call(&world, Some(alice.clone())).await?, Some(3.5));
    assert_eq!(gpa_if_any::call(&world, Some(student("Bob", 2.0))).await?, Some(2.0));
    assert_eq!(gpa_if_any::call(&world, None::<Stored<Student>>).await?, None);
    assert_eq!(gpa_if_lent::call(&world, Some(alice.clone())).await?, Some(3.5));
    let by_name = world.execute("gpa_if_any", args! { pupil: &alice }).await?;
    assert_eq!(by_name.value()?, json!(3.5));
    let nothing = world.execute("gpa_if_any", json!({ "pupil": null })).await?;
    assert_eq!(nothing.value()?, json!(null));
    Ok(())
}

#[tokio::test]
async fn maps_of_entities_keep_their_keys() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let by_letter = BTreeMap::from([("a".to_owned(), alice.clone()), ("b".to_owned(), bob.clone())]);
    let called = sum_of_map::call(&world, by_letter).recorded().await?;
    assert_eq!(called.output, 5.5);
    let input = called.execution.input.expect("an input entity");
    let expected = json!({ "pupils": { "a": alice.address(), "b": bob.address() } });
    assert_eq!(fields(&world, input)?, expected, "the input entity refers to its members and does not own them");

    let seats = HashMap::from([(1, alice.clone()), (7, bob.clone())]);
    assert_eq!(seat_of::call(&world, seats, "Bob").await?, Some(7));
    let by_name = json!({ "pupils": { "1": alice.address(), "7": bob.address() }, "name": "Bob" });
    assert_eq!(world.execute("seat_of", by_name).await?.value()?, json!(7));
    Ok(())
}

#[tokio::test]
async fn a_tuple_of_entities_keeps_their_identities() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let better = better_of_pair::call(&world, (bob.clone(), alice.clone())).await?;
    assert_eq!(better, alice, "returned unchanged it is the same version");
    let better = world.execute("better_of_pair", args! { pair: [bob.address(), alice.address()] }).await?;
    assert_eq!(better.output::<Student>(0)?, alice);
    Ok(())
}

#[tokio::test]
async fn nested_containers_of_entities_beside_values_are_seen_through() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let groups = BTreeMap::from([("all".to_owned(), vec![(Student::clone(&alice), 2.0), (Student::clone(&bob), 1.0)])]);
    let typed = weighted::call(&world, groups).recorded().await?;
    assert_eq!(typed.output, 9.0);
    let by_name = world
        .execute("weighted", json!({ "groups": { "all": [[alice.address(), 2.0], [bob.address(), 1.0]] } }))
        .await?;
    assert_eq!(by_name.value()?, json!(9.0));
    for execution in [&typed.execution, by_name.execution()] {
        let argument = execution.argument("groups").expect("a parameter");
        assert_eq!(argument.versions[..], [alice.ecs_id(), bob.ecs_id()], "an unchanged value is its stored version");
        let input = fields(&world, execution.input.expect("an input entity"))?;
        assert_eq!(input, json!({ "groups": { "all": [[alice.address(), 2.0], [bob.address(), 1.0]] } }));
    }
    Ok(())
}

// predecessor 1.3 "same entity twice"
#[tokio::test]
async fn one_entity_may_be_given_for_two_parameters() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let same = same_pupil::call(&world, &alice, &alice).recorded().await?;
    assert!(same.output);
    assert_eq!(same.execution.strategy, Strategy::MultiEntityComposite);
    let versions = ["first", "second"].map(|name| same.execution.argument(name).expect("a parameter").versions[0]);
    assert_eq!(versions, [alice.ecs_id(); 2]);
    Ok(())
}

#[callable]
fn same_pupil(first: &Student, second: &Student) -> bool {
    first == second
}

#[callable]
fn cohort_size(cohort: Cohort) -> usize {
    cohort.len()
}

#[callable]
fn pupil_name(pupil: &Pupil) -> String {
    pupil.name.clone()
}

#[callable]
fn neighbours(seating: Seating) -> usize {
    seating.values().filter(|(_, neighbour)| neighbour.is_some()).count()
}

#[tokio::test]
async fn aliases_mean_what_they_stand_for() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let size = cohort_size::call(&world, vec![alice.clone(), bob.clone()]).recorded().await?;
    assert_eq!(size.output, 2);
    let argument = size.execution.argument("cohort").expect("a parameter");
    assert_eq!((argument.kind, argument.versions.len()), (Kind::Entities, 2));

    let name = pupil_name::call(&world, &alice).recorded().await?;
    assert_eq!(name.output, "Alice");
    assert_eq!(name.execution.argument("pupil").expect("a parameter").kind, Kind::Entity);

    let seating =
        BTreeMap::from([(1, (Student::clone(&alice), Some(Student::clone(&bob)))), (2, (student("C", 1.0), None))]);
    let pairs = neighbours::call(&world, seating).recorded().await?;
    assert_eq!(pairs.output, 1);
    assert_eq!(pairs.execution.argument("seating").expect("a parameter").versions.len(), 3);
    Ok(())
}

// ---- Configs --------------------------------------------------------------------------------

#[callable]
fn with_bonus(pupil: &Student, bonus: &Bonus) -> Average {
    Average { id: Id::new(), value: pupil.gpa + bonus.points }
}

#[callable]
fn with_own_bonus(pupil: &Student, bonus: Bonus) -> Average {
    Average { id: Id::new(), value: pupil.gpa + bonus.points }
}

#[callable]
fn all_bonuses(bonuses: Vec<Bonus>) -> f64 {
    bonuses.iter().map(|bonus| bonus.points).sum()
}

#[tokio::test]
async fn a_config_by_reference_or_by_value_is_bound_and_is_no_entity_of_the_input() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let lent = with_bonus::call(&world, &alice, Bonus { points: 0.25, ..Bonus::default() }).recorded().await?;
    let given = with_own_bonus::call(&world, &alice, Bonus { points: 0.25, ..Bonus::default() }).recorded().await?;
    assert_eq!((lent.output.value, given.output.value), (3.75, 3.75));
    for execution in [lent.execution, given.execution] {
        assert_eq!(execution.argument("bonus").expect("a parameter").kind, Kind::Config);
        assert_eq!(execution.input, Some(alice.ecs_id()));
        assert_eq!(execution.configs.len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_config_inside_a_container_is_plain_entity_data() -> ecs::Result<()> {
    let world = World::fresh()?;
    let half = world.insert(Bonus::default())?;
    let called = all_bonuses::call(&world, vec![half.clone(), half.clone()]).recorded().await?;
    assert_eq!(called.output, 1.0);
    let argument = called.execution.argument("bonuses").expect("a parameter");
    assert_eq!((argument.kind, argument.versions), (Kind::Entities, &[half.ecs_id(); 2][..]));
    assert!(called.execution.configs.is_empty());
    Ok(())
}

// ---- Values ---------------------------------------------------------------------------------

#[callable]
fn describe(text: &str, marks: &[f64], term: Term, range: &Range, note: Option<String>) -> String {
    format!("{text} {marks:?} {term:?} {range:?} {note:?}")
}

#[tokio::test]
async fn any_serde_value_is_itself_and_is_recorded_in_the_input_entity() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (marks, range) = ([1.0, 2.5], Range { low: 0.0, high: 4.0 });
    let typed =
        describe::call(&world, "marks", &marks[..], Term::Other { weeks: 6 }, range.clone(), Some("late".to_owned()))
            .recorded()
            .await?;
    let by_name = world
        .execute(
            "describe",
            args! { text: "marks", marks: [1.0, 2.5], term: Term::Other { weeks: 6 }, range: range, note: "late" },
        )
        .await?;
    let expected = json!({
        "text": "marks", "marks": [1.0, 2.5], "term": { "Other": { "weeks": 6 } },
        "range": { "low": 0.0, "high": 4.0 }, "note": "late",
    });
    for execution in [&typed.execution, by_name.execution()] {
        assert_eq!(execution.strategy, Strategy::PureBorrowing);
        assert_eq!(fields(&world, execution.input.expect("an input entity"))?, expected);
    }
    let said = r#"marks [1.0, 2.5] Other { weeks: 6 } Range { low: 0.0, high: 4.0 } Some("late")"#;
    assert_eq!(typed.output, said);
    assert_eq!(by_name.value()?, json!(said));
    Ok(())
}

#[tokio::test]
async fn a_unit_variant_and_a_missing_optional_value_are_values_too() -> ecs::Result<()> {
    let world = World::fresh()?;
    let no_marks: &[f64] = &[];
    let range = Range { low: 0.0, high: 1.0 };
    let called = describe::call(&world, "", no_marks, Term::Autumn, range, None).recorded().await?;
    let input = fields(&world, called.execution.input.expect("an input entity"))?;
    assert_eq!((&input["term"], &input["note"], &input["marks"]), (&json!("Autumn"), &json!(null), &json!([])));
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum House {
    North,
    South,
}

// What it displays as is not how it is recorded.
impl std::fmt::Display for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the {self:?} house")
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scaled<T>(T);

#[callable]
#[expect(clippy::too_many_arguments, reason = "one of each")]
fn one_of_each(
    letter: char,
    pair: (f64, u8),
    by_text: BTreeMap<String, f64>,
    boxed: Box<i64>,
    array: [f64; 3],
    shared_text: Box<str>,
    scaled: Scaled<f64>,
    wait: std::time::Duration,
    by_house: BTreeMap<House, Vec<u8>>,
    path: std::path::PathBuf,
    negative: i128,
    anything: serde_json::Value,
) -> String {
    let numbers = format!("{pair:?} {by_text:?} {boxed} {array:?} {scaled:?} {negative}");
    format!("{letter} {shared_text} {} {wait:?} {by_house:?} {anything} {numbers}", path.display())
}

#[tokio::test]
async fn values_of_every_serde_shape_are_given_typed_and_by_name_alike() -> ecs::Result<()> {
    let world = World::fresh()?;
    let typed = one_of_each::call(
        &world,
        'x',
        (1.0, 2),
        BTreeMap::from([("a".to_owned(), 1.5)]),
        Box::new(3),
        [1.0, 2.0, 3.0],
        Box::<str>::from("text"),
        Scaled(2.5),
        std::time::Duration::from_millis(1500),
        BTreeMap::from([(House::South, vec![1, 2])]),
        std::path::PathBuf::from("a/b"),
        -5,
        json!({ "k": [1, null] }),
    )
    .recorded()
    .await?;
    let given = json!({
        "letter": "x", "pair": [1.0, 2], "by_text": { "a": 1.5 }, "boxed": 3, "array": [1.0, 2.0, 3.0],
        "shared_text": "text", "scaled": 2.5, "wait": { "secs": 1, "nanos": 500_000_000 },
        "by_house": { "South": [1, 2] }, "path": "a/b", "negative": -5, "anything": { "k": [1, null] },
    });
    assert_eq!(fields(&world, typed.execution.input.expect("an input entity"))?, given);
    let by_name = world.execute("one_of_each", given.clone()).await?;
    assert_eq!(fields(&world, by_name.execution().input.expect("an input entity"))?, given);
    assert_eq!(by_name.value()?, json!(typed.output));
    Ok(())
}

#[callable]
fn houses(by_house: BTreeMap<House, Student>) -> Vec<House> {
    by_house.into_keys().collect()
}

#[tokio::test]
async fn keys_of_a_map_of_handles_are_spelled_as_serde_spells_them() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let handles = BTreeMap::from([(House::North, alice.clone()), (House::South, alice.clone())]);
    assert_eq!(houses::call(&world, handles).await?, [House::North, House::South]);
    let by_name = world.execute("houses", json!({ "by_house": { "South": alice.address() } })).await?;
    assert_eq!(by_name.value()?, json!(["South"]));
    Ok(())
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Folder {
    owner: Student,
}

#[callable]
fn owner_of(folder: Folder) -> String {
    folder.owner.name
}

#[callable]
fn is_owner(pupil: &Student, folder: &Folder) -> bool {
    folder.owner == *pupil
}

#[tokio::test]
async fn an_entity_hidden_in_a_plain_value_is_refused_and_not_lost() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let folder = || Folder { owner: Student::clone(&alice) };
    for error in [
        owner_of::call(&world, folder()).await.expect_err("hidden"),
        is_owner::call(&world, &alice, folder()).await.expect_err("hidden"),
        world.execute("owner_of", args! { folder: folder() }).await.expect_err("hidden"),
    ] {
        assert_eq!(error.code(), "hidden-entity");
        assert!(error.to_string().contains("folder.owner"), "{error}");
        let failed = world.execution(error.execution().expect("a recorded failure"))?;
        assert_eq!(failed.status().outcome(), Outcome::Failed);
    }
    Ok(())
}

// predecessor 1.3 A6: the type of a value is checked, and a wrong one is recorded as a failure.
#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused_and_the_refusal_is_recorded() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let error = world.execute("raise", args! { pupil: &alice, by: "hello" }).await.expect_err("no number");
    assert_eq!(error.code(), "wrong-argument-type");
    let message = error.to_string();
    for part in ["`raise`", "`by`", "`f64`", "\"hello\""] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let failed = world.execution(error.execution().expect("a recorded failure"))?;
    assert_eq!(failed.status().outcome(), Outcome::Failed);
    assert_eq!(world.head::<Student>(&alice)?, alice);
    Ok(())
}

// predecessor 1.3 A6: the type of an entity is checked before the function runs.
#[tokio::test]
async fn an_entity_of_the_wrong_type_is_refused_before_the_function_runs() -> ecs::Result<()> {
    let world = World::fresh()?;
    let average = world.insert(Average { id: Id::new(), value: 1.0 })?;
    for given in [args! { pupil: &average, by: 1.0 }, args! { pupil: average.address(), by: 1.0 }] {
        let error = world.execute("raise", given).await.expect_err("no student");
        assert_eq!(error.code(), "wrong-argument-type");
        let message = error.to_string();
        assert!(message.contains("`Average`") && message.contains("`Student`"), "{message}");
    }
    Ok(())
}

// ---- Addresses ------------------------------------------------------------------------------

// predecessor 1.3 A4: a mutation through an address is not lost.
#[tokio::test]
async fn a_mutation_through_an_address_is_not_lost() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let raised = raise::call(&world, alice.at(""), 0.25).recorded().await?;
    assert_eq!(raised.output.parent(), Some(alice.ecs_id()));
    assert_eq!(world.head::<Student>(&alice)?.gpa, 3.75);
    assert_eq!(world.get::<Student>(alice.ecs_id())?.gpa, 3.5);
    assert_eq!(raised.execution.outputs[0].semantics, Semantics::Mutation);

    let head = Address::of_head(alice.lineage_id());
    let again = world.execute("raise", args! { pupil: head, by: 0.25 }).await?;
    assert_eq!(again.output::<Student>(0)?.gpa, 4.0);
    assert_eq!(again.output::<Student>(0)?.parent(), Some(raised.output.ecs_id()));
    let source = &again.execution().argument("pupil").expect("a parameter").sources[0];
    assert_eq!(source.from, raised.output.address(), "the head is recorded as the version that it was");
    Ok(())
}

// predecessor 1.3 A6+: an address beside an entity is resolved, not passed as text.
#[tokio::test]
async fn an_address_beside_an_entity_is_resolved_and_its_source_recorded() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let typed = raise::call(&world, &alice, bob.at("gpa")).recorded().await?;
    assert_eq!(typed.output.gpa, 5.5);
    let by_name = world.execute("raise", args! { pupil: &typed.output, by: format!("{bob}.gpa") }).await?;
    assert_eq!(by_name.output::<Student>(0)?.gpa, 7.5);
    for execution in [&typed.execution, by_name.execution()] {
        let sources = &execution.argument("by").expect("a parameter").sources;
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].from.to_string(), format!("{bob}.gpa"));
    }
    Ok(())
}

#[callable]
fn mixed_up(name: &str, pupil: &Student, rival: &Student, bonus: f64, marks: Vec<f64>) -> Average {
    let marks: f64 = marks.iter().sum();
    Average { id: Id::new(), value: pupil.gpa - rival.gpa + bonus + marks + f64::from(u32::from(name == "Bob")) }
}

// predecessor 1.3 A7: addresses are resolved although an entity is given as well.
#[tokio::test]
async fn values_handles_and_addresses_mix_in_one_call() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let typed =
        mixed_up::call(&world, bob.at("name"), &alice, bob.at(""), alice.at("gpa"), vec![0.5]).recorded().await?;
    let by_name = world
        .execute(
            "mixed_up",
            args! {
                name: bob.at::<String>("name"), pupil: &alice, rival: bob.address(), bonus: format!("{alice}.gpa"),
                marks: [0.5],
            },
        )
        .await?;
    assert_eq!(typed.output.value, 6.5);
    assert_eq!(by_name.output::<Average>(0)?.value, 6.5);
    assert!(typed.execution.arguments().eq(by_name.execution().arguments()));
    let sources = |name| {
        let argument = typed.execution.argument(name).expect("a parameter");
        argument.sources.iter().map(|source| source.from.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(sources("name"), [format!("{bob}.name")]);
    assert!(sources("pupil").is_empty() && sources("marks").is_empty());
    assert_eq!(sources("rival"), [bob.to_string()]);
    assert_eq!(sources("bonus"), [format!("{alice}.gpa")]);
    Ok(())
}

#[tokio::test]
async fn a_part_of_an_entity_is_no_entity() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let error = raise::call(&world, alice.at("gpa"), 1.0).await.expect_err("a number");
    assert_eq!(error.code(), "wrong-argument-type");
    assert!(error.to_string().contains("`pupil`"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_field_of_the_wrong_type_at_an_address_is_refused() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let error = raise::call(&world, &alice, alice.at("name")).await.expect_err("a text");
    assert_eq!(error.code(), "wrong-argument-type");
    assert!(error.to_string().contains("Alice"), "{error}");
    let error = raise::call(&world, &alice, alice.at("gap")).await.expect_err("no such field");
    assert_eq!(error.code(), "unknown-field");
    Ok(())
}

// ---- Defaults -------------------------------------------------------------------------------

#[callable]
fn curve(
    pupil: &Student,
    #[default(0.25)] by: f64,
    #[default("mild")] how: &str,
    #[default(vec![1, 2])] terms: Vec<u8>,
) -> String {
    format!("{} {by} {how} {terms:?}", pupil.name)
}

#[tokio::test]
async fn a_default_stands_in_for_an_argument_left_out() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let typed = curve::call(&world, &alice, Arg::Default, Arg::Default, Arg::Default).recorded().await?;
    let by_name = world.execute("curve", args! { pupil: &alice }).await?;
    assert_eq!(typed.output, "Alice 0.25 mild [1, 2]");
    assert_eq!(by_name.value()?, json!(typed.output));
    assert_eq!(typed.execution.configs, by_name.execution().configs);
    let recorded = fields(&world, typed.execution.configs[0])?;
    assert_eq!(recorded, json!({ "by": 0.25, "how": "mild", "terms": [1, 2] }), "defaults used are recorded");

    let some = world.execute("curve", args! { pupil: &alice, how: "harsh" }).await?;
    assert_eq!(some.value()?, json!("Alice 0.25 harsh [1, 2]"));
    assert_eq!(curve::call(&world, &alice, 1.0, Arg::Default, vec![]).await?, "Alice 1 mild []");
    Ok(())
}

#[callable]
fn power(base: f64, #[default(7)] exponent: i32) -> f64 {
    base.powi(exponent)
}

// predecessor 1.3 "primitives only"
#[tokio::test]
async fn a_default_of_a_callable_of_values_is_recorded_in_its_input_entity() -> ecs::Result<()> {
    let world = World::fresh()?;
    let call = world.execute("power", args! { base: 2.0 }).await?;
    assert_eq!(call.value()?, json!(128.0));
    let input = call.execution().input.expect("an input entity");
    assert_eq!(fields(&world, input)?, json!({ "base": 2.0, "exponent": 7 }));
    Ok(())
}

#[tokio::test]
async fn a_missing_argument_without_a_default_is_an_error_that_names_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let typed = raise::call(&world, &alice, Arg::Default).await.expect_err("nothing given for `by`");
    let by_name = world.execute("raise", args! { pupil: &alice }).await.expect_err("nothing given for `by`");
    for error in [typed, by_name] {
        assert_eq!(error.code(), "missing-argument");
        assert_eq!(error.to_string(), "`raise` needs an argument `by`, a `f64`");
        assert!(error.execution().is_some());
    }
    Ok(())
}

// ---- Context --------------------------------------------------------------------------------

#[callable]
async fn raise_twice(context: &Context, pupil: &Student, by: f64) -> ecs::Result<Average> {
    let once = raise::call(context, pupil.clone(), by).await?;
    let twice = context.execute("raise", args! { pupil: &once, by: by }).await?;
    Ok(Average { id: Id::new(), value: twice.output::<Student>(0)?.gpa })
}

#[callable]
fn raise_in_place(pupil: &Student, context: &Context) -> ecs::Result<f64> {
    let raised = raise::call(context, pupil.clone(), 1.0).wait()?;
    Ok(context.head::<Student>(&raised)?.gpa)
}

#[tokio::test]
async fn calls_through_the_context_are_recorded_with_their_parent() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let outer = raise_twice::call(&world, &alice, 0.25).recorded().await?;
    assert_eq!(outer.output.value, 4.0);
    assert_eq!(outer.execution.parent, None);
    let inner = world.executions(&ExecutionFilter::new().parent(outer.execution.id))?;
    assert_eq!(inner.iter().map(|inner| inner.callable()).collect::<Vec<_>>(), ["raise", "raise"]);
    assert_eq!(world.head::<Student>(&alice)?.gpa, 4.0);
    Ok(())
}

#[test]
fn a_synchronous_callable_calls_others_through_its_context_without_a_runtime() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    assert_eq!(raise_in_place::call(&world, &alice).wait()?, 4.5);
    let outer = &world.executions(&ExecutionFilter::new().callable("raise_in_place"))?[0];
    let inner = world.executions(&ExecutionFilter::new().parent(outer.id))?;
    assert_eq!(inner.len(), 1);
    Ok(())
}

#[tokio::test]
async fn the_context_is_no_input() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let called = raise_in_place::call(&world, &alice).recorded().await?;
    assert_eq!(called.execution.strategy, Strategy::SingleEntityDirect);
    assert_eq!(called.execution.input, Some(alice.ecs_id()));
    assert!(called.execution.argument("context").is_none());
    let named: Vec<_> =
        world.callable("raise_in_place")?.input().parameters().map(|parameter| parameter.name()).collect();
    assert_eq!(named, ["pupil"]);
    let error = world.execute("raise_in_place", args! { pupil: &alice, context: 1 }).await.expect_err("no argument");
    assert_eq!(error.code(), "unknown-argument");
    Ok(())
}
