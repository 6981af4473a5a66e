//! Configs are bound first, stored once, and recorded with every call that used them.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::BTreeSet;

use common::{Student, fields, student};
use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

/// Every field has a default.
#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
    #[config(default = "dean")]
    list: String,
}

/// The content of [`Honours`], but another type.
#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Distinction {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
    #[config(default = "dean")]
    list: String,
}

/// One field has no default.
#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Curve {
    id: Id,
    factor: f64,
    #[config(default = 0.0)]
    offset: f64,
}

// Compiles only because the derive gives no `Default` where a field has no default.
impl Default for Curve {
    fn default() -> Self {
        Self { id: Id::new(), factor: 1.0, offset: 0.0 }
    }
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Standing {
    id: Id,
    text: String,
}

fn stand(text: String) -> Standing {
    Standing { id: Id::new(), text }
}

fn strict() -> Honours {
    Honours { threshold: 3.9, ..Honours::default() }
}

#[callable]
fn standing(student: &Student, honours: &Honours) -> Standing {
    let qualified = student.gpa >= honours.threshold;
    stand(format!("{} {qualified} {}", student.name, honours.list))
}

#[callable]
fn distinguished(student: &Student, distinction: &Distinction) -> Standing {
    stand(format!("{} {}", student.name, student.gpa >= distinction.threshold))
}

#[callable]
fn curved(student: &Student, curve: Curve) -> f64 {
    student.gpa * curve.factor + curve.offset
}

#[callable]
fn raised(student: &Student, by: f64, #[default(1)] times: u8) -> f64 {
    student.gpa + by * f64::from(times)
}

#[callable]
fn curved_standing(student: &Student, curve: &Curve, honours: &Honours) -> Standing {
    let gpa = student.gpa * curve.factor + curve.offset;
    stand(format!("{gpa} {}", gpa >= honours.threshold))
}

#[callable]
fn compared(first: &Student, second: &Student, honours: &Honours) -> bool {
    (first.gpa >= honours.threshold) == (second.gpa >= honours.threshold)
}

#[callable]
fn with_extra(student: &Student, honours: &Honours, #[default(7)] extra: u32) -> String {
    format!("{} {} {extra}", student.name, honours.threshold)
}

#[callable]
fn announce(honours: &Honours) -> String {
    format!("{} from {}", honours.list, honours.threshold)
}

#[callable]
fn announce_both(honours: &Honours, curve: &Curve) -> String {
    format!("{} times {}", honours.list, curve.factor)
}

#[callable]
fn spoil(mut honours: Honours) -> f64 {
    honours.threshold = 777.0;
    honours.threshold
}

#[callable]
fn spoil_and_fail(mut honours: Honours) -> Result<f64, String> {
    honours.threshold = 777.0;
    Err(format!("spoilt to {}", honours.threshold))
}

#[callable]
async fn standing_later(student: &Student, honours: Honours) -> Standing {
    tokio::task::yield_now().await;
    standing(student, &honours)
}

// ---- Ways of giving -------------------------------------------------------------------------

// predecessor 1.6: "`cfg="@id"`", "config ids in records", "explicit cfg", "from primitives".
#[tokio::test]
async fn every_way_of_giving_a_config_uses_one_stored_version_of_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let by_value = standing::call(&world, &alice, strict()).recorded().await?;
    let id = by_value.execution.configs[0];
    let stored = world.get::<Honours>(id)?;
    assert_eq!((stored.threshold, stored.list.as_str()), (3.9, "dean"));

    let typed = [
        by_value,
        standing::call(&world, &alice, &stored).recorded().await?,
        standing::call(&world, &alice, stored.at("")).recorded().await?,
        standing::with(strict()).call(&world, &alice).recorded().await?,
        standing::with(&stored).call(&world, &alice).recorded().await?,
        standing::with(stored.at("")).call(&world, &alice).recorded().await?,
    ];
    for call in typed {
        assert_eq!(call.output.text, "Alice false dean");
        assert_eq!(call.execution.configs[..], [id]);
        assert_eq!(call.execution.argument("honours").expect("a parameter").versions[..], [id]);
    }
    for arguments in [
        args! { student: &alice, threshold: 3.9 },
        args! { student: &alice, threshold: 3.9, list: "dean" },
        args! { student: &alice, honours: &stored },
        args! { student: &alice, honours: stored.address() },
        args! { student: &alice, honours: strict() },
        args! { student: &alice, honours: json!({ "threshold": 3.9 }) },
        json!({ "student": alice.address(), "honours": stored.address() }).into(),
        json!({ "student": alice.address(), "threshold": 3.9 }).into(),
    ] {
        let given = format!("{arguments:?}");
        let call = world.execute("standing", arguments).await?;
        assert_eq!(call.output::<Standing>(0)?.text, "Alice false dean", "{given}");
        assert_eq!(call.execution().configs[..], [id], "{given}");
    }
    assert_eq!(world.history(&stored)?.entries().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_config_given_by_address_is_recorded_with_its_source() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let stored = world.insert(strict())?;
    let call = standing::call(&world, &alice, stored.at("")).recorded().await?;
    let source = &call.execution.argument("honours").expect("a parameter").sources[0];
    assert_eq!(source.from, stored.address());
    Ok(())
}

#[tokio::test]
async fn a_config_nothing_is_given_for_is_built_from_its_defaults() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let by_name = world.execute("standing", args! { student: &alice }).await?;
    let typed = standing::call(&world, &alice, Arg::Default).recorded().await?;
    let whole = standing::call(&world, &alice, Honours::default()).recorded().await?;
    assert_eq!(by_name.output::<Standing>(0)?.text, "Alice true dean");
    assert_eq!(typed.execution.configs, by_name.execution().configs);
    assert_eq!(whole.execution.configs, by_name.execution().configs);
    assert_eq!(fields(&world, typed.execution.configs[0])?, json!({ "threshold": 3.7, "list": "dean" }));
    Ok(())
}

#[test]
fn a_config_whose_fields_all_have_defaults_has_a_default() {
    let Honours { threshold, list, .. } = Honours::default();
    assert_eq!((threshold, list.as_str()), (3.7, "dean"));
    assert_ne!(Honours::default().id, Honours::default().id, "each is a thing of its own");
}

// predecessor 1.6: "entity by address + config" lost the entity.
#[tokio::test]
async fn an_entity_by_address_beside_a_config_is_not_lost() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let typed = standing::call(&world, alice.at(""), strict()).recorded().await?;
    let by_name = world.execute("standing", args! { student: alice.address(), threshold: 3.9 }).await?;
    for execution in [&typed.execution, by_name.execution()] {
        assert_eq!(execution.strategy, Strategy::SingleEntityWithConfig);
        assert_eq!(execution.input, Some(alice.ecs_id()));
        assert_eq!(execution.argument("student").expect("a parameter").sources[0].from, alice.address());
    }
    assert_eq!(by_name.execution().configs, typed.execution.configs);
    Ok(())
}

// predecessor 1.6: an address for one config field discarded all the others.
#[tokio::test]
async fn an_address_for_one_field_of_a_config_leaves_the_others_as_given() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.8))?, world.insert(student("Bob", 2.0))?);
    let given = args! { student: &alice, threshold: format!("{bob}.gpa"), list: "rector" };
    let call = world.execute("standing", given).await?;
    assert_eq!(call.output::<Standing>(0)?.text, "Alice true rector");
    assert_eq!(fields(&world, call.execution().configs[0])?, json!({ "threshold": 2.0, "list": "rector" }));
    let source = &call.execution().argument("honours").expect("a parameter").sources[0];
    assert_eq!((source.to.to_string(), source.from.to_string()), (".threshold".to_owned(), format!("{bob}.gpa")));
    Ok(())
}

// predecessor 1.6: "2 entities + config from primitives" was a TypeError.
#[tokio::test]
async fn two_entities_and_a_config_from_arguments_work_together() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.8))?, world.insert(student("Bob", 2.0))?);
    let call = world.execute("compared", args! { first: &alice, second: &bob, threshold: 3.0 }).await?;
    assert_eq!(call.value()?, json!(false));
    assert_eq!(call.execution().strategy, Strategy::MultiEntityComposite);
    let input = fields(&world, call.execution().input.expect("an input entity"))?;
    assert_eq!(input, json!({ "first": alice.address(), "second": bob.address() }), "a config is no data of the input");
    assert_eq!(fields(&world, call.execution().configs[0])?["threshold"], json!(3.0));
    Ok(())
}

// predecessor 1.6: "config + extra non-config parameter" dropped the extra value.
#[tokio::test]
async fn a_value_beside_a_config_is_used_and_recorded() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let typed = with_extra::call(&world, &alice, strict(), 100).recorded().await?;
    let by_name = world.execute("with_extra", args! { student: &alice, threshold: 3.9, extra: 100 }).await?;
    assert_eq!(typed.output, "Alice 3.9 100");
    assert_eq!(by_name.value()?, json!("Alice 3.9 100"));
    assert_eq!(typed.execution.configs, by_name.execution().configs);
    let [honours, extra] = typed.execution.configs[..] else { panic!("the config and the generated one") };
    assert_eq!(fields(&world, honours)?["threshold"], json!(3.9));
    assert_eq!(fields(&world, extra)?, json!({ "extra": 100 }));
    let default = world.execute("with_extra", args! { student: &alice, honours: strict() }).await?;
    assert_eq!(default.value()?, json!("Alice 3.9 7"));
    Ok(())
}

#[tokio::test]
async fn the_values_beside_one_entity_are_recorded_in_a_generated_config() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let first = raised::call(&world, &alice, 0.25, 2).recorded().await?;
    let second = world.execute("raised", args! { student: &bob, by: 0.25, times: 2 }).await?;
    assert_eq!((first.output, second.value()?), (4.0, json!(2.5)));
    assert_eq!(first.execution.configs, second.execution().configs, "equal values are one stored config");
    let config = world.version(first.execution.configs[0])?;
    assert_eq!(config.entity_type().name(), "RaisedConfig");
    assert!(config.entity_type().is_config());
    assert_eq!(fields(&world, config.ecs_id())?, json!({ "by": 0.25, "times": 2 }));
    let other = raised::call(&world, &alice, 0.5, 2).recorded().await?;
    assert_ne!(other.execution.configs, first.execution.configs);
    Ok(())
}

#[tokio::test]
async fn several_configs_in_one_signature_are_each_given_in_their_own_way() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.0))?;
    let curve = Curve { factor: 1.25, ..Curve::default() };
    let typed = curved_standing::call(&world, &alice, curve.clone(), strict()).recorded().await?;
    let built = world.execute("curved_standing", args! { student: &alice, factor: 1.25, threshold: 3.9 }).await?;
    let mixed = world.execute("curved_standing", args! { student: &alice, curve: curve, threshold: 3.9 }).await?;
    let bound = curved_standing::with((Curve { factor: 1.25, ..Curve::default() }, strict()));
    let bound = bound.call(&world, &alice).recorded().await?;
    assert_eq!(typed.output.text, "3.75 false");
    let [curve, honours] = typed.execution.configs[..] else { panic!("two configs") };
    assert_eq!(fields(&world, curve)?, json!({ "factor": 1.25, "offset": 0.0 }));
    assert_eq!(fields(&world, honours)?, json!({ "threshold": 3.9, "list": "dean" }));
    for execution in [built.execution(), mixed.execution(), &bound.execution] {
        assert_eq!(execution.configs, typed.execution.configs);
        assert_eq!(execution.input, Some(alice.ecs_id()));
    }
    Ok(())
}

// predecessor 1.6: "pure config function" left no config ids in its record.
#[tokio::test]
async fn a_callable_of_configs_only_takes_them_whole_in_parts_or_not_at_all() -> ecs::Result<()> {
    let world = World::fresh()?;
    let whole = announce::call(&world, strict()).recorded().await?;
    let parts = world.execute("announce", args! { threshold: 3.9 }).await?;
    let nothing = world.execute("announce", args! {}).await?;
    assert_eq!(whole.output, "dean from 3.9");
    assert_eq!((parts.value()?, nothing.value()?), (json!("dean from 3.9"), json!("dean from 3.7")));
    assert_eq!(whole.execution.configs, parts.execution().configs);
    for execution in [&whole.execution, parts.execution(), nothing.execution()] {
        assert_eq!(execution.strategy, Strategy::SingleEntityWithConfig);
        assert_eq!((execution.input, execution.configs.len()), (None, 1));
    }
    let both = announce_both::with((strict(), Curve { factor: 2.0, ..Curve::default() }));
    let both = both.call(&world).recorded().await?;
    assert_eq!((both.output.as_str(), both.execution.configs.len()), ("dean times 2", 2));
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Rounding {
    Up,
    Down,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scheme {
    id: Id,
    weights: Vec<f64>,
    #[config(default = Rounding::Up)]
    rounding: Rounding,
    #[config(default = f64::INFINITY)]
    ceiling: f64,
    #[config(default = "@@none")]
    note: Option<String>,
}

#[callable]
fn weighed(student: &Student, scheme: &Scheme) -> String {
    let Scheme { weights, rounding, ceiling, note, .. } = scheme;
    format!("{} {weights:?} {rounding:?} {ceiling} {note:?}", student.name)
}

#[tokio::test]
async fn fields_of_a_config_are_of_any_serde_type_and_take_addresses_inside_as_well() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let given = json!({
        "student": alice.address(), "weights": [1.0, format!("{alice}.gpa")], "rounding": "Down", "ceiling": 4.0, "note": null,
    });
    let call = world.execute("weighed", given).await?;
    assert_eq!(call.value()?, json!("Alice [1.0, 3.5] Down 4 None"));
    let source = &call.execution().argument("scheme").expect("a parameter").sources[0];
    assert_eq!((source.to.to_string(), source.from.to_string()), (".weights.1".to_owned(), format!("{alice}.gpa")));
    Ok(())
}

#[tokio::test]
async fn a_default_is_used_as_it_is_written_even_if_json_cannot_hold_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let call = world.execute("weighed", args! { student: &alice, weights: [1.0] }).await?;
    assert_eq!(call.value()?, json!("Alice [1.0] Up inf Some(\"@@none\")"));
    Ok(())
}

#[callable]
async fn standing_inside(context: &Context, student: &Student, honours: &Honours) -> ecs::Result<String> {
    let inner = standing::call(context, student.clone(), honours.clone()).recorded().await?;
    Ok(format!("{} with {:?}", inner.output.text, inner.execution.configs))
}

#[tokio::test]
async fn a_config_handed_on_to_an_inner_call_is_the_same_stored_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let outer = standing_inside::with(strict()).call(&world, &alice).recorded().await?;
    assert_eq!(outer.output, format!("Alice false dean with {:?}", outer.execution.configs));
    Ok(())
}

// ---- Stored once ----------------------------------------------------------------------------

#[tokio::test]
async fn a_config_bound_once_and_called_many_times_is_stored_once() -> ecs::Result<()> {
    let world = World::fresh()?;
    let bound = standing::with(strict());
    let mut ids = BTreeSet::new();
    for gpa in 0..20 {
        let someone = world.insert(student("Someone", f64::from(gpa)))?;
        ids.extend(bound.call(&world, &someone).recorded().await?.execution.configs.iter().copied());
    }
    assert_eq!(ids.len(), 1);
    let executions = world.executions(&ExecutionFilter::new().callable("standing"))?;
    assert_eq!(executions.len(), 20);
    assert!(executions.iter().all(|execution| execution.configs.iter().all(|config| ids.contains(config))));
    Ok(())
}

#[test]
fn equal_configs_given_at_the_same_time_are_stored_once() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    standing::call(&world, &alice, strict()).wait().expect("reads conflict with nothing");
                }
            });
        }
    });
    let executions = world.executions(&ExecutionFilter::new().callable("standing"))?;
    let ids: BTreeSet<_> = executions.iter().map(|execution| execution.configs[0]).collect();
    assert_eq!((executions.len(), ids.len()), (200, 1));
    Ok(())
}

#[tokio::test]
async fn a_config_bound_once_serves_several_worlds_and_is_stored_once_in_each() -> ecs::Result<()> {
    let bound = standing::with(strict());
    let (one, other) = (World::fresh()?, World::fresh()?);
    let mut configs = Vec::new();
    for world in [&one, &other, &one, &other] {
        let alice = world.insert(student("Alice", 3.8))?;
        let first = bound.call(world, &alice).recorded().await?.execution;
        let second = bound.call(world, &alice).recorded().await?.execution;
        assert_eq!(first.configs, second.configs);
        assert_eq!(world.get::<Honours>(first.configs[0])?.threshold, 3.9);
        configs.push(first.configs[0]);
    }
    assert_eq!(configs[..2], configs[2..]);
    assert_ne!(configs[0], configs[1]);
    Ok(())
}

#[tokio::test]
async fn a_config_that_was_inserted_is_found_again_by_its_content() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let stored = world.insert(strict())?;
    let call = standing::call(&world, &alice, strict()).recorded().await?;
    assert_eq!(call.execution.configs[..], [stored.ecs_id()]);
    Ok(())
}

#[tokio::test]
async fn configs_of_equal_content_and_different_types_are_different_versions() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let honours = standing::call(&world, &alice, Honours::default()).recorded().await?.execution.configs[0];
    let distinction = distinguished::call(&world, &alice, Distinction::default()).recorded().await?;
    assert_ne!(distinction.execution.configs[0], honours);
    assert_eq!(fields(&world, distinction.execution.configs[0])?, fields(&world, honours)?);
    Ok(())
}

#[tokio::test]
async fn a_changed_copy_of_a_stored_config_is_another_config_that_remembers_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let stored = world.insert(strict())?;
    let changed = Honours { threshold: 3.0, ..Honours::clone(&stored) };
    let call = standing::call(&world, &alice, changed).recorded().await?;
    let used = world.get::<Honours>(call.execution.configs[0])?;
    assert_eq!((used.threshold, used.forked_from()), (3.0, Some(stored.ecs_id())));
    assert_eq!(world.head::<Honours>(&stored)?, stored);
    Ok(())
}

// predecessor 1.6: an explicit config could be changed by the function, in the store as well.
#[tokio::test]
async fn a_config_by_value_cannot_be_changed_by_the_function() -> ecs::Result<()> {
    let world = World::fresh()?;
    let stored = world.insert(strict())?;
    let bound = spoil::with(&stored);
    for _ in 0..2 {
        assert_eq!(bound.call(&world).await?, 777.0);
        assert_eq!(spoil::call(&world, strict()).await?, 777.0);
        spoil_and_fail::call(&world, &stored).await.expect_err("it always fails");
    }
    assert_eq!(stored.threshold, 3.9);
    assert_eq!(world.get::<Honours>(stored.ecs_id())?.threshold, 3.9);
    assert_eq!(world.head::<Honours>(&stored)?, stored);
    for execution in world.executions(&ExecutionFilter::new())? {
        assert_eq!(execution.configs[..], [stored.ecs_id()], "failed calls name their config as well");
    }
    Ok(())
}

#[tokio::test]
async fn a_config_read_in_another_world_is_given_by_value_but_not_by_handle() -> ecs::Result<()> {
    let (world, elsewhere) = (World::fresh()?, World::fresh()?);
    let alice = world.insert(student("Alice", 3.8))?;
    let foreign = elsewhere.insert(strict())?;
    let error = standing::call(&world, &alice, &foreign).await.expect_err("foreign");
    assert_eq!(error.code(), "unknown-version");
    let call = standing::call(&world, &alice, Honours::clone(&foreign)).recorded().await?;
    assert_eq!(world.get::<Honours>(call.execution.configs[0])?.threshold, 3.9);
    Ok(())
}

// ---- What is wrong with what was given ------------------------------------------------------

/// The message of a call that is refused, once it is known to be recorded.
async fn refusal(world: &World, callable: &str, arguments: impl Into<Args>, code: &str) -> ecs::Result<String> {
    let error = world.execute(callable, arguments).await.expect_err("refused");
    assert_eq!(error.code(), code, "{error}");
    let failed = world.execution(error.execution().expect("refusals are recorded"))?;
    assert_eq!(*failed.status(), Status::Failed { code: error.code(), message: error.to_string().into() });
    Ok(error.to_string())
}

#[tokio::test]
async fn a_missing_config_field_without_default_is_named_with_callable_config_and_type() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let message = "`curved` builds its config `curve` from arguments, and `factor` has no default: \
                   give an argument `factor`, a `f64`, or `curve` whole";
    let missing = "missing-config-field";
    assert_eq!(refusal(&world, "curved", args! { student: &alice }, missing).await?, message);
    assert_eq!(refusal(&world, "curved", args! { student: &alice, offset: 1.0 }, missing).await?, message);
    let in_parts = args! { student: &alice, curve: json!({ "offset": 1.0 }) };
    assert_eq!(refusal(&world, "curved", in_parts, missing).await?, message);
    let typed = curved::call(&world, &alice, Arg::Default).await.expect_err("no factor");
    assert_eq!(typed.to_string(), message);
    Ok(())
}

// predecessor 1.6: an unknown name was ignored and the default used.
#[tokio::test]
async fn an_unknown_argument_is_refused_with_the_nearest_and_all_accepted_names() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    assert_eq!(
        refusal(&world, "standing", args! { student: &alice, thresholdd: 2.0 }, "unknown-argument").await?,
        "`standing` takes no argument `thresholdd`; \
         it takes `student`, `honours`, `threshold`, `list`; did you mean `threshold`?"
    );
    assert_eq!(
        refusal(&world, "standing", args! { student: &alice, honours: json!({ "lst": "x" }) }, "unknown-argument")
            .await?,
        "`standing` takes no argument `lst`; it takes `threshold`, `list`; did you mean `list`?"
    );
    Ok(())
}

#[tokio::test]
async fn a_config_field_of_the_wrong_type_is_named_with_what_was_given_and_what_it_takes() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    for arguments in [
        args! { student: &alice, threshold: "high" },
        args! { student: &alice, honours: json!({ "threshold": "high" }) },
        args! { student: &alice, threshold: json!("high") },
    ] {
        let message = refusal(&world, "standing", arguments, "wrong-argument-type").await?;
        assert_eq!(
            message,
            "`standing` takes a `f64` as `honours.threshold`, and was given \"high\": \
             invalid type: string \"high\", expected f64"
        );
    }
    let borrowed = args! { student: &alice, threshold: format!("{alice}.name") };
    let message = refusal(&world, "standing", borrowed, "wrong-argument-type").await?;
    assert!(message.contains("`honours.threshold`") && message.contains("\"Alice\""), "{message}");
    Ok(())
}

// predecessor 1.6: "explicit cfg + primitive of same field" ignored the primitive.
#[tokio::test]
async fn a_config_given_whole_and_its_field_again_is_refused() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let message = "`standing` was given its config `honours` whole, so its field `threshold` cannot be given as well; \
                   leave one of them out";
    for arguments in [
        args! { student: &alice, honours: strict(), threshold: 3.0 },
        args! { threshold: 3.0, student: &alice, honours: strict() },
    ] {
        assert_eq!(refusal(&world, "standing", arguments, "config-given-twice").await?, message);
    }
    Ok(())
}

// predecessor 1.6: "wrong class / int / dict / None in config slot" was not checked.
#[tokio::test]
async fn something_else_in_the_place_of_a_config_is_refused_before_the_function_runs() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let other = world.insert(Distinction::default())?;
    for honours in [json!(3), json!(null), json!([1]), json!("dean"), json!(alice.address()), json!(other.address())] {
        let given = honours.to_string();
        let message =
            refusal(&world, "standing", args! { student: &alice, honours: honours }, "wrong-argument-type").await;
        let message = message?;
        for part in ["`standing`", "`honours`", "`Honours`", given.trim_matches('"')] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_call_leaves_no_config_of_its_own_in_a_later_record() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    refusal(
        &world,
        "curved_standing",
        args! { student: &alice, factor: 1.0, threshold: "high" },
        "wrong-argument-type",
    )
    .await?;
    let call = world.execute("curved_standing", args! { student: &alice, factor: 1.0 }).await?;
    for config in &call.execution().configs {
        assert_eq!(world.version(*config)?.ecs_id(), *config, "every config of a record can be read");
    }
    Ok(())
}

// ---- Plain closures -------------------------------------------------------------------------

#[test]
fn a_partial_of_a_synchronous_function_is_a_plain_closure() {
    let strictly = standing::partial(strict());
    let students = [student("Alice", 3.8), student("Bob", 4.0)];
    let texts: Vec<_> = students.iter().map(|student| strictly(student).text).collect();
    assert_eq!(texts, ["Alice false dean", "Bob true dean"]);

    fn takes_any_closure(standing: impl Fn(&Student) -> Standing) -> Standing {
        standing(&student("Carol", 3.9))
    }
    assert_eq!(takes_any_closure(strictly).text, "Carol true dean");
}

#[test]
fn a_partial_binds_several_configs_or_the_values_beside_one_entity() {
    let both = curved_standing::partial((Curve { factor: 2.0, ..Curve::default() }, strict()));
    assert_eq!(both(&student("Alice", 2.0)).text, "4 true");
    let raise = raised::partial((0.5, 2));
    assert_eq!(raise(&student("Alice", 2.0)), 3.0);
    let pair = compared::partial(strict());
    assert!(pair(&student("Alice", 2.0), &student("Bob", 3.0)));
    let extra = with_extra::partial(strict());
    assert_eq!(extra(&student("Alice", 2.0), 9), "Alice 3.9 9");
    assert_eq!(announce::partial(strict())(), "dean from 3.9");
}

#[tokio::test]
async fn a_partial_of_an_asynchronous_function_is_called_without_a_world() {
    let strictly = standing_later::partial(strict());
    assert_eq!(strictly.call(&student("Alice", 3.8)).await.text, "Alice false dean");
    assert_eq!(strictly.call(&student("Bob", 4.0)).await.text, "Bob true dean");
}

#[test]
fn a_partial_of_a_config_by_value_hands_out_a_copy_each_time() {
    let spoiling = spoil::partial(strict());
    assert_eq!((spoiling(), spoiling()), (777.0, 777.0));
}

#[tokio::test]
async fn with_binds_the_plain_values_beside_one_entity() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.5))?, world.insert(student("Bob", 2.0))?);
    let bound = raised::with((0.25, Arg::Default));
    let first = bound.call(&world, &alice).recorded().await?;
    let second = bound.call(&world, &bob).recorded().await?;
    assert_eq!((first.output, second.output), (3.75, 2.25));
    assert_eq!(first.execution.configs, second.execution.configs);
    assert_eq!(fields(&world, first.execution.configs[0])?, json!({ "by": 0.25, "times": 1 }));
    Ok(())
}

#[tokio::test]
async fn with_on_an_asynchronous_callable_records_like_any_call() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    let later = standing_later::with(strict()).call(&world, &alice).recorded().await?;
    let inline = standing::with(strict()).call(&world, &alice).recorded().await?;
    assert_eq!(later.output.text, "Alice false dean");
    assert_eq!(later.execution.configs, inline.execution.configs);
    Ok(())
}
