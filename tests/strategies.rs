//! How inputs are bound is recorded by name, and is all that differs between calls.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::sync::Arc;

use common::{Student, fields, student};
use ecs::prelude::*;
use ecs::{InputPattern, NamedOutcome};
use serde_json::{Value as Json, json};

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    id: Id,
    text: String,
}

fn report(text: String) -> Report {
    Report { id: Id::new(), text }
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Layout {
    id: Id,
    #[config(default = 1)]
    decimals: usize,
}

#[callable]
fn nothing_to_report() -> Report {
    report("nothing".to_owned())
}

#[callable]
fn from_values(name: &str, gpa: f64) -> Report {
    report(format!("{name} {gpa}"))
}

#[callable]
fn of_one(student: &Student) -> Report {
    report(format!("{} {}", student.name, student.gpa))
}

#[callable]
fn of_one_and_value(student: &Student, bonus: f64) -> Report {
    report(format!("{} {}", student.name, student.gpa + bonus))
}

#[callable]
fn of_two(first: &Student, second: &Student) -> Report {
    report(format!("{} {}", first.name, second.name))
}

#[callable]
fn of_two_and_value(first: &Student, second: &Student, bonus: f64) -> Report {
    report(format!("{} {} {bonus}", first.name, second.name))
}

#[callable]
fn of_cohort(cohort: &[Student]) -> Report {
    report(cohort.iter().map(|student| student.name.as_str()).collect())
}

#[callable]
fn of_one_laid_out(student: &Student, layout: &Layout) -> Report {
    report(format!("{:.*}", layout.decimals, student.gpa))
}

#[callable]
fn of_two_laid_out(first: &Student, second: &Student, layout: &Layout) -> Report {
    report(format!("{:.*}", layout.decimals, first.gpa + second.gpa))
}

#[callable]
fn laid_out(layout: &Layout) -> Report {
    report(format!("{:.*}", layout.decimals, 1.0))
}

/// What a case of the walk shows, beside what it returns.
struct Case {
    pattern: &'static str,
    strategy: Strategy,
    /// The fields of the input entity.
    input: Json,
    /// Parameter and address of every value that was borrowed.
    sources: Vec<(&'static str, Address)>,
    result: &'static str,
    typed: ecs::RecordedCall<Stored<Report>>,
    by_name: NamedOutcome,
}

fn sources(execution: &Execution) -> Vec<(&'static str, Address)> {
    execution
        .arguments()
        .flat_map(|argument| argument.sources.iter().map(move |source| (argument.name, source.from.clone())))
        .collect()
}

// predecessor 1.2, and 1.3 A1, A2, A4, A6+, "2 entities", "2 entities + primitive", "primitives only":
// every one of them leaves a full record.
#[tokio::test]
async fn the_seven_input_patterns_show_strategy_input_entity_sources_and_result_typed_and_by_name() -> ecs::Result<()> {
    let world = World::fresh()?;
    let world = &world;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let at = |stored: &Stored<Student>, path| stored.at::<Json>(path).address().clone();
    let cases = [
        Case {
            pattern: "all addresses to fields",
            strategy: Strategy::PureBorrowing,
            input: json!({ "name": "Alice", "gpa": 2.0 }),
            sources: vec![("name", at(&alice, "name")), ("gpa", at(&bob, "gpa"))],
            result: "Alice 2",
            typed: from_values::call(world, alice.at("name"), bob.at("gpa")).recorded().await?,
            by_name: world.execute("from_values", args! { name: at(&alice, "name"), gpa: at(&bob, "gpa") }).await?,
        },
        Case {
            pattern: "all entities",
            strategy: Strategy::SingleEntityDirect,
            input: json!({ "name": "Alice", "gpa": 3.5 }),
            sources: vec![],
            result: "Alice 3.5",
            typed: of_one::call(world, &alice).recorded().await?,
            by_name: world.execute("of_one", args! { student: &alice }).await?,
        },
        Case {
            pattern: "entity + field address",
            strategy: Strategy::SingleEntityWithConfig,
            input: json!({ "name": "Alice", "gpa": 3.5 }),
            sources: vec![("bonus", at(&bob, "gpa"))],
            result: "Alice 5.5",
            typed: of_one_and_value::call(world, &alice, bob.at("gpa")).recorded().await?,
            by_name: world.execute("of_one_and_value", args! { student: &alice, bonus: at(&bob, "gpa") }).await?,
        },
        Case {
            pattern: "values only",
            strategy: Strategy::PureBorrowing,
            input: json!({ "name": "Carol", "gpa": 1.5 }),
            sources: vec![],
            result: "Carol 1.5",
            typed: from_values::call(world, "Carol", 1.5).recorded().await?,
            by_name: world.execute("from_values", args! { name: "Carol", gpa: 1.5 }).await?,
        },
        Case {
            pattern: "whole-entity address",
            strategy: Strategy::PureBorrowing,
            input: json!({ "student": alice.address() }),
            sources: vec![("student", alice.address())],
            result: "Alice 3.5",
            typed: of_one::call(world, alice.at("")).recorded().await?,
            by_name: world.execute("of_one", args! { student: alice.address() }).await?,
        },
        Case {
            pattern: "several entities",
            strategy: Strategy::MultiEntityComposite,
            input: json!({ "first": alice.address(), "second": bob.address() }),
            sources: vec![],
            result: "Alice Bob",
            typed: of_two::call(world, &alice, &bob).recorded().await?,
            by_name: world.execute("of_two", args! { first: &alice, second: &bob }).await?,
        },
        Case {
            pattern: "several entities + values",
            strategy: Strategy::MultiEntityComposite,
            input: json!({ "first": alice.address(), "second": bob.address(), "bonus": 0.5 }),
            sources: vec![],
            result: "Alice Bob 0.5",
            typed: of_two_and_value::call(world, &alice, &bob, 0.5).recorded().await?,
            by_name: world.execute("of_two_and_value", args! { first: &alice, second: &bob, bonus: 0.5 }).await?,
        },
    ];
    for case in cases {
        let Case { pattern, strategy, input, sources: expected_sources, result, typed, by_name } = case;
        for execution in [&typed.execution, by_name.execution()] {
            assert_eq!(execution.strategy, strategy, "{pattern}");
            assert_eq!(fields(world, execution.input.expect(pattern))?, input, "{pattern}");
            assert_eq!(sources(execution), expected_sources, "{pattern}");
            assert_eq!(execution.outputs[0].semantics, Semantics::Creation, "{pattern}");
            assert!(execution.is_success(), "{pattern}");
            assert_eq!(world.execution(execution.id)?.outputs, execution.outputs, "{pattern}: the record is stored");
        }
        assert_eq!(typed.output.text, result, "{pattern}");
        assert_eq!(typed.output.execution_id(), Some(typed.execution.id), "{pattern}");
        assert_eq!(by_name.output::<Report>(0)?.text, result, "{pattern}");
        assert!(typed.execution.arguments().eq(by_name.execution().arguments()), "{pattern}");
        assert_eq!(typed.execution.configs, by_name.execution().configs, "{pattern}");
    }
    Ok(())
}

#[tokio::test]
async fn each_strategy_is_recorded_by_its_name_in_an_execution_of_the_same_form() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let calls = [
        ("NoInputs", nothing_to_report::call(&world).recorded().await?),
        ("PureBorrowing", from_values::call(&world, "Carol", 1.5).recorded().await?),
        ("SingleEntityDirect", of_one::call(&world, &alice).recorded().await?),
        ("SingleEntityWithConfig", of_one_and_value::call(&world, &alice, 0.5).recorded().await?),
        ("SingleEntityWithConfig", of_one_laid_out::call(&world, &alice, Layout::default()).recorded().await?),
        ("SingleEntityWithConfig", laid_out::call(&world, Layout::default()).recorded().await?),
        ("MultiEntityComposite", of_two::call(&world, &alice, &bob).recorded().await?),
        ("MultiEntityComposite", of_cohort::call(&world, vec![alice.clone()]).recorded().await?),
        ("MultiEntityComposite", of_two_laid_out::call(&world, &alice, &bob, Layout::default()).recorded().await?),
    ];
    for (name, call) in &calls {
        let execution = world.execution(call.execution.id)?;
        assert_eq!(execution.strategy.name(), *name);
        assert_eq!(execution.strategy.to_string(), *name);
        assert_eq!(*execution.status(), Status::Succeeded, "{name}");
        assert_eq!(execution.outputs.len(), 1, "{name}");
        assert_eq!(execution.outputs[0].ecs_id, call.output.ecs_id(), "{name}");
        assert_eq!(call.output.execution_id(), Some(execution.id), "{name}");
    }
    assert_eq!(world.executions(&ExecutionFilter::new())?.len(), calls.len(), "every call leaves exactly one record");
    Ok(())
}

// predecessor 1.2: one name is recorded, without suffixes such as `_partial`.
#[tokio::test]
async fn the_strategy_does_not_change_the_name_under_which_a_callable_is_recorded() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    of_one_and_value::call(&world, &alice, 0.5).await?;
    of_one_and_value::call(&world, alice.at(""), 0.5).await?;
    let executions = world.executions(&ExecutionFilter::new().callable("of_one_and_value"))?;
    let strategies: Vec<_> = executions.iter().map(|execution| execution.strategy).collect();
    assert_eq!(strategies, [Strategy::SingleEntityWithConfig, Strategy::PureBorrowing]);
    Ok(())
}

// predecessor 1.2: neither addresses nor lists of entities count as plain values.
#[tokio::test]
async fn an_address_beside_a_handle_leaves_several_entities_several_entities() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let mixed = of_two::call(&world, &alice, bob.at("")).recorded().await?.execution;
    assert_eq!(mixed.strategy, Strategy::MultiEntityComposite);
    let addressed = of_two::call(&world, alice.at(""), bob.at("")).recorded().await?.execution;
    assert_eq!(addressed.strategy, Strategy::PureBorrowing);
    for execution in [mixed, addressed] {
        let input = fields(&world, execution.input.expect("an input entity"))?;
        assert_eq!(input, json!({ "first": alice.address(), "second": bob.address() }));
    }
    Ok(())
}

// predecessor 1.3 "list of addresses", "list of entities": members stay their own roots.
#[tokio::test]
async fn a_list_of_addresses_is_borrowed_member_by_member() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let called = world.execute("of_cohort", json!({ "cohort": [alice.address(), bob.address()] })).await?;
    assert_eq!(called.execution().strategy, Strategy::PureBorrowing);
    assert_eq!(called.output::<Report>(0)?.text, "AliceBob");
    let argument = called.execution().argument("cohort").expect("a parameter");
    let to_and_from: Vec<_> =
        argument.sources.iter().map(|source| (source.to.to_string(), source.from.clone())).collect();
    assert_eq!(to_and_from, [(".0".to_owned(), alice.address()), (".1".to_owned(), bob.address())]);
    assert_eq!(argument.versions[..], [alice.ecs_id(), bob.ecs_id()]);
    assert_eq!(world.get::<Student>(alice.ecs_id())?, alice);
    Ok(())
}

#[callable]
async fn of_one_async(student: &Student, bonus: f64) -> Report {
    tokio::task::yield_now().await;
    of_one_and_value(student, bonus)
}

#[callable(blocking)]
fn of_one_blocking(student: &Student, bonus: f64) -> Report {
    of_one_and_value(student, bonus)
}

#[tokio::test]
async fn synchronous_asynchronous_and_blocking_callables_leave_records_of_one_form() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let inline = of_one_and_value::call(&world, &alice, 0.5).recorded().await?;
    let later = of_one_async::call(&world, &alice, 0.5).recorded().await?;
    let blocking = of_one_blocking::call(&world, &alice, 0.5).recorded().await?;
    for other in [&later, &blocking] {
        assert_eq!(other.output.text, inline.output.text);
        let about = |execution: &Arc<Execution>| {
            (
                execution.strategy,
                execution.input,
                execution
                    .arguments()
                    .map(|argument| (argument.name, argument.versions.to_vec(), argument.sources.to_vec()))
                    .collect::<Vec<_>>(),
                execution.status().clone(),
            )
        };
        assert_eq!(about(&other.execution), about(&inline.execution));
        assert_eq!(other.execution.outputs[0].semantics, inline.execution.outputs[0].semantics);
        assert_eq!(fields(&world, other.execution.configs[0])?, json!({ "bonus": 0.5 }));
    }
    Ok(())
}

#[tokio::test]
async fn the_pattern_of_the_signature_is_listed() -> ecs::Result<()> {
    let world = World::fresh()?;
    for (callable, pattern) in [
        ("nothing_to_report", InputPattern::NoInputs),
        ("from_values", InputPattern::Values),
        ("of_one", InputPattern::Entity),
        ("of_one_and_value", InputPattern::EntityAndValues),
        ("laid_out", InputPattern::Config),
        ("of_one_laid_out", InputPattern::Config),
        ("of_two", InputPattern::Entities),
        ("of_cohort", InputPattern::Entities),
    ] {
        assert_eq!(world.callable(callable)?.input().pattern(), pattern, "{callable}");
    }
    Ok(())
}
