//! Every shape a callable can return comes back as it was returned, with a handle for each entity, and is recorded.

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Standing {
    id: Id,
    qualified: bool,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Grade {
    id: Id,
    course: String,
    mark: u8,
}

/// A plain value with fields of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Feedback {
    text: String,
    stars: Option<u8>,
}

#[derive(Debug, PartialEq)]
struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file is unreadable")
    }
}

fn grade(course: &str, mark: u8) -> Grade {
    Grade { id: Id::new(), course: course.to_owned(), mark }
}

fn school() -> ecs::Result<(World, Stored<Student>)> {
    let world = World::fresh()?;
    let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    Ok((world, alice))
}

/// The address of the newest version, whatever it is by then.
fn head_of(student: &Stored<Student>) -> Address {
    Address::of_head(student.lineage_id())
}

/// Checks that these entities, and no others, are the siblings that an execution put out, in this order.
fn assert_siblings(world: &World, execution: &Arc<Execution>, expected: &[EcsId]) -> ecs::Result<()> {
    let outputs: Vec<EcsId> = execution.outputs.iter().map(|output| output.ecs_id).collect();
    assert_eq!(outputs, expected);
    for (position, output) in execution.outputs.iter().enumerate() {
        assert_eq!(output.output_index as usize, position);
        let siblings: Vec<EcsId> = execution.siblings(output.ecs_id).map(|sibling| sibling.ecs_id).collect();
        let others: Vec<EcsId> = expected.iter().copied().filter(|other| *other != output.ecs_id).collect();
        assert_eq!(siblings, others);
        let version = world.version(output.ecs_id)?;
        assert_eq!(version.execution_id(), Some(execution.id), "each output is a stored root of its own");
        assert_eq!(world.any_head(version.lineage_id())?.ecs_id(), output.ecs_id);
    }
    assert_eq!(world.execution(execution.id)?.outputs.len(), expected.len());
    Ok(())
}

/// The plain values in the generated output entity of an execution.
fn recorded_values(world: &World, execution: &Execution) -> ecs::Result<serde_json::Value> {
    let output_entity = execution.output_entity.expect("the execution put out plain values");
    assert_eq!(world.version(output_entity)?.execution_id(), Some(execution.id));
    world.resolve(&Address::of_version(output_entity).with_path("result".parse()?))
}

// ---- One entity ---------------------------------------------------------------------------------

#[callable]
fn one(student: &Student) -> Standing {
    Standing { id: Id::new(), qualified: student.gpa > 3.0 }
}

#[callable]
async fn one_later(student: &Student) -> Standing {
    tokio::task::yield_now().await;
    one(student)
}

#[tokio::test]
async fn one_entity_comes_back_as_its_handle() -> ecs::Result<()> {
    let (world, alice) = school()?;
    for call in [one::call(&world, &alice).recorded().await?, one_later::call(&world, &alice).recorded().await?] {
        let standing: Stored<Standing> = call.output;
        assert!(standing.qualified);
        assert_siblings(&world, &call.execution, &[standing.ecs_id()])?;
        assert_eq!(call.execution.output_entity, None, "there are no plain values to record");
    }
    for name in ["one", "one_later"] {
        let outcome = world.execute(name, args! { student: &alice }).await?;
        let standing = outcome.output::<Standing>(0)?;
        assert!(standing.qualified);
        assert_siblings(&world, outcome.execution(), &[standing.ecs_id()])?;
        assert_eq!(outcome.value()?, json!(null));
    }
    Ok(())
}

// ---- Tuples -------------------------------------------------------------------------------------

#[callable]
fn pair(student: &Student) -> (Standing, Grade) {
    (one(student), grade("Latin", 7))
}

#[callable]
async fn pair_later(student: &Student) -> (Standing, Grade) {
    pair(student)
}

#[tokio::test]
async fn a_tuple_of_entities_comes_back_as_a_tuple_of_siblings() -> ecs::Result<()> {
    let (world, alice) = school()?;
    for call in [pair::call(&world, &alice).recorded().await?, pair_later::call(&world, &alice).recorded().await?] {
        let (standing, latin): (Stored<Standing>, Stored<Grade>) = call.output;
        assert!(standing.qualified);
        assert_eq!(latin.mark, 7);
        assert_siblings(&world, &call.execution, &[standing.ecs_id(), latin.ecs_id()])?;
    }
    for name in ["pair", "pair_later"] {
        let outcome = world.execute(name, args! { student: &alice }).await?;
        let (standing, latin) = (outcome.output::<Standing>(0)?, outcome.output::<Grade>(1)?);
        assert_siblings(&world, outcome.execution(), &[standing.ecs_id(), latin.ecs_id()])?;
    }
    Ok(())
}

#[callable]
fn eight(student: &Student) -> (Grade, Grade, Grade, Grade, Grade, Grade, Grade, Standing) {
    let mark = |mark| grade("Latin", mark);
    (mark(0), mark(1), mark(2), mark(3), mark(4), mark(5), mark(6), one(student))
}

#[tokio::test]
async fn a_tuple_of_eight_keeps_its_order() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = eight::call(&world, &alice).recorded().await?;
    assert_eq!((call.output.0.mark, call.output.6.mark, call.output.7.qualified), (0, 6, true));
    assert_eq!(call.execution.outputs.len(), 8);
    assert_eq!(call.execution.outputs[7].ecs_id, call.output.7.ecs_id());
    Ok(())
}

#[tokio::test]
async fn asking_by_name_for_an_output_that_is_not_there_lists_those_that_are() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let outcome = world.execute("pair", args! { student: &alice }).await?;
    for error in [outcome.output::<Grade>(0).expect_err("a Standing"), outcome.output::<Grade>(2).expect_err("too far")]
    {
        assert_eq!(error.code(), "no-such-output");
        let message = error.to_string();
        assert!(message.contains("`Grade`") && message.contains("`Standing`, `Grade`"), "{message}");
    }
    Ok(())
}

// ---- Sequences ----------------------------------------------------------------------------------

#[callable]
fn many(count: u8) -> Vec<Grade> {
    (0..count).map(|mark| grade("Latin", mark)).collect()
}

#[callable]
async fn many_later(count: u8) -> Vec<Grade> {
    many(count)
}

#[tokio::test]
async fn a_vec_of_entities_comes_back_as_a_vec_of_siblings() -> ecs::Result<()> {
    let (world, _) = school()?;
    for call in [many::call(&world, 20).recorded().await?, many_later::call(&world, 20).recorded().await?] {
        let grades: Vec<Stored<Grade>> = call.output;
        let marks: Vec<u8> = grades.iter().map(|grade| grade.mark).collect();
        assert_eq!(marks, (0..20).collect::<Vec<_>>());
        let ids: Vec<EcsId> = grades.iter().map(Stored::ecs_id).collect();
        assert_siblings(&world, &call.execution, &ids)?;
    }
    for name in ["many", "many_later"] {
        let outcome = world.execute(name, args! { count: 20 }).await?;
        assert_eq!(outcome.outputs().len(), 20);
        assert_eq!(outcome.output::<Grade>(19)?.mark, 19);
    }
    Ok(())
}

#[tokio::test]
async fn an_empty_list_is_a_success_without_outputs() -> ecs::Result<()> {
    let (world, _) = school()?;
    let call = many::call(&world, 0).recorded().await?;
    assert!(call.output.is_empty());
    assert!(call.execution.is_success());
    assert!(call.execution.outputs.is_empty());
    let outcome = world.execute("many_later", args! { count: 0 }).await?;
    assert!(outcome.outputs().is_empty());
    Ok(())
}

#[callable]
fn both(first: u8, second: u8) -> [Grade; 2] {
    [grade("Latin", first), grade("Greek", second)]
}

#[callable]
async fn both_later(first: u8, second: u8) -> [Grade; 2] {
    both(first, second)
}

#[tokio::test]
async fn an_array_of_entities_comes_back_as_an_array() -> ecs::Result<()> {
    let (world, _) = school()?;
    for call in [both::call(&world, 5, 6).recorded().await?, both_later::call(&world, 5, 6).recorded().await?] {
        let [latin, greek]: [Stored<Grade>; 2] = call.output;
        assert_eq!((latin.mark, greek.mark), (5, 6));
        assert_siblings(&world, &call.execution, &[latin.ecs_id(), greek.ecs_id()])?;
    }
    for name in ["both", "both_later"] {
        let outcome = world.execute(name, args! { first: 5, second: 6 }).await?;
        assert_eq!(outcome.output::<Grade>(1)?.course, "Greek");
    }
    Ok(())
}

#[callable]
fn queue(count: u8) -> VecDeque<Grade> {
    many(count).into()
}

#[callable]
fn boxed(mark: u8) -> Box<Grade> {
    Box::new(grade("Latin", mark))
}

#[tokio::test]
async fn a_deque_comes_back_as_a_deque_and_a_box_as_the_handle_in_it() -> ecs::Result<()> {
    let (world, _) = school()?;
    let queue: VecDeque<Stored<Grade>> = queue::call(&world, 2).await?;
    assert_eq!(queue[1].mark, 1);
    let boxed: Stored<Grade> = boxed::call(&world, 3).await?;
    assert_eq!(boxed.mark, 3);
    Ok(())
}

// ---- Maps ---------------------------------------------------------------------------------------

#[callable]
fn by_course(mark: u8) -> BTreeMap<String, Grade> {
    ["Greek", "Latin"].into_iter().map(|course| (course.to_owned(), grade(course, mark))).collect()
}

#[callable]
async fn by_course_later(mark: u8) -> BTreeMap<String, Grade> {
    by_course(mark)
}

#[callable]
fn by_year(mark: u8) -> HashMap<u16, Grade> {
    HashMap::from([(2007, grade("Latin", mark)), (2008, grade("Greek", mark))])
}

#[tokio::test]
async fn a_map_of_entities_keeps_its_keys() -> ecs::Result<()> {
    let (world, _) = school()?;
    for call in [by_course::call(&world, 4).recorded().await?, by_course_later::call(&world, 4).recorded().await?] {
        let grades: BTreeMap<String, Stored<Grade>> = call.output;
        assert_eq!(grades["Latin"].course, "Latin");
        assert_siblings(&world, &call.execution, &[grades["Greek"].ecs_id(), grades["Latin"].ecs_id()])?;
    }
    for name in ["by_course", "by_course_later"] {
        let outcome = world.execute(name, args! { mark: 4 }).await?;
        assert_eq!(outcome.output::<Grade>(1)?.course, "Latin");
    }
    let by_year: HashMap<u16, Stored<Grade>> = by_year::call(&world, 4).await?;
    assert_eq!(by_year[&2008].course, "Greek");
    Ok(())
}

// ---- Entities mixed with values -----------------------------------------------------------------

#[callable]
fn by_number(count: u8) -> HashMap<String, Grade> {
    (0..count).map(|number| (format!("{number:02}"), grade("Latin", number))).collect()
}

#[tokio::test]
async fn the_outputs_of_a_map_without_order_are_numbered_by_key() -> ecs::Result<()> {
    let world = World::fresh()?;
    let outcome = world.execute("by_number", args! { count: 20 }).await?;
    let marks: Vec<u8> = outcome.all::<Grade>().iter().map(|grade| grade.mark).collect();
    assert_eq!(marks, (0..20).collect::<Vec<u8>>());
    Ok(())
}

#[callable]
fn with_margin(student: &Student) -> (Standing, f64) {
    (one(student), student.gpa - 3.0)
}

#[callable]
async fn with_margin_later(student: &Student) -> (Standing, f64) {
    with_margin(student)
}

#[tokio::test]
async fn a_value_beside_an_entity_in_a_pair_is_not_lost() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let calls = [
        with_margin::call(&world, &alice).recorded().await?,
        with_margin_later::call(&world, &alice).recorded().await?,
    ];
    for call in calls {
        let (standing, margin): (Stored<Standing>, f64) = call.output;
        assert_eq!(margin, 0.5);
        assert_siblings(&world, &call.execution, &[standing.ecs_id()])?;
        assert_eq!(recorded_values(&world, &call.execution)?, json!([standing.address(), 0.5]));
    }
    for name in ["with_margin", "with_margin_later"] {
        let outcome = world.execute(name, args! { student: &alice }).await?;
        let standing = outcome.output::<Standing>(0)?;
        assert_eq!(outcome.value()?, json!([standing.address(), 0.5]));
        assert!(outcome.output_entity().is_some());
    }
    Ok(())
}

#[callable]
fn annotated(count: u8) -> Vec<(String, Grade, Feedback)> {
    let feedback = |mark| Feedback { text: format!("{mark} points"), stars: Some(mark) };
    many(count).into_iter().map(|grade| (grade.course.clone(), grade.clone(), feedback(grade.mark))).collect()
}

#[tokio::test]
async fn values_beside_entities_inside_a_list_are_not_lost() -> ecs::Result<()> {
    let (world, _) = school()?;
    let call = annotated::call(&world, 2).recorded().await?;
    let (course, latin, feedback) = &call.output[1];
    assert_eq!((course.as_str(), latin.mark, feedback.stars), ("Latin", 1, Some(1)));
    assert_eq!(
        recorded_values(&world, &call.execution)?,
        json!([
            ["Latin", call.output[0].1.address(), { "text": "0 points", "stars": 0 }],
            ["Latin", latin.address(), { "text": "1 points", "stars": 1 }],
        ])
    );
    Ok(())
}

// ---- Nested containers --------------------------------------------------------------------------

#[callable]
fn gradebook(marks: Vec<u8>) -> BTreeMap<String, Vec<Grade>> {
    ["Greek", "Latin"]
        .into_iter()
        .map(|course| (course.to_owned(), marks.iter().map(|&mark| grade(course, mark)).collect()))
        .collect()
}

#[callable]
async fn gradebook_later(marks: Vec<u8>) -> BTreeMap<String, Vec<Grade>> {
    gradebook(marks)
}

#[tokio::test]
async fn entities_two_containers_deep_are_roots_of_their_own() -> ecs::Result<()> {
    let (world, _) = school()?;
    let calls =
        [gradebook::call(&world, [1, 2]).recorded().await?, gradebook_later::call(&world, [1, 2]).recorded().await?];
    for call in calls {
        let book: BTreeMap<String, Vec<Stored<Grade>>> = call.output;
        assert_eq!(book["Latin"][1].mark, 2);
        let ids: Vec<EcsId> = book.values().flatten().map(Stored::ecs_id).collect();
        assert_siblings(&world, &call.execution, &ids)?;
        assert_eq!(world.get::<Grade>(book["Latin"][1].ecs_id())?.course, "Latin");
    }
    for name in ["gradebook", "gradebook_later"] {
        let outcome = world.execute(name, args! { marks: [1, 2] }).await?;
        assert_eq!(outcome.output::<Grade>(3)?.mark, 2);
        assert_eq!(outcome.output::<Grade>(3)?.course, "Latin");
    }
    Ok(())
}

#[callable]
fn maybe_rows(mark: u8) -> Vec<Option<(Grade, [Standing; 1])>> {
    vec![None, Some((grade("Latin", mark), [Standing { id: Id::new(), qualified: true }]))]
}

#[tokio::test]
async fn three_kinds_of_container_within_each_other_keep_their_shape() -> ecs::Result<()> {
    let (world, _) = school()?;
    let call = maybe_rows::call(&world, 9).recorded().await?;
    assert!(call.output[0].is_none());
    let (latin, [standing]) = call.output[1].as_ref().expect("the second row is there");
    assert_siblings(&world, &call.execution, &[latin.ecs_id(), standing.ecs_id()])
}

// ---- Plain values -------------------------------------------------------------------------------

#[callable]
fn mean(marks: Vec<u8>) -> f64 {
    marks.iter().map(|&mark| f64::from(mark)).sum::<f64>() / marks.len() as f64
}

#[callable]
async fn mean_later(marks: Vec<u8>) -> f64 {
    mean(marks)
}

#[tokio::test]
async fn a_plain_value_comes_back_plain_and_is_recorded_in_the_output_entity() -> ecs::Result<()> {
    let (world, _) = school()?;
    for call in [mean::call(&world, [1, 2]).recorded().await?, mean_later::call(&world, [1, 2]).recorded().await?] {
        let value: f64 = call.output;
        assert_eq!(value, 1.5);
        assert!(call.execution.outputs.is_empty(), "a plain value is no entity");
        assert_eq!(recorded_values(&world, &call.execution)?, json!(1.5));
    }
    for (name, entity_type) in [("mean", "MeanOutput"), ("mean_later", "MeanLaterOutput")] {
        let outcome = world.execute(name, args! { marks: [1, 2] }).await?;
        assert_eq!(outcome.value()?, json!(1.5));
        assert_eq!(outcome.output_entity().map(|output| output.entity_type().name()), Some(entity_type));
    }
    Ok(())
}

#[callable]
fn numbers() -> (i32, i32) {
    (1, 2)
}

#[callable]
async fn numbers_later() -> (i32, i32) {
    (1, 2)
}

#[tokio::test]
async fn a_pair_of_numbers_is_one_plain_value() -> ecs::Result<()> {
    let world = World::fresh()?;
    for call in [numbers::call(&world).recorded().await?, numbers_later::call(&world).recorded().await?] {
        assert_eq!(call.output, (1, 2));
        assert_eq!(call.execution.strategy, Strategy::NoInputs);
        assert_eq!(recorded_values(&world, &call.execution)?, json!([1, 2]));
    }
    assert_eq!(world.execute("numbers", args! {}).await?.value()?, json!([1, 2]));
    Ok(())
}

#[callable]
fn texts(count: usize) -> BTreeMap<String, Vec<i64>> {
    (0..count).map(|at| (format!("row.{at}"), vec![-1; at])).collect()
}

#[callable]
fn feedback(text: &str) -> Feedback {
    Feedback { text: text.to_owned(), stars: None }
}

#[callable]
fn nothing_found() -> Option<f64> {
    None
}

#[tokio::test]
async fn maps_structs_and_absent_values_are_plain_values_too() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(texts::call(&world, 2).await?["row.1"], [-1]);
    assert_eq!(world.execute("texts", args! { count: 2 }).await?.value()?, json!({ "row.0": [], "row.1": [-1] }));

    let call = feedback::call(&world, "good").recorded().await?;
    assert_eq!(call.output, Feedback { text: "good".into(), stars: None });
    assert_eq!(recorded_values(&world, &call.execution)?, json!({ "text": "good", "stars": null }));

    let call = nothing_found::call(&world).recorded().await?;
    assert_eq!(call.output, None);
    assert_eq!(recorded_values(&world, &call.execution)?, json!(null));
    Ok(())
}

#[callable]
fn not_a_number() -> f64 {
    f64::NAN
}

#[tokio::test]
async fn a_value_json_cannot_hold_is_recorded_all_the_same() -> ecs::Result<()> {
    let world = World::fresh()?;
    let call = not_a_number::call(&world).recorded().await?;
    assert!(call.output.is_nan());
    let output_entity = call.execution.output_entity.expect("the value is recorded");
    let at: At<f64> = Address::of_version(output_entity).with_path("result".parse()?).into();
    assert!(world.read(&at)?.is_nan());
    let error = world.execute("not_a_number", args! {}).await?.value().expect_err("JSON has no NaN");
    assert_eq!(error.code(), "not-json");
    Ok(())
}

// ---- No inputs ----------------------------------------------------------------------------------

#[callable]
fn fresh_pair() -> (Grade, Standing) {
    (grade("Latin", 1), Standing { id: Id::new(), qualified: false })
}

#[callable]
fn fresh_map() -> BTreeMap<String, f64> {
    BTreeMap::from([("mean".to_owned(), 3.25)])
}

#[tokio::test]
async fn a_callable_without_inputs_returns_any_shape() -> ecs::Result<()> {
    let world = World::fresh()?;
    let call = fresh_pair::call(&world).recorded().await?;
    assert_eq!(call.execution.strategy, Strategy::NoInputs);
    assert_eq!(call.execution.input, None);
    assert_siblings(&world, &call.execution, &[call.output.0.ecs_id(), call.output.1.ecs_id()])?;
    assert_eq!(world.execute("fresh_map", args! {}).await?.value()?, json!({ "mean": 3.25 }));
    Ok(())
}

// ---- Option -------------------------------------------------------------------------------------

#[callable]
fn honours(student: &Student, threshold: f64) -> Option<Standing> {
    (student.gpa >= threshold).then(|| one(student))
}

#[callable]
async fn honours_later(student: &Student, threshold: f64) -> Option<Standing> {
    honours(student, threshold)
}

#[tokio::test]
async fn an_optional_entity_comes_back_as_an_optional_handle() -> ecs::Result<()> {
    let (world, alice) = school()?;
    for call in [
        honours::call(&world, &alice, 3.0).recorded().await?,
        honours_later::call(&world, &alice, 3.0).recorded().await?,
    ] {
        let standing: Stored<Standing> = call.output.expect("she qualifies");
        assert_siblings(&world, &call.execution, &[standing.ecs_id()])?;
    }
    for call in [
        honours::call(&world, &alice, 4.0).recorded().await?,
        honours_later::call(&world, &alice, 4.0).recorded().await?,
    ] {
        assert!(call.output.is_none());
        assert!(call.execution.is_success());
        assert!(call.execution.outputs.is_empty());
    }
    for name in ["honours", "honours_later"] {
        let outcome = world.execute(name, args! { student: &alice, threshold: 4.0 }).await?;
        assert!(outcome.outputs().is_empty());
        assert_eq!(outcome.value()?, json!(null));
    }
    Ok(())
}

#[callable]
fn optional_mix(student: &Student, threshold: f64) -> Option<(Standing, f64)> {
    (student.gpa >= threshold).then(|| with_margin(student))
}

#[tokio::test]
async fn option_goes_around_any_other_shape() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = optional_mix::call(&world, &alice, 3.0).recorded().await?;
    let (standing, margin) = call.output.expect("she qualifies");
    assert_eq!(margin, 0.5);
    assert_eq!(recorded_values(&world, &call.execution)?, json!([standing.address(), 0.5]));
    let call = optional_mix::call(&world, &alice, 4.0).recorded().await?;
    assert!(call.output.is_none());
    assert_eq!(recorded_values(&world, &call.execution)?, json!(null));
    Ok(())
}

// ---- Result -------------------------------------------------------------------------------------

#[callable]
fn read_file(name: &str) -> Result<(Standing, Vec<Grade>, f64), Unreadable> {
    if name.is_empty() {
        return Err(Unreadable);
    }
    Ok((Standing { id: Id::new(), qualified: true }, many(2), 0.25))
}

#[callable]
async fn read_file_later(name: &str) -> Result<(Standing, Vec<Grade>, f64), Unreadable> {
    read_file(name)
}

#[tokio::test]
async fn a_result_comes_back_as_its_success_or_as_the_callables_own_error() -> ecs::Result<()> {
    let world = World::fresh()?;
    for call in
        [read_file::call(&world, "a.csv").recorded().await?, read_file_later::call(&world, "a.csv").recorded().await?]
    {
        let (standing, grades, share): (Stored<Standing>, Vec<Stored<Grade>>, f64) = call.output;
        assert_eq!(share, 0.25);
        assert_siblings(&world, &call.execution, &[standing.ecs_id(), grades[0].ecs_id(), grades[1].ecs_id()])?;
    }
    for error in [
        read_file::call(&world, "").await.expect_err("it cannot be read"),
        read_file_later::call(&world, "").await.expect_err("it cannot be read"),
        world.execute("read_file", args! { name: "" }).await.expect_err("it cannot be read"),
        world.execute("read_file_later", args! { name: "" }).await.expect_err("it cannot be read"),
    ] {
        assert_eq!(error.code(), "callable-failed");
        assert_eq!(error.cause::<Unreadable>(), Some(&Unreadable));
    }
    Ok(())
}

#[callable]
fn look_up(mark: u8) -> Result<Option<Grade>, Unreadable> {
    match mark {
        0 => Err(Unreadable),
        1 => Ok(None),
        mark => Ok(Some(grade("Latin", mark))),
    }
}

#[tokio::test]
async fn a_result_of_an_option_tells_failure_from_absence() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(look_up::call(&world, 0).await.expect_err("it cannot be read").code(), "callable-failed");
    assert!(look_up::call(&world, 1).await?.is_none());
    assert_eq!(look_up::call(&world, 2).await?.expect("there is one").mark, 2);
    Ok(())
}

// ---- Aliases ------------------------------------------------------------------------------------

type Answer = Result<Standing, Unreadable>;
type Fallible<T> = Result<T, Unreadable>;
type Book = BTreeMap<String, Vec<Grade>>;
type Row = (Grade, f64);
type Done = Result<(), Unreadable>;

#[callable]
fn answer(qualified: bool) -> Answer {
    if qualified { Ok(Standing { id: Id::new(), qualified }) } else { Err(Unreadable) }
}

#[callable]
fn fallible(qualified: bool) -> Fallible<Standing> {
    answer(qualified)
}

#[callable]
fn book(mark: u8) -> Book {
    gradebook(vec![mark])
}

#[callable]
fn row(mark: u8) -> Fallible<Row> {
    Ok((grade("Latin", mark), 0.5))
}

#[callable]
fn check(student: &mut Student, ok: bool) -> Done {
    student.gpa += 0.25;
    if ok { Ok(()) } else { Err(Unreadable) }
}

#[callable]
fn through_the_world(student: &Student, context: &Context) -> ecs::Result<Standing> {
    let (standing, _) = with_margin::call(context, student.clone()).wait()?;
    Ok(Standing { id: Id::new(), qualified: !standing.qualified })
}

#[tokio::test]
async fn a_result_behind_an_alias_is_seen_through() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let standing: Stored<Standing> = answer::call(&world, true).await?;
    assert!(standing.qualified);
    assert_eq!(answer::call(&world, false).await.expect_err("it fails").cause::<Unreadable>(), Some(&Unreadable));
    let standing: Stored<Standing> = fallible::call(&world, true).await?;
    assert!(standing.qualified);
    let book: BTreeMap<String, Vec<Stored<Grade>>> = book::call(&world, 8).await?;
    assert_eq!(book["Greek"][0].mark, 8);
    let (latin, share): (Stored<Grade>, f64) = row::call(&world, 8).await?;
    assert_eq!((latin.mark, share), (8, 0.5));
    let standing: Stored<Standing> = through_the_world::call(&world, &alice).await?;
    assert!(!standing.qualified);
    let better: Stored<Student> = check::call(&world, &alice, true).await?;
    assert_eq!(better.gpa, 3.75);
    assert_eq!(check::call(&world, &better, false).await.expect_err("it fails").code(), "callable-failed");
    assert_eq!(world.head::<Student>(&alice)?, better);
    Ok(())
}

// ---- Behind `&mut` ------------------------------------------------------------------------------

#[callable]
fn raise(student: &mut Student, by: f64) {
    student.gpa += by;
}

#[callable]
async fn raise_later(student: &mut Student, by: f64) {
    tokio::task::yield_now().await;
    raise(student, by);
}

#[tokio::test]
async fn one_mutated_entity_comes_back_as_its_new_version() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = raise::call(&world, &alice, 0.25).recorded().await?;
    let alice: Stored<Student> = call.output;
    assert_eq!(alice.gpa, 3.75);
    assert_siblings(&world, &call.execution, &[alice.ecs_id()])?;
    let alice: Stored<Student> = raise_later::call(&world, &alice, 0.25).await?;
    assert_eq!(alice.gpa, 4.0);
    let outcome = world.execute("raise", args! { student: &alice, by: -1 }).await?;
    let outcome = world.execute("raise_later", args! { student: outcome.output::<Student>(0)?, by: -1 }).await?;
    assert_eq!(outcome.output::<Student>(0)?.gpa, 2.0);
    assert_eq!(world.head::<Student>(&alice)?.gpa, 2.0);
    Ok(())
}

#[callable]
fn swap(left: &mut Student, right: &mut Student) {
    std::mem::swap(&mut left.gpa, &mut right.gpa);
}

#[callable]
async fn swap_later(left: &mut Student, right: &mut Student) {
    swap(left, right);
}

#[tokio::test]
async fn several_mutated_entities_come_back_in_the_order_of_the_parameters() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let bob = world.insert(Student { id: Id::new(), name: "Bob".into(), gpa: 2.0 })?;
    let call = swap::call(&world, &alice, &bob).recorded().await?;
    let (alice, bob): (Stored<Student>, Stored<Student>) = call.output;
    assert_eq!((alice.gpa, bob.gpa), (2.0, 3.5));
    assert_siblings(&world, &call.execution, &[alice.ecs_id(), bob.ecs_id()])?;
    let (alice, bob) = swap_later::call(&world, &alice, &bob).await?;
    assert_eq!((alice.gpa, bob.gpa), (3.5, 2.0));
    for name in ["swap", "swap_later"] {
        let outcome = world.execute(name, args! { left: head_of(&alice), right: head_of(&bob) }).await?;
        assert_eq!(outcome.output::<Student>(0)?.name, "Alice");
        assert_eq!(outcome.output::<Student>(1)?.name, "Bob");
    }
    Ok(())
}

#[callable]
fn examine(student: &mut Student, mark: u8) -> (Grade, f64) {
    student.gpa = (student.gpa + f64::from(mark)) / 2.0;
    (grade("Latin", mark), student.gpa)
}

#[callable]
async fn examine_later(student: &mut Student, mark: u8) -> (Grade, f64) {
    examine(student, mark)
}

#[callable]
fn examine_two(first: &mut Student, second: &mut Student) -> Result<Option<Grade>, Unreadable> {
    first.gpa = 1.0;
    second.gpa = 2.0;
    Ok(Some(grade("Greek", 3)))
}

#[tokio::test]
async fn a_mutated_entity_and_a_return_value_come_back_together() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = examine::call(&world, &alice, 4).recorded().await?;
    let (alice, (latin, mean)): (Stored<Student>, (Stored<Grade>, f64)) = call.output;
    assert_eq!((alice.gpa, latin.mark, mean), (3.75, 4, 3.75));
    assert_siblings(&world, &call.execution, &[alice.ecs_id(), latin.ecs_id()])?;
    assert_eq!(recorded_values(&world, &call.execution)?, json!([latin.address(), 3.75]));
    let (alice, (_, mean)) = examine_later::call(&world, &alice, 4).await?;
    assert_eq!(mean, 3.875);

    let outcome = world.execute("examine", args! { student: &alice, mark: 4 }).await?;
    let (alice, latin) = (outcome.output::<Student>(0)?, outcome.output::<Grade>(1)?);
    assert_eq!(outcome.value()?, json!([latin.address(), alice.gpa]));

    let bob = world.insert(Student { id: Id::new(), name: "Bob".into(), gpa: 2.5 })?;
    let (alice, bob, greek): (Stored<Student>, Stored<Student>, Option<Stored<Grade>>) =
        examine_two::call(&world, &alice, &bob).await?;
    assert_eq!((alice.gpa, bob.gpa, greek.map(|greek| greek.mark)), (1.0, 2.0, Some(3)));
    Ok(())
}

// ---- What is no result --------------------------------------------------------------------------

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Either {
    Standing(Standing),
    Grade(Grade),
}

#[callable]
fn either(good: bool) -> Either {
    if good { Either::Standing(Standing { id: Id::new(), qualified: true }) } else { Either::Grade(grade("Latin", 1)) }
}

#[tokio::test]
async fn an_entity_hidden_in_a_plain_value_is_an_error_not_a_loss() -> ecs::Result<()> {
    let world = World::fresh()?;
    for good in [true, false] {
        let error = either::call(&world, good).await.expect_err("the entity would be lost");
        assert_eq!(error.code(), "hidden-entity");
        let execution = world.execution(error.execution().expect("the failure is recorded"))?;
        assert!(execution.outputs.is_empty());
    }
    Ok(())
}
