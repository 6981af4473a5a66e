//! An entity inside a plain value would be lost as one: it is refused, and the message says the cure.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::BTreeMap;

use common::{Student, student};
use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair {
    weight: f64,
    members: Vec<Student>,
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SeenPair {
    weight: f64,
    members: Vec<Student>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Team {
    id: Id,
    pairs: BTreeMap<String, Pair>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SeenTeam {
    id: Id,
    pairs: BTreeMap<String, SeenPair>,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Rules {
    id: Id,
    pair: Pair,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SeenRules {
    id: Id,
    pair: SeenPair,
}

fn pair() -> Pair {
    Pair { weight: 0.5, members: vec![student("Alice", 1.0)] }
}

fn seen() -> SeenPair {
    SeenPair { weight: 0.5, members: vec![student("Alice", 1.0)] }
}

fn assert_hidden(error: &Error, parts: &[&str]) {
    assert_eq!(error.code(), "hidden-entity", "{error}");
    for part in parts.iter().chain(&["#[derive(EntityParts)]"]) {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
}

#[callable]
fn weight_of(pair: Pair) -> f64 {
    pair.weight
}

#[callable]
fn pair_up(weight: f64) -> Pair {
    Pair { weight, ..pair() }
}

#[callable]
fn pair_up_inside(team: &mut Team) {
    team.pairs.insert("b".to_owned(), pair());
}

#[callable]
fn weight_by(rules: &Rules) -> f64 {
    rules.pair.weight
}

#[callable]
fn member_by(rules: &SeenRules) -> Student {
    rules.pair.members[0].clone()
}

// predecessor 1.4 B6: entities two containers deep were no nodes, silently ✗
#[test]
fn an_entity_in_a_plain_value_is_refused_wherever_that_is() -> ecs::Result<()> {
    let world = World::fresh()?;
    let team = Team { id: Id::new(), pairs: BTreeMap::from([("a.b".to_owned(), pair())]) };
    assert_hidden(&world.insert(team.clone()).expect_err("hidden in a field"), &["Team", "pairs", "members.0"]);
    assert_hidden(&ecs::content_hash(&team).expect_err("hidden in a field"), &["Team", "members"]);

    let team = world.insert(Team { id: Id::new(), pairs: BTreeMap::new() })?;
    assert_hidden(
        &pair_up_inside::call(&world, &team).wait().expect_err("hidden in an output"),
        &["Team", "members.0"],
    );
    assert_eq!(world.head::<Team>(&team)?, team, "nothing was written");

    assert_hidden(&weight_of::call(&world, pair()).wait().expect_err("hidden in an argument"), &["pair", "members.0"]);
    assert_hidden(&pair_up::call(&world, 0.5).wait().expect_err("hidden in a result"), &["members.0"]);
    let rules = Rules { id: Id::new(), pair: pair() };
    assert_hidden(
        &weight_by::call(&world, rules).wait().expect_err("hidden in a config"),
        &["Rules", "pair.members.0"],
    );
    Ok(())
}

#[test]
fn the_derive_of_entity_parts_cures_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let team = SeenTeam { id: Id::new(), pairs: BTreeMap::from([("a.b".to_owned(), seen())]) };
    let team = world.insert(team)?;
    let alice: Stored<Student> = world.child(&team, r#"pairs["a.b"].members.0"#)?;
    assert_eq!((alice.name.as_str(), alice.holder()), ("Alice", Some(team.ecs_id())));

    let rules = world.insert(SeenRules { id: Id::new(), pair: seen() })?;
    let call = member_by::call(&world, &rules).wait()?;
    assert_eq!(Some(call.ecs_id()), rules.pair.members[0].id.ecs_id());
    assert_eq!(call.holder(), Some(rules.ecs_id()));
    Ok(())
}

/// An alias with a parameter of its own, whose spelling says nothing of entities.
type Seated<K> = BTreeMap<K, Student>;

/// And one whose parameter is not what its container holds.
type Ranked<R> = Vec<(R, Student)>;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Hall {
    id: Id,
    seated: Seated<u8>,
    pairs: Ranked<u8>,
}

#[test]
fn entities_behind_an_alias_with_parameters_are_found() -> ecs::Result<()> {
    let world = World::fresh()?;
    let seated = Seated::from([(7, student("Alice", 3.5))]);
    let pairs = vec![(1, student("Bob", 3.0))];
    let hall = world.insert(Hall { id: Id::new(), seated, pairs })?;
    assert_eq!(world.child::<Student>(&hall, "seated.7")?.name, "Alice");
    assert_eq!(world.child::<Student>(&hall, "pairs.0.1")?.name, "Bob");
    Ok(())
}
