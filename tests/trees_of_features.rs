//! Trees in the containers that come with the features `im` and `indexmap`.

#![allow(clippy::unwrap_used, reason = "what an edit changes is there, and a row is one line")]

#[path = "common/fresh.rs"]
mod fresh;

use std::sync::Arc;

use ecs::im::{Map, Vector};
use ecs::prelude::*;
use indexmap::IndexMap;

use self::fresh::Fresh as _;

mod nodes;
use nodes::{Changed, check_edit};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Leaf {
    id: Id,
    name: String,
    value: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Middle {
    id: Id,
    name: String,
    leaves: Vector<Leaf>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Root {
    id: Id,
    name: String,
    map: Map<u32, Middle>,
    vector: Vector<Leaf>,
    indexed: IndexMap<String, Leaf>,
    nested: Map<String, Vector<(Leaf, f64)>>,
    plain: Vec<Leaf>,
}

fn leaf(name: &str) -> Leaf {
    Leaf { id: Id::new(), name: name.into(), value: 0 }
}

fn middle(name: &str) -> Middle {
    Middle { id: Id::new(), name: name.into(), leaves: [0, 1].iter().map(|n| leaf(&format!("{name} {n}"))).collect() }
}

/// With containers that are hashed as a whole, or in parts if `count` is large.
fn root(count: u32) -> Root {
    Root {
        id: Id::new(),
        name: "root".into(),
        map: (0..count).map(|n| (n, middle(&format!("map {n}")))).collect(),
        vector: (0..count).map(|n| leaf(&format!("vector {n}"))).collect(),
        indexed: (0..count).map(|n| (format!("key {n}"), leaf(&format!("indexed {n}")))).collect(),
        nested: (0..2)
            .map(|n| (n.to_string(), (0..count).map(|m| (leaf(&format!("nested {n}.{m}")), 0.5)).collect()))
            .collect(),
        plain: vec![leaf("plain")],
    }
}

type Row = (&'static str, fn(&mut Root), Changed);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("nothing", |_| {}, &[]),
    ("written again", |r| { let same = r.map[&1].clone(); r.map.insert(1, same); }, &[]),
    ("below a Map", |r| r.map.get_mut(&1).unwrap().leaves.get_mut(0).unwrap().value = 1, &["map 1 0", "map 1", "root"]),
    ("in a Vector", |r| r.vector.get_mut(1).unwrap().value = 1, &["vector 1", "root"]),
    ("in an IndexMap", |r| r.indexed["key 1"].value = 1, &["indexed 1", "root"]),
    ("nested", |r| r.nested.get_mut("1").unwrap().get_mut(1).unwrap().0.value = 1, &["nested 1.1", "root"]),
    ("beside something nested", |r| r.nested.get_mut("1").unwrap().get_mut(1).unwrap().1 = 1.0, &["root"]),
    ("added to a Map", |r| { r.map.insert(5_000, middle("new")); }, &["new 0", "new 1", "new", "root"]),
    ("added to a Vector", |r| r.vector.push(leaf("new")), &["new", "root"]),
    ("added in front of a Vector", |r| r.vector.insert(0, leaf("new")), &["new", "root"]),
    ("added to an IndexMap", |r| { r.indexed.insert("new".into(), leaf("new")); }, &["new", "root"]),
    ("removed from a Map", |r| { r.map.remove(&1); }, &["root"]),
    ("removed from a Vector", |r| { r.vector.remove(0); }, &["root"]),
    ("removed from an IndexMap", |r| { r.indexed.shift_remove("key 0"); }, &["root"]),
    ("replaced in a Map", |r| { r.map.insert(1, middle("new")); }, &["new 0", "new 1", "new", "root"]),
    ("replaced in a Vector", |r| { r.vector.set(1, leaf("new")); }, &["new", "root"]),
    ("a key of a Map renamed", |r| { let kept = r.map.remove_shared(&1).unwrap(); r.map.insert_shared(5_000, kept); }, &["root"]),
    ("two keys swapped", |r| { let (a, b) = (r.map.remove(&0).unwrap(), r.map.remove(&1).unwrap()); r.map.insert(1, a); r.map.insert(0, b); }, &["root"]),
    ("a Vector reordered", |r| { let first = r.vector.remove_shared(0); r.vector.push_shared(first) }, &["root"]),
    ("two of a Vector swapped", |r| { let (a, b) = (r.vector[0].clone(), r.vector[1].clone()); r.vector.set(0, b); r.vector.set(1, a); }, &["root"]),
    ("a key of an IndexMap renamed", |r| { let leaf = r.indexed.shift_remove("key 0").unwrap(); r.indexed.insert("z".into(), leaf); }, &["root"]),
    ("from one nested Vector to the other", |r| { let pair = r.nested.get_mut("0").unwrap().remove(0); r.nested.get_mut("1").unwrap().push(pair) }, &["root"]),
    ("an outer key renamed", |r| { let inner = r.nested.remove("0").unwrap(); r.nested.insert("z".into(), inner); }, &["root"]),
    ("from a Map into a Vector", |r| { let leaf = r.map.get_mut(&1).unwrap().leaves.remove(0); r.vector.push(leaf) }, &["map 1 0", "map 1", "root"]),
    ("from a Vector into a Map", |r| { let leaf = r.vector.remove(1); r.map.get_mut(&0).unwrap().leaves.push(leaf) }, &["vector 1", "map 0", "root"]),
    ("from one middle to another", |r| { let leaf = r.map.get_mut(&0).unwrap().leaves.remove(0); r.map.get_mut(&1).unwrap().leaves.push(leaf) }, &["map 0 0", "map 0", "map 1", "root"]),
    ("from an IndexMap into a Vec", |r| { let leaf = r.indexed.shift_remove("key 1").unwrap(); r.plain.push(leaf) }, &["indexed 1", "root"]),
    ("moved and changed", |r| { let mut leaf = r.vector.remove(1); leaf.value = 1; r.plain.push(leaf) }, &["vector 1", "root"]),
];

#[callable]
fn edit_row(root: &mut Root, row: usize) {
    ROWS[row].1(root);
}

#[test]
fn persistent_and_indexed_containers_are_trees_as_all_others_are() -> ecs::Result<()> {
    for count in [2, 33] {
        for (row, (name, edit, expected)) in ROWS.iter().enumerate() {
            let world = World::fresh()?;
            let before = world.insert(root(count))?;
            let after = edit_row::call(&world, &before, row).wait()?;
            check_edit(&world, name, &before, &after, expected);

            let world = World::fresh()?;
            let before = world.insert(root(count))?;
            let mut value = (*before).clone();
            edit(&mut value);
            check_edit(&world, name, &before, &world.commit(value)?, expected);
        }
    }
    Ok(())
}

/// Puts one thing in a tree twice, and says where.
type Twice = (fn(&mut Root), [&'static str; 2]);

#[test]
fn what_is_shared_by_pointer_is_in_the_tree_twice_all_the_same() -> ecs::Result<()> {
    let world = World::fresh()?;
    let before = world.insert(root(40))?;
    #[rustfmt::skip]
    let edits: [Twice; 4] = [
        (|r| r.vector.push_shared(Arc::clone(r.vector.get_shared(3).unwrap())), [".vector.3", ".vector.40"]),
        (|r| { r.map.insert_shared(99, Arc::clone(r.map.get_shared(&3).unwrap())); }, [".map[\"3\"]", ".map[\"99\"]"]),
        (|r| r.map.get_mut(&7).unwrap().leaves = r.map[&8].leaves.clone(), [".map[\"7\"].leaves.0", ".map[\"8\"].leaves.0"]),
        (|r| { let twin = r.nested["0"].clone(); r.nested.insert("twin".into(), twin); }, [".nested[\"0\"].0.0", ".nested.twin.0.0"]),
    ];
    for (edit, paths) in edits {
        let mut value = (*before).clone();
        edit(&mut value);
        let mut fresh = root(40);
        edit(&mut fresh);
        for error in [world.commit(value).unwrap_err(), world.insert(fresh).unwrap_err()] {
            assert_eq!(error.code(), "entity-held-twice", "{error}");
            paths.iter().for_each(|path| assert!(error.to_string().contains(&format!("`{path}")), "{error}"));
        }
    }
    Ok(())
}
