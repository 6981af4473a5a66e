//! Entities that hold entities: what gets a new version when something in a tree changes.

use std::collections::BTreeMap;

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Leaf {
    id: Id,
    value: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Middle {
    id: Id,
    name: String,
    leaf: Leaf,
    leaves: Vec<Leaf>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Root {
    id: Id,
    title: String,
    left: Middle,
    right: Option<Box<Middle>>,
    list: Vec<Leaf>,
    named: BTreeMap<String, Leaf>,
    pair: (Leaf, f64),
}

fn leaf(value: i64) -> Leaf {
    Leaf { id: Id::new(), value }
}

fn middle(name: &str) -> Middle {
    Middle { id: Id::new(), name: name.into(), leaf: leaf(1), leaves: vec![leaf(2)] }
}

fn root() -> Root {
    Root {
        id: Id::new(),
        title: "root".into(),
        left: middle("left"),
        right: Some(Box::new(middle("right"))),
        list: vec![leaf(10), leaf(11)],
        named: BTreeMap::from([("a".to_owned(), leaf(20)), ("b.c".to_owned(), leaf(21))]),
        pair: (leaf(30), 0.5),
    }
}

#[callable]
fn bump_first(root: &mut Root) {
    root.list[0].value += 1;
}

#[callable]
fn take_last(root: &mut Root) -> Option<Leaf> {
    root.list.pop()
}

#[test]
fn a_changed_leaf_gets_a_version_and_so_do_those_that_hold_it() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let first = world.insert(root())?;
    let second = bump_first::call(&world, &first).wait()?;
    assert_ne!(first, second);
    assert_eq!(second.list[1], first.list[1]);
    assert_ne!(second.list[0].id, first.list[0].id);
    assert_eq!(second.left, first.left);
    let leaf: Stored<Leaf> = world.child(&second, "list.0")?;
    assert_eq!(leaf.value, 11);
    assert_eq!(leaf.parent(), first.list[0].id.ecs_id());
    assert_eq!(world.resolve(&format!("@{}.named[\"b.c\"].value", second.ecs_id()).parse()?)?, 21);
    let (third, gone) = take_last::call(&world, &second).wait()?;
    let gone = gone.expect("there was one");
    assert_eq!(third.list.len(), 1);
    assert_eq!(Some(gone.ecs_id()), first.list[1].id.ecs_id());
    assert_eq!(ecs::content_hash(&*third)?, third.content_hash());
    Ok(())
}
