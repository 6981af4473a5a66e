//! Every callable of the program is known by its name, with its whole signature, without being registered by hand.

#[path = "common/fresh.rs"]
mod fresh;

use ecs::prelude::*;
use ecs::{CallableInfo, InputPattern, Kind, Mode, OutputPattern};
use serde_json::json;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
    list: String,
}

type Points = f64;

/// Says whether a student stands out.
///
/// A second paragraph.
#[callable]
fn stands_out(student: &mut Student, honours: &Honours, #[default(0.25)] bonus: Points, context: &Context) -> bool {
    let _ = context.execution_id();
    student.gpa + bonus >= honours.threshold
}

#[callable(name = "school.rank")]
async fn rank(students: Vec<Student>) -> Result<Vec<Student>, String> {
    Ok(students)
}

#[callable(blocking)]
fn greeting() -> (String, u8) {
    ("hello".to_owned(), 5)
}

#[callable]
fn pair(left: &Student, right: &Student) -> (Student, f64) {
    (left.clone(), right.gpa)
}

/// Functions of other modules, in bodies of functions too, are found like any other.
mod elsewhere {
    /// The same text as the function below; only comments and white space differ.
    pub(super) mod one {
        use ecs::prelude::*;

        #[callable(name = "double one")]
        pub(crate) fn double(n: i64) -> i64 {
            n * 2
        }
    }

    pub(super) mod two {
        use ecs::prelude::*;

        #[callable(name = "double two")]
        pub(crate) fn double(n: i64) -> i64 {
            // A comment.
            n * 2
        }
    }

    pub(super) mod three {
        use ecs::prelude::*;

        #[callable(name = "double three")]
        pub(crate) fn double(n: i64) -> i64 {
            n * 3
        }
    }

    pub(super) mod renamed {
        use ecs::prelude::*;

        /// A second `Student`, under a name of its own.
        #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[entity(name = "ExchangeStudent")]
        pub(crate) struct Student {
            pub(crate) id: Id,
        }
    }
}

fn info(name: &str) -> ecs::Result<CallableInfo> {
    World::fresh()?.callable(name)
}

#[test]
fn every_callable_is_listed_by_name_wherever_it_is() -> ecs::Result<()> {
    #[callable]
    fn inside_a_test() -> u8 {
        1
    }

    let names: Vec<_> = World::fresh()?.callables().iter().map(CallableInfo::name).collect();
    let expected =
        ["double one", "double three", "double two", "greeting", "inside_a_test", "pair", "school.rank", "stands_out"];
    assert_eq!(names, expected);
    assert_eq!(inside_a_test(), 1);
    Ok(())
}

#[test]
fn a_callable_is_known_with_its_docs_place_and_mode() -> ecs::Result<()> {
    let stands_out = info("stands_out")?;
    assert_eq!(stands_out.docs(), "Says whether a student stands out.\n\nA second paragraph.");
    assert_eq!(stands_out.module(), "registry");
    assert_eq!(info("double one")?.module(), "registry::elsewhere::one");
    assert!(stands_out.location().file.ends_with("registry.rs"));
    let line = include_str!("registry.rs").lines().nth(stands_out.location().line as usize - 1);
    assert!(line.is_some_and(|line| line.contains("#[callable]") || line.contains("fn stands_out")), "{line:?}");
    assert_eq!(stands_out.mode(), Mode::Inline);
    assert_eq!(info("school.rank")?.mode(), Mode::Async);
    assert_eq!(info("greeting")?.mode(), Mode::Blocking);
    assert_eq!(info("greeting")?.docs(), "");
    Ok(())
}

#[test]
fn parameters_are_known_with_names_kinds_types_and_defaults() -> ecs::Result<()> {
    let input = info("stands_out")?.input();
    let parameters: Vec<_> = input.parameters().collect();
    let names: Vec<_> = parameters.iter().map(|parameter| parameter.name()).collect();
    assert_eq!(names, ["student", "honours", "bonus"], "the context is no input");
    let kinds: Vec<_> = parameters.iter().map(|parameter| parameter.kind()).collect();
    assert_eq!(kinds, [Kind::Entity, Kind::Config, Kind::Value]);
    let types: Vec<_> = parameters.iter().map(|parameter| parameter.type_name()).collect();
    assert_eq!(types, ["registry::Student", "registry::Honours", "f64"], "aliases are resolved");
    let mutable: Vec<_> = parameters.iter().map(|parameter| parameter.is_mutable()).collect();
    assert_eq!(mutable, [true, false, false]);
    let defaults: Vec<_> = parameters.iter().map(|parameter| parameter.default_value()).collect();
    assert_eq!(defaults, [None, None, Some(json!(0.25))]);
    let rank: Vec<_> = info("school.rank")?.input().parameters().map(|parameter| parameter.kind()).collect();
    assert_eq!(rank, [Kind::Entities]);
    Ok(())
}

#[test]
fn results_are_known_with_type_and_pattern() -> ecs::Result<()> {
    let rank = info("school.rank")?.output();
    assert!(rank.is_fallible());
    assert!(rank.type_name().contains("Result") && rank.type_name().contains("registry::Student"));
    assert!(!info("pair")?.output().is_fallible());
    for (name, input, output) in [
        ("stands_out", InputPattern::Config, OutputPattern::Value),
        ("school.rank", InputPattern::Entities, OutputPattern::Entities),
        ("greeting", InputPattern::NoInputs, OutputPattern::Value),
        ("pair", InputPattern::Entities, OutputPattern::Mixed),
        ("double one", InputPattern::Values, OutputPattern::Value),
    ] {
        let info = info(name)?;
        assert_eq!((info.input().pattern(), info.output().pattern()), (input, output), "{name}");
    }
    Ok(())
}

#[test]
fn the_schema_of_the_inputs_says_what_a_call_by_name_may_give() -> ecs::Result<()> {
    let input = info("stands_out")?.input();
    let schema = input.schema();
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["additionalProperties"], false);
    let mut names: Vec<_> = schema["properties"].as_object().expect("there are inputs").keys().collect();
    names.sort();
    assert_eq!(
        names,
        ["bonus", "honours", "list", "student", "threshold"],
        "the fields of the config are arguments too"
    );
    assert_eq!(schema["properties"]["bonus"]["type"], "number");
    assert_eq!(schema["properties"]["bonus"]["default"], 0.25);
    assert_eq!(schema["properties"]["threshold"]["default"], 3.7);
    assert_eq!(schema["properties"]["list"]["type"], "string");
    assert_eq!(schema["required"], json!(["student"]));
    let student = &schema["properties"]["student"]["anyOf"];
    assert_eq!(student[0]["pattern"], "^@", "an entity may be given by address");
    assert_eq!(student[1]["properties"]["gpa"]["type"], "number");
    Ok(())
}

#[test]
fn the_schema_of_the_result_says_what_comes_back() -> ecs::Result<()> {
    assert_eq!(info("double one")?.output().schema()["type"], "integer");
    assert_eq!(info("stands_out")?.output().schema()["type"], "boolean");
    let greeting = info("greeting")?.output();
    assert_eq!(greeting.schema()["type"], "array");
    assert_eq!(greeting.schema()["prefixItems"][0]["type"], "string");
    Ok(())
}

#[test]
fn a_fingerprint_follows_the_code_and_nothing_else() -> ecs::Result<()> {
    let fingerprint = |name: &str| info(name).map(|info| info.fingerprint());
    assert_eq!(fingerprint("double one")?, fingerprint("double two")?, "layout, comments and the name are no code");
    assert_ne!(fingerprint("double one")?, fingerprint("double three")?, "another body is other code");
    let text = fingerprint("double one")?.to_string();
    assert_eq!(text.len(), 64);
    assert!(text.chars().all(|digit| digit.is_ascii_hexdigit()));
    Ok(())
}

#[tokio::test]
async fn an_execution_carries_the_name_and_fingerprint_of_its_callable() -> ecs::Result<()> {
    let world = World::fresh()?;
    let call = elsewhere::one::double::call(&world, 4).recorded().await?;
    assert_eq!(call.execution.callable(), "double one");
    assert_eq!(call.execution.fingerprint(), info("double one")?.fingerprint());
    assert_eq!(elsewhere::two::double(4), elsewhere::one::double(4));
    assert_eq!(elsewhere::three::double(4), 12);
    Ok(())
}

#[tokio::test]
async fn a_misspelled_name_is_an_error_that_suggests_the_nearest() -> ecs::Result<()> {
    let world = World::fresh()?;
    let error = world.execute("stand_out", args! {}).await.expect_err("there is none");
    assert_eq!(error.code(), "unknown-callable");
    assert!(error.to_string().contains("did you mean `stands_out`?"), "{error}");
    let error = world.callable("school.rnak").expect_err("there is none");
    assert!(error.to_string().contains("did you mean `school.rank`?"), "{error}");
    let error = world.callable("zebra").expect_err("there is none");
    assert!(!error.to_string().contains("did you mean"), "nothing is near: {error}");
    let error = world.callable("rank").expect_err("it has another name");
    assert_eq!(error.code(), "unknown-callable");
    Ok(())
}

#[tokio::test]
async fn a_callable_named_by_text_is_called_under_that_name() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    let ranked = rank::call(&world, vec![alice.clone()]).await?;
    let outcome = world.execute("school.rank", args! { students: vec![alice.clone()] }).await?;
    assert_eq!(outcome.output::<Student>(0)?, ranked[0]);
    Ok(())
}

#[test]
fn two_types_of_one_name_are_fine_if_one_is_named_otherwise() -> ecs::Result<()> {
    let world = World::fresh()?;
    let stranger = world.insert(elsewhere::renamed::Student { id: Id::new() })?;
    let error = world.get::<Student>(stranger.ecs_id()).expect_err("it is another type");
    assert_eq!(error.code(), "wrong-entity-type");
    assert!(error.to_string().contains("`ExchangeStudent`") && error.to_string().contains("`Student`"), "{error}");
    Ok(())
}
