//! Trees of many levels and of many branches, on the stack and in the time of an ordinary test.

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use ecs::im::Map;
use ecs::prelude::*;

use self::fresh::Fresh as _;

const LEVELS: usize = 100_000;

/// More than an ordinary stack has room for, and not so many that the tests take minutes.
const FEWER: usize = 20_000;

// ---- Deep ---------------------------------------------------------------------------------------

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Node {
    id: Id,
    value: usize,
    boxed: Option<Box<Node>>,
    shared: Option<Arc<Node>>,
    list: Vec<Node>,
    sorted: BTreeMap<u8, Node>,
    hashed: HashMap<String, Node>,
    nested: Vec<(String, Option<Box<Node>>)>,
}

/// The least that a level can be.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Thin {
    id: Id,
    value: u8,
    below: Option<Box<Thin>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Boxed,
    Shared,
    Listed,
    Sorted,
    Hashed,
    Nested,
}

/// With the levels that each is tested with.
const ALL: [(How, usize); 6] = [
    (How::Boxed, LEVELS),
    (How::Shared, LEVELS),
    (How::Listed, FEWER),
    (How::Sorted, FEWER),
    (How::Hashed, FEWER),
    (How::Nested, FEWER),
];

fn node(value: usize) -> Node {
    Node {
        id: Id::new(),
        value,
        boxed: None,
        shared: None,
        list: Vec::new(),
        sorted: BTreeMap::new(),
        hashed: HashMap::new(),
        nested: Vec::new(),
    }
}

/// A chain, whose root has the value 0 and each below it one more.
fn chain(how: How, levels: usize) -> Node {
    (0..levels - 1).rev().fold(node(levels - 1), |below, value| {
        let mut holder = node(value);
        match how {
            How::Boxed => holder.boxed = Some(Box::new(below)),
            How::Shared => holder.shared = Some(Arc::new(below)),
            How::Listed => holder.list.push(below),
            How::Sorted => drop(holder.sorted.insert(0, below)),
            How::Hashed => drop(holder.hashed.insert("key".into(), below)),
            How::Nested => holder.nested.push(("name".into(), Some(Box::new(below)))),
        }
        holder
    })
}

fn below(node: &Node) -> Option<&Node> {
    let nested = || node.nested.first().and_then(|(_, below)| below.as_deref());
    let held = node.boxed.as_deref().or(node.shared.as_deref()).or(node.list.first()).or(node.sorted.get(&0));
    held.or_else(|| node.hashed.get("key")).or_else(nested)
}

fn below_mut(node: &mut Node) -> Option<&mut Node> {
    let Node { boxed, shared, list, sorted, hashed, nested, .. } = node;
    let nested = nested.first_mut().and_then(|(_, below)| below.as_deref_mut());
    let held = boxed.as_deref_mut().or(shared.as_mut().map(Arc::make_mut)).or(list.first_mut());
    held.or(sorted.get_mut(&0)).or_else(|| hashed.get_mut("key")).or(nested)
}

fn deepest(mut node: &mut Node) -> &mut Node {
    // Asked twice, as a borrow that is returned from a loop cannot be given back.
    while below(node).is_some() {
        node = below_mut(node).expect("it is there");
    }
    node
}

#[callable]
fn change(root: &mut Node, to: usize) {
    deepest(root).value = to;
}

#[callable]
fn change_own(mut root: Node, to: usize) -> Node {
    deepest(&mut root).value = to;
    root
}

#[callable]
fn read(root: &Node) -> usize {
    root.value
}

#[callable]
fn count(roots: &[Node]) -> usize {
    roots.len()
}

#[callable]
fn cut(root: &mut Node, at: usize) -> Node {
    let mut half = root;
    for _ in 0..at {
        half = below_mut(half).expect("it is there");
    }
    std::mem::replace(half, Node { boxed: None, ..node(0) })
}

/// Takes the deepest node out of its holder.
#[callable]
fn detach(root: &mut Node) -> Option<Node> {
    let mut holder = root;
    while below(below(holder)?).is_some() {
        holder = below_mut(holder)?;
    }
    let shared = holder.shared.take().map(Arc::unwrap_or_clone);
    shared.or_else(|| holder.boxed.take().map(|node| *node))
}

#[callable]
fn fail(root: &mut Node, also: Vec<Node>) -> Result<(), String> {
    deepest(root).value += also.len();
    Err("on purpose".into())
}

#[callable]
fn panics(root: &mut Node, own: Node) {
    deepest(root).value += 1;
    assert!(root.value != own.value, "on purpose");
}

#[callable]
fn replace_identity(root: &mut Node) {
    root.id = Id::new();
}

#[callable(blocking)]
fn change_elsewhere(root: &mut Node, fails: bool) -> Result<(), String> {
    deepest(root).value += 1;
    if fails { Err("on purpose".into()) } else { Ok(()) }
}

#[callable]
async fn change_later(root: &mut Node, own: Node, fails: bool) -> Result<(), String> {
    tokio::task::yield_now().await;
    deepest(root).value = own.value + 7;
    if fails { Err("on purpose".into()) } else { Ok(()) }
}

#[callable]
async fn never(root: &mut Node, own: Node) -> usize {
    std::future::pending::<()>().await;
    root.value + own.value
}

#[callable]
fn grow(root: &mut Node, how: String) -> Result<(), String> {
    root.boxed = Some(Box::new(chain(How::Boxed, LEVELS)));
    match how.as_str() {
        "fail" => Err("on purpose".into()),
        "panic" => panic!("on purpose"),
        "another" => {
            root.id = Id::new();
            Ok(())
        }
        _ => Ok(()),
    }
}

#[callable]
fn thicken(root: &mut Thin, to: u8) {
    let mut thin = root;
    while thin.below.is_some() {
        thin = thin.below.as_mut().expect("it is there");
    }
    thin.value = to;
}

/// The value of the deepest node, read by that node's own id.
fn value_of_deepest(world: &World, root: &Stored<Node>) -> ecs::Result<usize> {
    let deepest = std::iter::successors(Some(&**root), |node| below(node)).last().expect("there is a root");
    let value: Address = format!("@{}.value", deepest.id.ecs_id().expect("it is stored")).parse()?;
    world.read(&At::from(value))
}

fn code<T>(called: ecs::Result<T>) -> &'static str {
    called.err().expect("it is refused").code()
}

#[test]
fn a_deep_tree_is_stored_changed_and_read_in_every_container() -> ecs::Result<()> {
    for (how, levels) in ALL {
        let world = World::fresh()?;
        let first = world.insert(chain(how, levels))?;
        assert_eq!(value_of_deepest(&world, &first)?, levels - 1, "{how:?}");
        let second = change::call(&world, &first, 1).wait()?;
        assert_eq!(value_of_deepest(&world, &second)?, 1, "{how:?}");
        assert_eq!(code(fail::call(&world, &second, vec![first.clone()]).wait()), "callable-failed", "{how:?}");
        assert_eq!(value_of_deepest(&world, &first)?, levels - 1, "old versions are as they were");
        assert_eq!(ecs::content_hash(&*second)?, second.content_hash(), "{how:?}");
    }
    Ok(())
}

#[test]
fn the_thinnest_of_trees_may_be_deep() -> ecs::Result<()> {
    let thin = |value, below| Thin { id: Id::new(), value, below };
    let world = World::fresh()?;
    let first = world.insert((1..LEVELS).fold(thin(0, None), |below, _| thin(0, Some(Box::new(below)))))?;
    let second = thicken::call(&world, &first, 1).wait()?;
    assert_ne!(second, first);
    assert_eq!(thicken::call(&world, &second, 1).wait()?, second);
    Ok(())
}

#[test]
fn every_way_in_which_a_call_ends_leaves_a_deep_tree_in_order() -> ecs::Result<()> {
    for (how, levels) in [(How::Boxed, LEVELS), (How::Shared, FEWER)] {
        let world = World::fresh()?;
        let first = world.insert(chain(how, levels))?;
        let second = change_own::call(&world, &first, 2).wait()?;
        assert_eq!(value_of_deepest(&world, &second)?, 2);
        assert_eq!(change::call(&world, &second, 2).wait()?, second, "nothing differs");
        read::call(&world, &second).wait()?;
        count::call(&world, vec![second.clone(), first.clone()]).wait()?;
        assert_eq!(code(fail::call(&world, &second, vec![first.clone()]).wait()), "callable-failed");
        assert_eq!(code(panics::call(&world, &second, &first).wait()), "panicked");
        assert_eq!(code(replace_identity::call(&world, &second).wait()), "identity-replaced");
        assert_eq!(code(change::call(&world, &first, 3).wait()), "conflict");
        assert_eq!(world.head::<Node>(&first)?, second, "and nothing was written");
    }
    Ok(())
}

#[test]
fn a_deep_tree_is_cut_and_what_is_deepest_is_detached() -> ecs::Result<()> {
    for (how, levels) in [(How::Boxed, LEVELS), (How::Shared, FEWER)] {
        let world = World::fresh()?;
        let first = world.insert(chain(how, levels))?;
        let (without, gone) = detach::call(&world, &first).wait()?;
        assert_eq!(gone.expect("there was one").value, levels - 1);
        assert_eq!(value_of_deepest(&world, &without)?, levels - 2);
        let (rest, half) = cut::call(&world, &without, levels / 2).wait()?;
        assert_eq!((value_of_deepest(&world, &rest)?, half.value), (0, levels / 2));
        assert_eq!(value_of_deepest(&world, &half)?, levels - 2);
    }
    Ok(())
}

#[test]
fn what_is_told_of_a_deep_tree_takes_no_more_room_than_the_tree() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = world.insert(chain(How::Boxed, LEVELS))?;
    let second = change::call(&world, &first, 7_usize).wait()?;

    // The deepest is named, and those above it only as far as anybody reads.
    let diff = world.diff(&first, &second)?;
    let changed: Vec<_> = diff.entities().iter().filter(|entity| !entity.is_only_holder()).collect();
    assert_eq!(changed.len(), 1, "only the deepest changed");
    assert_eq!(changed[0].path.segments().len(), LEVELS - 1);
    assert!(diff.entities().len() < 1_000);
    assert_eq!(world.history(&first)?.entries().len(), 2);

    let blame = world.blame(&second)?;
    assert!(!blame.is_complete() && blame.lines().len() < 10_000);
    let deepest = changed[0].after.expect("it is there");
    let own = world.blame(deepest)?;
    let value = own.line("value").expect("a node has one");
    assert_eq!(value.execution.as_ref().map(|execution| execution.callable()), Some("change"));
    assert!(world.dependencies(deepest, None)?.contains(&first));
    Ok(())
}

#[test]
fn a_function_may_make_a_tree_deep_and_then_fail() -> ecs::Result<()> {
    let world = World::fresh()?;
    let flat = world.insert(node(0))?;
    for (how, expected) in [("fail", "callable-failed"), ("panic", "panicked"), ("another", "identity-replaced")] {
        assert_eq!(code(grow::call(&world, &flat, how.to_owned()).wait()), expected);
    }
    let deep = grow::call(&world, &flat, "well".to_owned()).wait()?;
    assert_eq!(value_of_deepest(&world, &deep)?, LEVELS - 1);
    Ok(())
}

#[test]
fn a_deep_value_that_is_refused_is_dropped_with_care() -> ecs::Result<()> {
    let world = World::fresh()?;
    let stored = world.insert(chain(How::Boxed, LEVELS))?;
    let copy = || world.read(&stored.at::<Node>("boxed")).map(|below| Node { boxed: Some(Box::new(below)), ..node(0) });
    let mut twice = copy()?;
    let id = twice.boxed.as_ref().expect("it is there").id;
    twice.list.push(Node { id, ..node(0) });
    assert_eq!(code(world.insert(twice)), "entity-held-twice");
    let mut already = copy()?;
    already.id = stored.id;
    assert_eq!(code(world.insert(already)), "already-stored");
    let elsewhere = World::fresh()?;
    assert_eq!(code(elsewhere.commit(copy()?)), "foreign-entity");
    // The second argument is not looked at any more.
    let foreign = elsewhere.insert(node(0))?;
    assert_eq!(code(panics::call(&world, &foreign, copy()?).wait()), "unknown-version");
    Ok(())
}

#[tokio::test]
async fn a_deep_tree_goes_through_functions_that_wait_and_calls_by_name() -> ecs::Result<()> {
    for (how, levels) in [(How::Boxed, LEVELS), (How::Shared, FEWER)] {
        let world = World::fresh()?;
        let first = world.insert(chain(how, levels))?;
        let own = world.insert(chain(how, levels))?;
        let second = change_later::call(&world, &first, &own, false).await?;
        assert_eq!(value_of_deepest(&world, &second)?, 7);
        assert_eq!(code(change_later::call(&world, &second, &own, true).await), "callable-failed");
        let third = change_elsewhere::call(&world, &second, false).await?;
        assert_eq!(value_of_deepest(&world, &third)?, 8);
        assert_eq!(code(change_elsewhere::call(&world, &third, true).await), "callable-failed");

        let cancelled = never::call(&world, &third, &own);
        assert!(tokio::time::timeout(Duration::from_millis(1), cancelled).await.is_err());
        let filter = ExecutionFilter::new().callable("never");
        assert_eq!(world.executions(&filter)?[0].status(), &Status::Cancelled);

        let outcome = world.execute("change", args! { root: third.address(), to: 9 }).await?;
        assert_eq!(value_of_deepest(&world, &outcome.output(0)?)?, 9);
        assert_eq!(code(world.execute("fail", args! { root: &own, also: [first.address()] }).await), "callable-failed");
        let outcome = world.execute("change_later", args! { root: &own, own: &first, fails: false }).await?;
        assert_eq!(value_of_deepest(&world, &outcome.output(0)?)?, 7);
    }
    Ok(())
}

// ---- Wide ---------------------------------------------------------------------------------------

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Leaf {
    id: Id,
    value: usize,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Wide {
    id: Id,
    list: Vec<Leaf>,
    map: Map<usize, Leaf>,
}

#[callable]
fn change_one(wide: &mut Wide, at: usize) {
    if let Some(leaf) = wide.list.get_mut(at) {
        leaf.value += 1;
    }
    if let Some(leaf) = wide.map.get_mut(&at) {
        leaf.value += 1;
    }
}

fn a_wide_tree(leaves: usize) -> ecs::Result<()> {
    for in_map in [false, true] {
        let world = World::fresh()?;
        let all = (0..leaves).map(|value| Leaf { id: Id::new(), value });
        let mut wide = Wide { id: Id::new(), list: Vec::new(), map: Map::new() };
        if in_map {
            wide.map = all.enumerate().collect();
        } else {
            wide.list = all.collect();
        }
        let field = if in_map { "map" } else { "list" };
        let first = world.insert(wide)?;
        let second = change_one::call(&world, &first, leaves / 2).wait()?;
        let changed: Stored<Leaf> = world.child(&second, &format!("{field}.{}", leaves / 2))?;
        assert_eq!((changed.value, changed.root()), (leaves / 2 + 1, second.ecs_id()));
        let kept: Stored<Leaf> = world.child(&second, &format!("{field}.{}", leaves - 1))?;
        assert_eq!((kept.value, kept.root()), (leaves - 1, first.ecs_id()));
        assert_eq!(ecs::content_hash(&*second)?, second.content_hash());
    }
    Ok(())
}

/// About four seconds without optimization.
#[test]
fn a_tree_of_200_000_leaves_is_stored_changed_and_read() -> ecs::Result<()> {
    a_wide_tree(200_000)
}

#[test]
#[ignore = "takes twenty seconds without optimization"]
fn a_tree_of_1_000_000_leaves_is_stored_changed_and_read() -> ecs::Result<()> {
    a_wide_tree(1_000_000)
}
