//! Random trees under random edits: what a version is, checked against a simple model of the rule.

#![allow(clippy::unwrap_used, reason = "what an edit changes is there, and a row is one line")]

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ecs::Segment;
use ecs::im::{Map, Vector};
use ecs::prelude::*;
use proptest::prelude::*;
use serde_json::Value as Json;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Tree {
    id: Id,
    value: i64,
    plain: Vec<f64>,
    one: Option<Box<Tree>>,
    list: Vec<Tree>,
    sorted: BTreeMap<u32, Tree>,
    nested: HashMap<String, Vec<(Tree, f64)>>,
    shared: Vec<Arc<Tree>>,
    map: Map<u32, Tree>,
    vector: Vector<Tree>,
}

/// How many fields hold entities.
const FIELDS: u32 = 7;

fn leaf(value: i64) -> Tree {
    Tree {
        id: Id::new(),
        value,
        plain: Vec::new(),
        one: None,
        list: Vec::new(),
        sorted: BTreeMap::new(),
        nested: HashMap::new(),
        shared: Vec::new(),
        map: Map::new(),
        vector: Vector::new(),
    }
}

impl Tree {
    /// Puts `child` into one of the fields, somewhere.
    fn put(&mut self, field: u32, at: u32, child: Tree) {
        let place = |len: usize| at as usize % (len + 1);
        match field % FIELDS {
            0 => self.one = Some(Box::new(child)),
            1 => self.list.insert(place(self.list.len()), child),
            2 => drop(self.sorted.insert(at % 2_000, child)),
            3 => self.nested.entry((at % 3).to_string()).or_default().push((child, f64::from(at % 5))),
            4 => self.shared.insert(place(self.shared.len()), Arc::new(child)),
            5 => drop(self.map.insert(at % 2_000, child)),
            _ => self.vector.insert(place(self.vector.len()), child),
        }
    }

    /// Arranges what is in one of the fields in another way.
    fn rearrange(&mut self, field: u32, at: u32) {
        match field % FIELDS {
            0 => {}
            1 => {
                let middle = at as usize % self.list.len().max(1);
                self.list.rotate_left(middle);
            }
            2 => self.sorted = std::mem::take(&mut self.sorted).into_iter().map(|(k, v)| (k ^ 1, v)).collect(),
            3 => {
                let all = std::mem::take(&mut self.nested).into_values().flatten();
                self.nested = HashMap::from([(at.to_string(), all.collect())]);
            }
            4 => self.shared.reverse(),
            5 => {
                let first = self.map.keys().next().copied();
                if let Some(child) = first.and_then(|key| self.map.remove_shared(&key)) {
                    self.map.insert_shared(2_000 + at, child);
                }
            }
            _ if !self.vector.is_empty() => {
                let child = self.vector.remove_shared(at as usize % self.vector.len());
                self.vector.push_shared(child);
            }
            _ => {}
        }
    }

    fn size(&self) -> usize {
        let nested = self.nested.values().flatten().map(|(tree, _)| tree);
        let held = self.one.iter().map(|tree| &**tree).chain(&self.list).chain(self.sorted.values()).chain(nested);
        let held =
            held.chain(self.shared.iter().map(|tree| &**tree)).chain(self.map.values()).chain(self.vector.iter());
        1 + held.map(Tree::size).sum::<usize>()
    }

    /// Does something to the `n`th node; the steps are those of [`take`](Self::take).
    fn nth(&mut self, n: &mut usize, act: &mut dyn FnMut(&mut Tree)) {
        if *n == 0 {
            act(self);
        }
        *n = n.wrapping_sub(1);
        if *n > usize::MAX / 2 {
            return;
        }
        let mut go = |tree: &mut Tree| {
            if *n <= usize::MAX / 2 {
                let size = tree.size();
                if *n < size { tree.nth(n, act) } else { *n -= size }
            }
        };
        self.one.iter_mut().for_each(|tree| go(tree));
        self.list.iter_mut().for_each(&mut go);
        self.sorted.values_mut().for_each(&mut go);
        let mut keys: Vec<String> = self.nested.keys().cloned().collect();
        keys.sort();
        keys.iter().for_each(|key| self.nested.get_mut(key).unwrap().iter_mut().for_each(|(tree, _)| go(tree)));
        for index in 0..self.shared.len() {
            // Only what is changed is copied.
            if *n <= usize::MAX / 2 {
                let size = self.shared[index].size();
                if *n < size { Arc::make_mut(&mut self.shared[index]).nth(n, act) } else { *n -= size }
            }
        }
        let keys: Vec<u32> = self.map.keys().copied().collect();
        for key in keys {
            if *n <= usize::MAX / 2 {
                let size = self.map[&key].size();
                if *n < size { self.map.get_mut(&key).unwrap().nth(n, act) } else { *n -= size }
            }
        }
        for index in 0..self.vector.len() {
            if *n <= usize::MAX / 2 {
                let size = self.vector[index].size();
                if *n < size { self.vector.get_mut(index).unwrap().nth(n, act) } else { *n -= size }
            }
        }
    }

    fn at(&mut self, n: u32, mut act: impl FnMut(&mut Tree)) {
        let mut n = n as usize % self.size();
        self.nth(&mut n, &mut act);
    }

    /// Takes something out of one of the fields.
    fn take(&mut self, field: u32, at: u32) -> Option<Tree> {
        let place = |len: usize| (len > 0).then(|| at as usize % len);
        match field % FIELDS {
            0 => self.one.take().map(|tree| *tree),
            1 => place(self.list.len()).map(|index| self.list.remove(index)),
            2 => self.sorted.pop_first().map(|(_, tree)| tree),
            3 => self.nested.values_mut().find_map(Vec::pop).map(|(tree, _)| tree),
            4 => place(self.shared.len()).map(|index| Arc::unwrap_or_clone(self.shared.remove(index))),
            5 => {
                let key = self.map.keys().next().copied()?;
                self.map.remove(&key)
            }
            _ => place(self.vector.len()).map(|index| self.vector.remove(index)),
        }
    }

    /// Takes something out of a node, from the first field that has something.
    fn take_below(&mut self, n: u32, field: u32, at: u32) -> Option<Tree> {
        let mut taken = None;
        self.at(n, |tree| taken = (0..FIELDS).find_map(|next| tree.take(field + next, at)));
        taken
    }

    fn edit(&mut self, edit: &Edit) {
        let Edit { what, node, to, field, at } = *edit;
        match what % 8 {
            0 => self.at(node, |tree| tree.value += 1),
            1 => self.at(node, |tree| tree.plain.push(f64::from(at))),
            2 => self.at(node, |tree| tree.put(field, at, leaf(-1))),
            3 => drop(self.take_below(node, field, at)),
            4 => {
                if let Some(moved) = self.take_below(node, field, at) {
                    self.at(to, |tree| tree.put(to, at, moved.clone()));
                }
            }
            5 => self.at(node, |tree| tree.rearrange(field, at)),
            6 => {
                if let Some(mut moved) = self.take_below(node, field, at) {
                    moved.value += 1;
                    self.at(to, |tree| tree.put(to, at, moved.clone()));
                }
            }
            _ => self.at(node, |tree| {
                if tree.take(field, at).is_some() {
                    let mut new = leaf(-2);
                    new.put(at, at, leaf(-3));
                    tree.put(field, at, new);
                }
            }),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Edit {
    what: u32,
    node: u32,
    to: u32,
    field: u32,
    at: u32,
}

fn edits(most: usize) -> impl Strategy2<Value = Vec<Edit>> {
    let edit = (0_u32..8, 0_u32..5_000, 0_u32..5_000, 0..FIELDS, 0_u32..5_000);
    proptest::collection::vec(edit.prop_map(|(what, node, to, field, at)| Edit { what, node, to, field, at }), 0..most)
}

// The prelude of this crate has a `Strategy` of its own.
use proptest::strategy::Strategy as Strategy2;

/// A tree of up to five levels.
fn trees() -> impl Strategy2<Value = Tree> {
    (0_i64..100).prop_map(leaf).prop_recursive(4, 24, 4, |inner| {
        let children = proptest::collection::vec((0..FIELDS, 0_u32..2_000, inner), 0..5);
        (0_i64..100, children).prop_map(|(value, children)| {
            let mut tree = leaf(value);
            children.into_iter().for_each(|(field, at, child)| tree.put(field, at, child));
            tree
        })
    })
}

/// What the model knows of a node.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    ecs_id: Json,
    /// The lineage of the holder, and the field.
    stands: (String, String),
    /// Its values, with the lineage of each child in its place.
    own: Json,
    below: Vec<String>,
}

/// Every node by its lineage, root first.
fn known(json: &Json, stands: (String, String), all: &mut BTreeMap<String, Known>) -> Vec<String> {
    fn is_entity(json: &Json) -> bool {
        json.get("id").is_some_and(|id| id.get("lineage_id").is_some())
    }
    fn shrink(json: &Json) -> Json {
        match json {
            entity if is_entity(entity) => entity["id"]["lineage_id"].clone(),
            Json::Array(items) => items.iter().map(shrink).collect(),
            Json::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), shrink(value))).collect(),
            plain => plain.clone(),
        }
    }
    fn held<'j>(json: &'j Json, found: &mut Vec<&'j Json>) {
        match json {
            entity if is_entity(entity) => found.push(entity),
            Json::Array(items) => items.iter().for_each(|item| held(item, found)),
            Json::Object(entries) => entries.values().for_each(|item| held(item, found)),
            _ => {}
        }
    }
    let lineage = json["id"]["lineage_id"].as_str().expect("it is an entity").to_owned();
    let fields = json.as_object().expect("it is an entity");
    let mut below = Vec::new();
    for (field, value) in fields {
        let mut children = Vec::new();
        held(value, &mut children);
        for child in children.into_iter().filter(|_| field != "id") {
            below.extend(known(child, (lineage.clone(), field.clone()), all));
        }
    }
    let own = fields.iter().filter(|(field, _)| *field != "id").map(|(field, value)| (field.clone(), shrink(value)));
    let node = Known { ecs_id: json["id"]["ecs_id"].clone(), stands, own: own.collect(), below: below.clone() };
    assert!(all.insert(lineage.clone(), node).is_none(), "{lineage} is there twice");
    below.push(lineage);
    below
}

fn all_known(json: &Json) -> BTreeMap<String, Known> {
    let mut all = BTreeMap::new();
    known(json, Default::default(), &mut all);
    all
}

/// The same without the ids of versions.
fn without_versions(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(without_versions).collect(),
        Json::Object(entries) => {
            let kept = entries.iter().filter(|(key, _)| *key != "ecs_id");
            kept.map(|(key, value)| (key.clone(), without_versions(value))).collect()
        }
        plain => plain.clone(),
    }
}

#[callable]
fn apply(tree: &mut Tree, edits: EditsByHand) {
    edits.0.iter().for_each(|&[what, node, to, field, at]| tree.edit(&Edit { what, node, to, field, at }));
}

#[derive(Clone, Serialize, Deserialize)]
struct EditsByHand(Vec<[u32; 5]>);

/// Runs rounds of edits, and checks each version that they make.
fn check(tree: Tree, rounds: &[Vec<Edit>]) -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut stored = world.insert(tree)?;
    let first = stored.clone();
    let mut seen: HashMap<String, (String, Json)> = HashMap::new();
    check_version(&world, &stored, &mut seen)?;
    for (round, edits) in rounds.iter().enumerate() {
        let mut edited = (*stored).clone();
        edits.iter().for_each(|edit| edited.edit(edit));
        let (was, wanted) = (json(&stored), json(&edited));
        // By hand and through a callable in turns; what is added has other ids each time.
        let next = if round % 2 == 0 || edits.iter().any(|edit| matches!(edit.what % 8, 2 | 7)) {
            world.commit(edited)?
        } else {
            let edits = edits.iter().map(|edit| [edit.what, edit.node, edit.to, edit.field, edit.at]).collect();
            apply::call(&world, &stored, EditsByHand(edits)).wait()?
        };
        let is = json(&next);
        assert_eq!(without_versions(&is), without_versions(&wanted), "it is what was committed");

        let (old, new) = (all_known(&was), all_known(&is));
        let differs = |lineage: &String| {
            let (node, before) = (&new[lineage], old.get(lineage));
            before.is_none_or(|before| before.stands != node.stands || before.own != node.own)
        };
        for (lineage, node) in &new {
            let is_due = differs(lineage) || node.below.iter().any(differs);
            let has_new_id = old.get(lineage).is_none_or(|before| before.ecs_id != node.ecs_id);
            assert_eq!(has_new_id, is_due, "{node:?} was {:?}", old.get(lineage));
        }
        check_version(&world, &next, &mut seen)?;
        check_told(&world, &stored, &next)?;
        check_told(&world, &first, &next)?;
        stored = next;
    }
    Ok(())
}

/// Checks what is told of two versions: the difference makes the one from the other, both ways, and blame
/// has each value as it is now.
fn check_told(world: &World, before: &Stored<Tree>, after: &Stored<Tree>) -> ecs::Result<()> {
    let [old, new] = [before, after].map(|version| version.clone().erase().to_json());
    let (old, new) = (old?, new?);
    let diff = world.diff(before, after)?;
    assert_eq!(diff.apply(&old)?, new, "{diff}");
    assert_eq!(world.diff(after, before)?.apply(&new)?, old, "{diff}");
    assert_eq!(diff.is_empty(), before == after);
    for line in world.blame(after)?.lines() {
        let steps = line.path.segments();
        if steps.last() == Some(&Segment::Name("value".into())) {
            let address = after.address().with_path(line.path.clone());
            assert_eq!(line.value, FieldValue::Json(world.resolve(&address)?), "{line}");
            assert_eq!(
                line.value,
                FieldValue::Json(world.resolve(&line.version.address().with_path("value".parse()?))?)
            );
        }
    }
    Ok(())
}

fn json(tree: &Tree) -> Json {
    serde_json::to_value(tree).expect("it is plain data")
}

/// Checks every node of a version; `seen` is what each version was when it was seen before.
fn check_version(world: &World, root: &Stored<Tree>, seen: &mut HashMap<String, (String, Json)>) -> ecs::Result<()> {
    for (lineage, node) in all_known(&json(root)) {
        let id = node.ecs_id.as_str().expect("it is stored").to_owned();
        let version = world.get::<Tree>(id.parse::<EcsId>().expect("it is an id"))?;
        assert_eq!(version.lineage_id().to_string(), lineage);
        assert_eq!(ecs::content_hash(&*version)?, version.content_hash(), "from scratch it is the same");
        let holder = version.holder().map(|holder| world.version(holder)).transpose()?;
        assert_eq!(holder.map_or(String::new(), |holder| holder.lineage_id().to_string()), node.stands.0);
        let found: Stored<Tree> = match version.path().is_empty() {
            true => world.get(version.root())?,
            false => world.child(version.root(), &version.path().to_string())?,
        };
        assert_eq!(found, version, "its path leads to it");
        assert_eq!(world.any_head(version.lineage_id())?.ecs_id(), version.ecs_id());
        let now = (lineage, json(&version));
        assert_eq!(*seen.entry(id).or_insert_with(|| now.clone()), now, "a version is one thing, and stays as it is");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_version_is_what_was_committed_and_only_what_differs_gets_an_id(
        tree in trees(),
        rounds in proptest::collection::vec(edits(5), 1..6),
    ) {
        check(tree, &rounds)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn containers_that_are_hashed_in_parts_are_no_exception(
        field in 1..FIELDS,
        size in prop_oneof![Just(31_u32), Just(32), Just(33), Just(64), Just(65)],
        rounds in proptest::collection::vec(edits(4), 1..5),
    ) {
        let mut tree = leaf(0);
        (0..size).for_each(|at| tree.put(field, at, leaf(i64::from(at))));
        check(tree, &rounds)?;
    }
}

#[test]
fn a_container_of_many_runs_is_hashed_as_from_scratch() -> ecs::Result<()> {
    let edit = |what, node, field, at| Edit { what, node, to: 0, field, at };
    for size in [1_024_u32, 1_025, 1_100] {
        for field in 1..FIELDS {
            let world = World::fresh()?;
            let mut tree = leaf(0);
            (0..size).for_each(|at| tree.put(field, at, leaf(i64::from(at))));
            let mut stored = world.insert(tree)?;
            for edit in [
                edit(0, 7, field, 0),
                edit(0, 1_000, field, 0),
                edit(2, 0, field, 1_500),
                edit(2, 0, field, 40),
                edit(5, 0, field, 3),
                edit(3, 0, field, 12),
                edit(3, 0, field, 12),
                edit(3, 0, field, 1_000),
                edit(7, 0, field, 500),
            ] {
                let mut edited = (*stored).clone();
                edited.edit(&edit);
                stored = world.commit(edited)?;
                assert_eq!(ecs::content_hash(&*stored)?, stored.content_hash(), "{size} in {field} after {edit:?}");
            }
        }
    }
    Ok(())
}
