//! A callable is called by its name with `args!` or JSON, and it is the same call as the typed one.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::BTreeMap;

use common::{Student, fields, student};
use ecs::Mode;
use ecs::prelude::*;
use serde_json::{Value as Json, json};

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Letter {
    id: Id,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Contact {
    handle: String,
    tags: Vec<String>,
}

fn letter(text: String) -> Letter {
    Letter { id: Id::new(), text }
}

#[callable]
fn write_letter(to: &Student, text: &str) -> Letter {
    letter(format!("{}: {text}", to.name))
}

#[callable]
fn echo(text: String) -> String {
    text
}

#[callable]
fn echo_contact(contact: Contact) -> Contact {
    contact
}

#[callable]
fn total(marks: Vec<f64>) -> f64 {
    marks.iter().sum()
}

#[callable]
fn total_of_terms(terms: BTreeMap<String, Vec<f64>>) -> f64 {
    terms.values().flatten().sum()
}

#[callable]
fn names_of(cohort: Vec<Student>) -> Vec<String> {
    cohort.into_iter().map(|student| student.name).collect()
}

#[callable]
fn grade(student: &mut Student, mark: f64) -> Letter {
    student.gpa = mark;
    letter(format!("{} got {mark}", student.name))
}

#[callable]
fn bounded(high: Option<f64>, scale: f64) -> f64 {
    high.unwrap_or(4.0) * scale
}

#[callable]
fn doubled(big: u128) -> u128 {
    big * 2
}

#[callable]
fn r#match(r#type: String, r#in: &Student) -> String {
    format!("{} is {type}", r#in.name, type = r#type)
}

#[callable(name = "letters.write-later")]
async fn write_later(to: &Student, text: &str) -> Letter {
    tokio::task::yield_now().await;
    write_letter(to, text)
}

#[callable(blocking)]
fn write_slowly(to: &Student, text: &str) -> Letter {
    write_letter(to, text)
}

#[tokio::test]
async fn args_and_json_give_the_same_call() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let from_args = world.execute("write_letter", args! { to: alice.address(), text: "hello" }).await?;
    let from_json = world.execute("write_letter", json!({ "text": "hello", "to": alice.address() })).await?;
    let built = Args::new().with("to", (&alice).into()).with("text", ArgValue::Json("hello".into()));
    let built = world.execute("write_letter", built).await?;
    for call in [&from_args, &from_json, &built] {
        assert_eq!(call.output::<Letter>(0)?.text, "Alice: hello");
        assert_eq!(call.execution().callable(), "write_letter");
    }
    assert!(from_args.execution().arguments().eq(from_json.execution().arguments()));
    assert_eq!(from_args.execution().strategy, from_json.execution().strategy);
    Ok(())
}

#[tokio::test]
async fn an_entity_by_name_is_a_handle_an_address_an_object_or_the_value_itself() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let any = alice.clone().erase();
    for arguments in [
        args! { to: &alice, text: "x" },
        args! { to: alice.clone(), text: "x" },
        args! { to: &any, text: "x" },
        args! { to: alice.address(), text: "x" },
        args! { to: alice.to_string(), text: "x" },
        args! { to: Address::of_head(alice.lineage_id()), text: "x" },
        args! { to: Student::clone(&alice), text: "x" },
    ] {
        let given = format!("{arguments:?}");
        let call = world.execute("write_letter", arguments).await?;
        assert_eq!(call.execution().argument("to").expect("a parameter").versions[..], [alice.ecs_id()], "{given}");
    }
    let new = world.execute("write_letter", json!({ "to": { "name": "Bob", "gpa": 2.0 }, "text": "x" })).await?;
    assert_eq!(new.output::<Letter>(0)?.text, "Bob: x");
    let bob = new.execution().argument("to").expect("a parameter").versions[0];
    assert_eq!(world.get::<Student>(bob)?.gpa, 2.0, "an entity that was never stored is inserted first");
    Ok(())
}

#[callable]
fn name_of(student: &Student) -> String {
    student.name.clone()
}

#[tokio::test]
async fn a_text_that_starts_with_two_at_signs_is_a_literal_that_starts_with_one() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(world.execute("echo", args! { text: "@@home" }).await?.value()?, json!("@home"));
    assert_eq!(world.execute("echo", json!({ "text": "@@@home" })).await?.value()?, json!("@@home"));
    assert_eq!(world.execute("echo", args! { text: "a@@b" }).await?.value()?, json!("a@@b"));
    let contact = json!({ "handle": "@@alice", "tags": ["@@x", "y"] });
    let called = world.execute("echo_contact", json!({ "contact": contact })).await?;
    assert_eq!(called.value()?, json!({ "handle": "@alice", "tags": ["@x", "y"] }));
    let input = fields(&world, called.execution().input.expect("an input entity"))?;
    assert_eq!(input["contact"]["handle"], json!("@alice"), "what the function got is recorded");
    Ok(())
}

#[tokio::test]
async fn a_text_inside_a_rust_value_is_itself_whatever_it_starts_with() -> ecs::Result<()> {
    let world = World::fresh()?;
    let contact = || Contact { handle: "@alice".to_owned(), tags: vec!["@@x".to_owned(), "y".to_owned()] };
    let called = world.execute("echo_contact", args! { contact: contact() }).await?;
    assert_eq!(called.value()?, json!({ "handle": "@alice", "tags": ["@@x", "y"] }));
    // A stored entity passed unchanged stays the version it is.
    let home = world.insert(student("@@home", 3.5))?;
    let called = world.execute("name_of", args! { student: Student::clone(&home) }).await?;
    assert_eq!(called.value()?, json!("@@home"));
    assert_eq!(world.history(&home)?.entries().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_text_in_a_typed_call_is_itself_whatever_it_starts_with() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(echo::call(&world, "@home").await?, "@home");
    assert_eq!(echo::call(&world, "@@home").await?, "@@home");
    Ok(())
}

#[tokio::test]
async fn a_text_that_starts_with_an_at_sign_and_is_no_address_is_refused() -> ecs::Result<()> {
    let world = World::fresh()?;
    for arguments in [args! { text: "@home" }, args! { text: "@" }, args! { text: "@head:home" }] {
        let error = world.execute("echo", arguments).await.expect_err("no address");
        assert_eq!(error.code(), "malformed-address", "{error}");
        assert!(world.execution(error.execution().expect("recorded"))?.status().outcome() == Outcome::Failed);
    }
    Ok(())
}

// predecessor 1.3 "list of addresses", A5: elements of lists and values of maps are found by address.
#[tokio::test]
async fn addresses_nested_in_lists_and_objects_are_resolved_and_their_sources_recorded() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let list = world.execute("total", json!({ "marks": [format!("{alice}.gpa"), 1.0, format!("{bob}.gpa")] })).await?;
    assert_eq!(list.value()?, json!(6.5));
    let to_and_from = |execution: &Execution, name| {
        let argument = execution.argument(name).expect("a parameter");
        argument.sources.iter().map(|source| (source.to.to_string(), source.from.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(
        to_and_from(list.execution(), "marks"),
        [(".0".to_owned(), format!("{alice}.gpa")), (".2".to_owned(), format!("{bob}.gpa"))]
    );
    let input = list.execution().input.expect("an input entity");
    assert_eq!(fields(&world, input)?, json!({ "marks": [3.5, 1.0, 2.0] }));

    let first = Address::of_version(input).with_path("marks.0".parse()?);
    let terms = json!({ "terms": { "spring term": [first, 0.5], "autumn": [format!("{bob}.gpa")] } });
    let nested = world.execute("total_of_terms", terms).await?;
    assert_eq!(nested.value()?, json!(6.0));
    let mut sources = to_and_from(nested.execution(), "terms");
    sources.sort();
    assert_eq!(
        sources,
        [
            (".autumn.0".to_owned(), format!("{bob}.gpa")),
            ("[\"spring term\"].0".to_owned(), format!("@{input}.marks.0"))
        ]
    );
    Ok(())
}

#[tokio::test]
async fn entities_in_a_list_are_given_as_handles_addresses_and_objects_in_a_mix() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let handles = world.execute("names_of", args! { cohort: vec![alice.clone(), bob.clone()] }).await?;
    assert_eq!(handles.value()?, json!(["Alice", "Bob"]));
    let mix: Vec<ArgValue> = vec![
        ArgValue::from(&alice),
        ArgValue::Address(bob.address()),
        ArgValue::Json(json!({ "name": "Carol", "gpa": 1.0 })),
    ];
    let mixed = world.execute("names_of", args! { cohort: mix }).await?;
    assert_eq!(mixed.value()?, json!(["Alice", "Bob", "Carol"]));
    assert_eq!(mixed.execution().strategy, Strategy::MultiEntityComposite);
    Ok(())
}

// predecessor 1.1 "unknown function"
#[tokio::test]
async fn an_unknown_callable_suggests_the_nearest_name() -> ecs::Result<()> {
    let world = World::fresh()?;
    let error = world.execute("writ_letter", args! {}).await.expect_err("no such callable");
    assert_eq!(error.to_string(), "no callable is named `writ_letter`; did you mean `write_letter`?");
    let error = world.execute("unheard_of", args! {}).await.expect_err("no such callable");
    assert_eq!(error.to_string(), "no callable is named `unheard_of`");
    assert_eq!(world.callable("ehco").expect_err("no such callable").code(), "unknown-callable");
    Ok(())
}

// predecessor 1.3 "primitives only": unknown names were silently ignored.
#[tokio::test]
async fn an_unknown_argument_is_refused_and_not_ignored() -> ecs::Result<()> {
    let world = World::fresh()?;
    let error = world.execute("total", args! { marks: [1.0], mraks: [2.0] }).await.expect_err("no such argument");
    assert_eq!(error.to_string(), "`total` takes no argument `mraks`; it takes `marks`; did you mean `marks`?");
    assert!(error.execution().is_some(), "the refusal is recorded");
    Ok(())
}

#[tokio::test]
async fn an_argument_given_twice_is_refused() -> ecs::Result<()> {
    let world = World::fresh()?;
    let error = world.execute("echo", args! { text: "a", text: "b" }).await.expect_err("twice");
    assert_eq!(error.code(), "argument-given-twice");
    assert!(error.to_string().contains("`echo`") && error.to_string().contains("`text`"), "{error}");
    Ok(())
}

#[tokio::test]
async fn arguments_that_are_no_object_are_refused() -> ecs::Result<()> {
    let world = World::fresh()?;
    for given in [json!([1.0]), json!("marks"), json!(null), json!(3)] {
        let text = given.to_string();
        let error = world.execute("total", given).await.expect_err("no object");
        assert_eq!(error.code(), "arguments-not-an-object");
        assert!(error.to_string().contains("`total`") && error.to_string().contains(&text), "{error}");
        assert!(error.execution().is_some(), "the refusal is recorded");
    }
    Ok(())
}

#[tokio::test]
async fn a_number_without_a_json_form_is_refused_and_not_lost() -> ecs::Result<()> {
    let world = World::fresh()?;
    for (callable, argument, arguments) in [
        ("doubled", "big", args! { big: u128::MAX / 2 }),
        ("bounded", "scale", args! { scale: f64::NAN, high: 1.0 }),
        ("bounded", "high", args! { scale: 1.0, high: f64::NAN }),
        ("bounded", "high", args! { scale: 1.0, high: Some(f64::INFINITY) }),
        ("total", "marks", args! { marks: [1.0, f64::NAN] }),
    ] {
        let error = world.execute(callable, arguments).await.expect_err("no JSON form");
        assert_eq!(error.code(), "argument-not-json", "{callable}: {error}");
        let message = error.to_string();
        for part in [format!("`{callable}`"), format!("`{argument}`"), "typed call".to_owned()] {
            assert!(message.contains(&part), "{part}: {message}");
        }
    }
    assert_eq!(doubled::call(&world, u128::MAX / 2).await?, u128::MAX - 1, "the typed call takes it");
    assert!(bounded::call(&world, Some(f64::NAN), 1.0).await?.is_nan());
    Ok(())
}

#[tokio::test]
async fn a_result_without_a_json_form_is_an_error_to_read_as_json_and_is_kept_as_it_is() -> ecs::Result<()> {
    let world = World::fresh()?;
    let call = world.execute("bounded", args! { high: 1e308, scale: 1e308 }).await?;
    assert_eq!(call.value().expect_err("infinity").code(), "not-json");
    let kept = call.output_entity().expect("an output entity").clone().downcast::<BoundedOutput>()?;
    assert!(kept.result.is_infinite());
    Ok(())
}

// predecessor 1.1: a parameter may have any name.
#[tokio::test]
async fn raw_identifiers_are_called_and_given_by_their_plain_names() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    assert_eq!(r#match::call(&world, "tall", &alice).await?, "Alice is tall");
    let by_args = world.execute("match", args! { r#type: "tall", r#in: &alice }).await?;
    let by_json = world.execute("match", json!({ "type": "tall", "in": alice.address() })).await?;
    assert_eq!((by_args.value()?, by_json.value()?), (json!("Alice is tall"), json!("Alice is tall")));
    assert_eq!(fields(&world, by_args.execution().configs[0])?, json!({ "type": "tall" }));
    let names: Vec<_> = world.callable("match")?.input().parameters().map(|parameter| parameter.name()).collect();
    assert_eq!(names, ["type", "in"]);
    Ok(())
}

#[callable]
fn clash(callable: f64, world: f64, arguments: f64, created_at: f64, func_name: f64, bound: f64) -> f64 {
    callable + world + arguments + created_at + func_name + bound
}

// predecessor 1.1: `func_name` and the names of system fields could not be called.
#[tokio::test]
async fn no_parameter_name_clashes_with_the_framework() -> ecs::Result<()> {
    let world = World::fresh()?;
    assert_eq!(clash::call(&world, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0).await?, 6.0);
    let given = args! { callable: 1.0, world: 1.0, arguments: 1.0, created_at: 1.0, func_name: 1.0, bound: 1.0 };
    assert_eq!(world.execute("clash", given).await?.value()?, json!(6.0));
    Ok(())
}

#[tokio::test]
async fn asynchronous_and_blocking_callables_are_called_by_name_like_others() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    for (callable, mode) in
        [("write_letter", Mode::Inline), ("letters.write-later", Mode::Async), ("write_slowly", Mode::Blocking)]
    {
        assert_eq!(world.callable(callable)?.mode(), mode);
        let call = world.execute(callable, args! { to: &alice, text: "hello" }).await?;
        assert_eq!(call.output::<Letter>(0)?.text, "Alice: hello", "{callable}");
        assert_eq!(call.execution().callable(), callable);
    }
    Ok(())
}

#[tokio::test]
async fn a_callable_with_a_name_of_its_own_is_found_and_recorded_by_that_name_only() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let typed = write_later::call(&world, &alice, "hello").recorded().await?;
    assert_eq!(typed.execution.callable(), "letters.write-later");
    assert_eq!(world.executions(&ExecutionFilter::new().callable("letters.write-later"))?.len(), 1);
    assert_eq!(world.callable("write_later").expect_err("not its name").code(), "unknown-callable");
    Ok(())
}

#[test]
fn a_blocking_callable_outside_a_runtime_is_an_error_that_says_so() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let error = write_slowly::call(&world, &alice, "x").wait().expect_err("no runtime");
    assert_eq!(error.code(), "no-runtime");
    assert!(error.to_string().contains("`write_slowly`"), "{error}");
    assert!(error.execution().is_some());
    Ok(())
}

// predecessor 1.1: `execute` inside a running loop was an error.
#[tokio::test]
async fn a_call_by_name_runs_inside_a_runtime_and_as_a_task() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let task = tokio::spawn({
        let (world, alice) = (world.clone(), alice.clone());
        async move { world.execute("letters.write-later", args! { to: &alice, text: "hello" }).await }
    });
    let call = task.await.expect("the task ends")?;
    assert_eq!(call.output::<Letter>(0)?.text, "Alice: hello");
    Ok(())
}

// predecessor 1.1 `execute_batch`: one failure failed the batch.
#[tokio::test]
async fn of_several_calls_at_once_each_succeeds_or_fails_for_itself() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let (first, second, third) = tokio::join!(
        world.execute("letters.write-later", args! { to: &alice, text: "one" }),
        world.execute("letters.write-later", args! { to: &alice, text: 2 }),
        world.execute("letters.write-later", args! { to: &alice, text: "three" }),
    );
    assert_eq!(first?.output::<Letter>(0)?.text, "Alice: one");
    assert_eq!(second.expect_err("no text").code(), "wrong-argument-type");
    assert_eq!(third?.output::<Letter>(0)?.text, "Alice: three");
    let failed = ExecutionFilter::new().callable("letters.write-later").outcome(Outcome::Failed);
    assert_eq!(world.executions(&failed)?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn outputs_come_with_their_types_and_are_downcast_on_demand() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let call = world.execute("grade", args! { student: &alice, mark: 4.0 }).await?;
    let types: Vec<_> = call.outputs().iter().map(|output| output.entity_type().name()).collect();
    assert_eq!(types, ["Student", "Letter"]);
    assert_eq!(call.output::<Student>(0)?.gpa, 4.0);
    assert_eq!(call.output::<Letter>(1)?.text, "Alice got 4");
    assert_eq!(call.outputs()[1].to_json()?["text"], json!("Alice got 4"));
    assert_eq!(call.value()?, Json::Null, "nothing but entities came back");
    assert!(call.output_entity().is_none());
    Ok(())
}

#[tokio::test]
async fn an_output_of_another_type_or_index_is_an_error_that_lists_what_there_is() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let call = world.execute("grade", args! { student: &alice, mark: 4.0 }).await?;
    let wrong_type = call.output::<Letter>(0).expect_err("the student");
    assert_eq!(wrong_type.code(), "no-such-output");
    assert_eq!(wrong_type.to_string(), "`grade` has no output 0 of type `Letter`; its outputs are `Student`, `Letter`");
    let wrong_index = call.output::<Letter>(2).expect_err("two outputs");
    assert_eq!(
        wrong_index.to_string(),
        "`grade` has no output 2 of type `Letter`; its outputs are `Student`, `Letter`"
    );
    Ok(())
}
