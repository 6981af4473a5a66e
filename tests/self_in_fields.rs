//! An entity that holds its own kind through `Self`: it is stored and changed as with the type's name.

#[path = "common/fresh.rs"]
mod fresh;

use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Node {
    id: Id,
    value: i64,
    next: Option<Box<Self>>,
    others: Vec<Self>,
    part: Part,
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Part {
    Nothing,
    Nodes(Vec<Node>),
    Several(Vec<Self>),
}

fn node(value: i64) -> Node {
    Node { id: Id::new(), value, next: None, others: Vec::new(), part: Part::Nothing }
}

fn within_the_part(node: &mut Node) -> &mut Node {
    match &mut node.part {
        Part::Several(parts) => match &mut parts[0] {
            Part::Nodes(nodes) => &mut nodes[0],
            other => panic!("nodes are in it, not {other:?}"),
        },
        other => panic!("parts are in it, not {other:?}"),
    }
}

/// A tree with nodes under all of its fields.
fn tree() -> Node {
    let next = Node { next: Some(Box::new(node(2))), ..node(1) };
    let part = Part::Several(vec![Part::Nodes(vec![node(5)])]);
    Node { next: Some(Box::new(next)), others: vec![node(3), node(4)], part, ..node(0) }
}

#[callable]
fn add_at_the_end(tree: &mut Node, by: i64) {
    let mut last = tree;
    while let Some(next) = &mut last.next {
        last = next;
    }
    last.value += by;
}

#[callable]
fn add_to_others(tree: &mut Node, by: i64) {
    tree.others[1].value += by;
}

#[callable]
fn add_to_parts(tree: &mut Node, by: i64) {
    within_the_part(tree).value += by;
}

#[test]
fn each_node_of_a_tree_that_holds_itself_is_an_entity_of_its_own() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut tree = tree();
    let below = [
        tree.next.as_ref().expect("a node").clone(),
        Box::new(tree.others[1].clone()),
        Box::new(within_the_part(&mut tree).clone()),
    ];
    world.insert(tree)?;
    for node in below {
        let stored = world.head::<Node>(node.id.lineage_id())?;
        assert_eq!(stored.value, node.value);
        assert_eq!(stored.next.is_some(), node.next.is_some());
    }
    Ok(())
}

#[test]
fn a_change_deep_in_it_gives_versions_to_the_holders_and_to_nothing_else() -> ecs::Result<()> {
    let world = World::fresh()?;
    let before = world.insert(tree())?;
    let after = add_at_the_end::call(&world, &before, 10).wait()?;
    let [next_before, next] = [&before, &after].map(|tree| tree.next.as_ref().expect("a node"));
    let [end_before, end] = [next_before, next].map(|node| node.next.as_ref().expect("a node"));
    assert_eq!(end.value, 12);
    for [old, new] in [[before.id, after.id], [next_before.id, next.id], [end_before.id, end.id]] {
        assert_eq!(old.lineage_id(), new.lineage_id());
        assert_ne!(old, new);
    }
    assert_eq!(before.others, after.others);
    assert_eq!(before.part, after.part);
    Ok(())
}

#[test]
fn a_change_in_a_list_or_a_part_of_it_is_found_there() -> ecs::Result<()> {
    let world = World::fresh()?;
    let before = world.insert(tree())?;
    let others = add_to_others::call(&world, &before, 10).wait()?;
    assert_eq!(others.others[1].value, 14);
    assert_eq!(others.others[0].id, before.others[0].id);
    assert_ne!(others.others[1].id, before.others[1].id);
    let parts = add_to_parts::call(&world, &others, 10).wait()?;
    let [mut old, mut new] = [(*others).clone(), (*parts).clone()];
    let [old, new] = [within_the_part(&mut old), within_the_part(&mut new)];
    assert_eq!((new.value, new.id.lineage_id()), (15, old.id.lineage_id()));
    assert_ne!(new.id, old.id);
    assert_eq!(parts.others, others.others);
    Ok(())
}
