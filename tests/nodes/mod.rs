//! The nodes of a tree as a reader sees them, found in its JSON and not by the engine.

use std::collections::{BTreeMap, BTreeSet};

use ecs::prelude::*;
use serde_json::Value as Json;

/// The names of all that must get a new id.
pub type Changed = &'static [&'static str];

/// An entity that has a name.
#[derive(Clone, Debug)]
pub struct Node {
    pub name: String,
    pub lineage_id: String,
    pub ecs_id: Option<EcsId>,
    pub holder: Option<EcsId>,
}

impl Node {
    pub fn ecs_id(&self) -> EcsId {
        self.ecs_id.expect("it is stored")
    }
}

/// Every entity in a tree by its name.
pub fn nodes<T: Serialize>(root: &T) -> BTreeMap<String, Node> {
    let mut found = BTreeMap::new();
    find(&serde_json::to_value(root).expect("it is plain data"), None, &mut found);
    found
}

fn find(json: &Json, holder: Option<EcsId>, found: &mut BTreeMap<String, Node>) {
    let mut holder = holder;
    if let (Some(id), Some(name)) = (json.get("id"), json.get("name").and_then(Json::as_str)) {
        let ecs_id = id["ecs_id"].as_str().map(|id| id.parse().expect("it is an id"));
        let lineage_id = id["lineage_id"].as_str().expect("it has a lineage").to_owned();
        let node = Node { name: name.to_owned(), lineage_id, ecs_id, holder };
        assert!(found.insert(name.to_owned(), node).is_none(), "{name} is there twice");
        holder = ecs_id;
    }
    match json {
        Json::Array(items) => items.iter().for_each(|item| find(item, holder, found)),
        Json::Object(entries) => entries.values().for_each(|item| find(item, holder, found)),
        _ => {}
    }
}

/// Checks that exactly the entities named got a new id, and that everything else is as it was.
pub fn check_edit<T: Entity + std::fmt::Debug>(
    world: &World,
    edit: &str,
    before: &Stored<T>,
    after: &Stored<T>,
    expected: &[&str],
) {
    let (old, new) = (nodes(&**before), nodes(&**after));
    let is_changed = |node: &&Node| old.get(&node.name).is_none_or(|before| before.ecs_id != node.ecs_id);
    let changed: BTreeSet<&str> = new.values().filter(is_changed).map(|node| node.name.as_str()).collect();
    assert_eq!(changed, expected.iter().copied().collect(), "{edit}");
    for node in new.values() {
        let version = world.version(node.ecs_id()).expect("it is stored");
        assert_eq!(version.lineage_id().to_string(), node.lineage_id, "{edit}: {}", node.name);
        if changed.contains(&*node.name) {
            let older = |ecs_id: &EcsId| world.version(*ecs_id).expect("a parent is stored").parent();
            let mut parents = std::iter::successors(version.parent(), older);
            match old.get(&node.name) {
                Some(before) => assert!(parents.any(|id| id == before.ecs_id()), "{edit}: the parent of {}", node.name),
                None => assert!(parents.all(|id| world.version(id).is_ok()), "{edit}: the parent of {}", node.name),
            }
            assert_eq!(version.root(), after.ecs_id(), "{edit}: the root of {}", node.name);
            assert_eq!(version.holder(), node.holder, "{edit}: the holder of {}", node.name);
            let path = format!("@{}{}", after.ecs_id(), version.path()).parse().expect("a path is part of an address");
            let found = world.resolve(&path).expect("the path leads there");
            assert_eq!(found["name"], *node.name, "{edit}");
            assert_eq!(found["id"]["ecs_id"], node.ecs_id().to_string(), "{edit}");
            assert_eq!(world.any_head(version.lineage_id()).expect("it has one").ecs_id(), version.ecs_id(), "{edit}");
        }
    }
    for node in old.values() {
        // What is gone or was changed is still to be read as it was.
        let version = world.version(node.ecs_id()).expect("old versions stay");
        let now = version.to_json().expect("it is plain data");
        assert_eq!(now["name"], *node.name, "{edit}");
        assert_eq!(now["id"]["ecs_id"], node.ecs_id().to_string(), "{edit}");
    }
    assert_eq!(ecs::content_hash(&**after).expect("it has one"), after.content_hash(), "{edit}");
    assert_eq!(ecs::content_hash(&**before).expect("it has one"), before.content_hash(), "{edit}");
    assert_eq!(expected.is_empty(), before == after, "{edit}");
}
