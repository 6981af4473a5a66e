//! Entities that hold entities: what gets a new version when something in a tree changes.

#![allow(clippy::unwrap_used, reason = "what an edit changes is there, and a row is one line")]

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use ecs::prelude::*;

use self::fresh::Fresh as _;

mod nodes;
use nodes::{Changed, check_edit, nodes};

#[derive(Entity, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Leaf {
    id: Id,
    name: String,
    value: i64,
}

// Ordered by name, so that a changed member stays where it is.
impl Ord for Leaf {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.name, self.value).cmp(&(&other.name, other.value))
    }
}

impl PartialOrd for Leaf {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Middle {
    id: Id,
    name: String,
    note: String,
    leaf: Leaf,
    leaves: Vec<Leaf>,
    below: Option<Box<Middle>>,
}

type Leaves = Vec<Leaf>;
type ByName = BTreeMap<String, Leaf>;

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Team {
    label: String,
    lead: Leaf,
    others: Vec<Leaf>,
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Two(Leaf, f64);

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct One(Vec<Leaf>);

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Seat {
    Free,
    Taken { by: Leaf, since: u16 },
    Shared(Leaf, Leaf),
    Kept(Box<Leaf>),
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Root {
    id: Id,
    name: String,
    title: String,
    first: Leaf,
    second: Leaf,
    boxed: Box<Leaf>,
    shared: Arc<Middle>,
    maybe: Option<Leaf>,
    list: Vec<Leaf>,
    other: Vec<Leaf>,
    queue: VecDeque<Leaf>,
    array: [Leaf; 2],
    pair: (Leaf, f64, Leaf),
    hashed: HashMap<String, Leaf>,
    ordered: BTreeMap<u32, Leaf>,
    set: HashSet<Leaf>,
    sorted: BTreeSet<Leaf>,
    grid: Vec<Vec<Leaf>>,
    weighted: HashMap<String, Vec<(Leaf, f64)>>,
    maybe_list: Option<Vec<Leaf>>,
    optional: Vec<Option<Leaf>>,
    team: Team,
    two: Two,
    one: One,
    seat: Seat,
    seats: Vec<Seat>,
    alias: Leaves,
    by_name: ByName,
    left: Middle,
    right: Option<Box<Middle>>,
}

fn leaf(name: &str) -> Leaf {
    Leaf { id: Id::new(), name: name.into(), value: 0 }
}

fn leaves(names: &[&str]) -> Vec<Leaf> {
    names.iter().map(|name| leaf(name)).collect()
}

fn middle(name: &str, below: Option<Middle>) -> Middle {
    Middle {
        id: Id::new(),
        name: name.into(),
        note: String::new(),
        leaf: leaf(&format!("{name} leaf")),
        leaves: leaves(&[&format!("{name} 0"), &format!("{name} 1")]),
        below: below.map(Box::new),
    }
}

fn root() -> Root {
    Root {
        id: Id::new(),
        name: "root".into(),
        title: "before".into(),
        first: leaf("first"),
        second: leaf("second"),
        boxed: Box::new(leaf("boxed")),
        shared: Arc::new(middle("shared", None)),
        maybe: Some(leaf("maybe")),
        list: leaves(&["list 0", "list 1", "list 2"]),
        other: leaves(&["other 0"]),
        queue: leaves(&["queue 0", "queue 1"]).into(),
        array: [leaf("array 0"), leaf("array 1")],
        pair: (leaf("pair 0"), 0.5, leaf("pair 2")),
        hashed: HashMap::from([("a".to_owned(), leaf("hashed a")), ("b.c".to_owned(), leaf("hashed b.c"))]),
        ordered: BTreeMap::from([(1, leaf("ordered 1")), (20, leaf("ordered 20"))]),
        set: leaves(&["set x", "set y"]).into_iter().collect(),
        sorted: leaves(&["sorted x", "sorted y"]).into_iter().collect(),
        grid: vec![leaves(&["grid 0.0", "grid 0.1"]), leaves(&["grid 1.0"])],
        weighted: HashMap::from([("w".to_owned(), vec![(leaf("weighted 0"), 0.25), (leaf("weighted 1"), 0.75)])]),
        maybe_list: Some(leaves(&["maybe list 0"])),
        optional: vec![Some(leaf("optional 0")), None],
        team: Team { label: "team".into(), lead: leaf("lead"), others: leaves(&["other of team"]) },
        two: Two(leaf("two"), 1.5),
        one: One(leaves(&["one 0"])),
        seat: Seat::Taken { by: leaf("seated"), since: 2007 },
        seats: vec![Seat::Free, Seat::Shared(leaf("seat 1.0"), leaf("seat 1.1")), Seat::Kept(Box::new(leaf("seat 2")))],
        alias: leaves(&["alias 0"]),
        by_name: BTreeMap::from([("k".to_owned(), leaf("by name k"))]),
        left: middle("left", Some(middle("left below", None))),
        right: Some(Box::new(middle("right", None))),
    }
}

/// What is done to the tree, and the names of all that must get a new id for it.
type Row = (&'static str, fn(&mut Root), Changed);

fn first_member<T: Clone + Eq + std::hash::Hash>(set: &mut HashSet<T>, is_it: impl Fn(&T) -> bool) -> T {
    let member = set.iter().find(|member| is_it(member)).cloned().expect("it is there");
    set.take(&member).expect("it is there")
}

fn bump_set(root: &mut Root) {
    let mut member = first_member(&mut root.set, |leaf| leaf.name == "set x");
    member.value += 1;
    root.set.insert(member);
}

fn bump_sorted(root: &mut Root) {
    let mut member = root.sorted.pop_first().expect("it is there");
    member.value += 1;
    root.sorted.insert(member);
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("nothing", |_| {}, &[]),
    ("nothing, written again", |r| r.title = r.title.clone(), &[]),
    ("copied on write, and not changed", |r| r.shared = Arc::new((*r.shared).clone()), &[]),

    // Changed.
    ("the root", |r| r.title = "after".into(), &["root"]),
    ("a middle", |r| r.left.note = "after".into(), &["left", "root"]),
    ("a leaf below a middle", |r| r.left.leaf.value = 1, &["left leaf", "left", "root"]),
    ("a leaf far below", |r| r.left.below.as_mut().unwrap().leaves[1].value = 1, &["left below 1", "left below", "left", "root"]),
    ("two leaves in different branches", |r| { r.left.leaves[0].value = 1; r.right.as_mut().unwrap().leaf.value = 1 }, &["left 0", "left", "right leaf", "right", "root"]),
    ("a middle and a leaf below it", |r| { r.left.note = "after".into(); r.left.leaf.value = 1 }, &["left leaf", "left", "root"]),
    ("a direct child", |r| r.first.value = 1, &["first", "root"]),
    ("a child in a Box", |r| r.boxed.value = 1, &["boxed", "root"]),
    ("a child in an Arc", |r| Arc::make_mut(&mut r.shared).note = "after".into(), &["shared", "root"]),
    ("a leaf below an Arc", |r| Arc::make_mut(&mut r.shared).leaves[1].value = 1, &["shared 1", "shared", "root"]),
    ("a child in an Option", |r| r.maybe.as_mut().unwrap().value = 1, &["maybe", "root"]),
    ("a child in a Vec", |r| r.list[1].value = 1, &["list 1", "root"]),
    ("a child in a VecDeque", |r| r.queue[1].value = 1, &["queue 1", "root"]),
    ("a child in an array", |r| r.array[1].value = 1, &["array 1", "root"]),
    ("a child in a tuple", |r| r.pair.2.value = 1, &["pair 2", "root"]),
    ("a value beside children in a tuple", |r| r.pair.1 = 0.75, &["root"]),
    ("a child in a HashMap", |r| r.hashed.get_mut("b.c").unwrap().value = 1, &["hashed b.c", "root"]),
    ("a child in a BTreeMap", |r| r.ordered.get_mut(&20).unwrap().value = 1, &["ordered 20", "root"]),
    ("a child in a HashSet", bump_set, &["set x", "root"]),
    ("a child in a BTreeSet", bump_sorted, &["sorted x", "root"]),
    ("a child in a Vec of Vecs", |r| r.grid[0][1].value = 1, &["grid 0.1", "root"]),
    ("a child in a map of Vecs of tuples", |r| r.weighted.get_mut("w").unwrap()[1].0.value = 1, &["weighted 1", "root"]),
    ("a value in a map of Vecs of tuples", |r| r.weighted.get_mut("w").unwrap()[1].1 = 1.0, &["root"]),
    ("a child in an Option of a Vec", |r| r.maybe_list.as_mut().unwrap()[0].value = 1, &["maybe list 0", "root"]),
    ("a child in a Vec of Options", |r| r.optional[0].as_mut().unwrap().value = 1, &["optional 0", "root"]),
    ("a child in parts by name", |r| r.team.lead.value = 1, &["lead", "root"]),
    ("a value in parts by name", |r| r.team.label = "after".into(), &["root"]),
    ("a child in a container in parts", |r| r.team.others[0].value = 1, &["other of team", "root"]),
    ("a child in parts by position", |r| r.two.0.value = 1, &["two", "root"]),
    ("a value in parts by position", |r| r.two.1 = 2.5, &["root"]),
    ("a child in a newtype", |r| r.one.0[0].value = 1, &["one 0", "root"]),
    ("a child in a variant with names", |r| if let Seat::Taken { by, .. } = &mut r.seat { by.value = 1 }, &["seated", "root"]),
    ("a value in a variant with names", |r| if let Seat::Taken { since, .. } = &mut r.seat { *since = 2008 }, &["root"]),
    ("a child in a variant by position", |r| if let Seat::Shared(_, leaf) = &mut r.seats[1] { leaf.value = 1 }, &["seat 1.1", "root"]),
    ("a child in a newtype variant", |r| if let Seat::Kept(leaf) = &mut r.seats[2] { leaf.value = 1 }, &["seat 2", "root"]),
    ("a child in an alias", |r| r.alias[0].value = 1, &["alias 0", "root"]),
    ("a child in an alias of a map", |r| r.by_name.get_mut("k").unwrap().value = 1, &["by name k", "root"]),

    // Added.
    ("added to a Vec", |r| r.list.push(leaf("new")), &["new", "root"]),
    ("added in front of a Vec", |r| r.list.insert(0, leaf("new")), &["new", "root"]),
    ("added to a VecDeque", |r| r.queue.push_front(leaf("new")), &["new", "root"]),
    ("added to a HashMap", |r| { r.hashed.insert("new".into(), leaf("new")); }, &["new", "root"]),
    ("added to a BTreeMap", |r| { r.ordered.insert(2, leaf("new")); }, &["new", "root"]),
    ("added to a HashSet", |r| { r.set.insert(leaf("new")); }, &["new", "root"]),
    ("added to a BTreeSet", |r| { r.sorted.insert(leaf("a new")); }, &["a new", "root"]),
    ("added to an Option", |r| r.optional[1] = Some(leaf("new")), &["new", "root"]),
    ("added to a Vec of Vecs", |r| r.grid.insert(0, leaves(&["new"])), &["new", "root"]),
    ("added deep", |r| r.left.below.as_mut().unwrap().leaves.push(leaf("new")), &["new", "left below", "left", "root"]),
    ("a tree is added", |r| r.left.below.as_mut().unwrap().below = Some(Box::new(middle("new", None))), &["new leaf", "new 0", "new 1", "new", "left below", "left", "root"]),
    ("a seat is taken", |r| r.seats[0] = Seat::Kept(Box::new(leaf("new"))), &["new", "root"]),

    // Removed.
    ("removed from a Vec", |r| { r.list.remove(0); }, &["root"]),
    ("the last of a Vec removed", |r| { r.list.clear(); }, &["root"]),
    ("removed from a VecDeque", |r| { r.queue.pop_front(); }, &["root"]),
    ("removed from a HashMap", |r| { r.hashed.remove("a"); }, &["root"]),
    ("removed from a BTreeMap", |r| { r.ordered.remove(&1); }, &["root"]),
    ("removed from a HashSet", |r| { first_member(&mut r.set, |leaf| leaf.name == "set y"); }, &["root"]),
    ("removed from a BTreeSet", |r| { r.sorted.pop_last(); }, &["root"]),
    ("removed from an Option", |r| r.maybe = None, &["root"]),
    ("removed from a Vec of Vecs", |r| { r.grid.remove(0); }, &["root"]),
    ("a list removed", |r| r.maybe_list = None, &["root"]),
    ("a tree removed", |r| r.left.below = None, &["left", "root"]),
    ("removed from a variant", |r| r.seat = Seat::Free, &["root"]),

    // Replaced.
    ("a direct child replaced", |r| r.first = leaf("new"), &["new", "root"]),
    ("in a Vec replaced", |r| r.list[1] = leaf("new"), &["new", "root"]),
    ("in a map replaced", |r| { r.hashed.insert("a".into(), leaf("new")); }, &["new", "root"]),
    ("in an array replaced", |r| r.array[0] = leaf("new"), &["new", "root"]),
    ("in a tuple replaced", |r| r.pair.0 = leaf("new"), &["new", "root"]),
    ("behind an Arc replaced", |r| r.shared = Arc::new(middle("new", None)), &["new leaf", "new 0", "new 1", "new", "root"]),
    ("the lead of parts replaced", |r| r.team.lead = leaf("new"), &["new", "root"]),

    // Arranged in another way, in one field.
    ("a Vec reordered", |r| r.list.reverse(), &["root"]),
    ("a Vec rotated", |r| r.list.rotate_left(1), &["root"]),
    ("a VecDeque reordered", |r| r.queue.swap(0, 1), &["root"]),
    ("an array reordered", |r| r.array.reverse(), &["root"]),
    ("a tuple reordered", |r| { let (a, weight, b) = r.pair.clone(); r.pair = (b, weight, a) }, &["root"]),
    ("a key of a HashMap renamed", |r| { let leaf = r.hashed.remove("a").unwrap(); r.hashed.insert("z".into(), leaf); }, &["root"]),
    ("a key of a BTreeMap renamed", |r| { let leaf = r.ordered.remove(&1).unwrap(); r.ordered.insert(30, leaf); }, &["root"]),
    ("two keys swapped", |r| { let (a, b) = (r.ordered[&1].clone(), r.ordered[&20].clone()); r.ordered = BTreeMap::from([(1, b), (20, a)]) }, &["root"]),
    ("a key of a map of Vecs renamed", |r| { let list = r.weighted.remove("w").unwrap(); r.weighted.insert("z".into(), list); }, &["root"]),
    ("a Vec of Vecs reordered", |r| r.grid.reverse(), &["root"]),
    ("from one row of a Vec of Vecs to the other", |r| { let leaf = r.grid[0].remove(0); r.grid[1].push(leaf) }, &["root"]),
    ("from one Option to the other", |r| r.optional.reverse(), &["root"]),
    ("a Vec of enums reordered", |r| r.seats.reverse(), &["root"]),
    ("within a variant reordered", |r| if let Seat::Shared(a, b) = &mut r.seats[1] { std::mem::swap(a, b) }, &["root"]),
    ("to another variant", |r| if let Seat::Taken { by, .. } = &r.seat { r.seat = Seat::Kept(Box::new(by.clone())) }, &["root"]),
    ("from seat to seat", |r| { let Seat::Kept(leaf) = r.seats[2].clone() else { return }; r.seats[2] = Seat::Free; r.seats[0] = Seat::Taken { by: *leaf, since: 1 } }, &["root"]),
    ("the lead changes places", |r| std::mem::swap(&mut r.team.lead, &mut r.team.others[0]), &["root"]),
    ("a Vec below a middle reordered", |r| r.left.leaves.reverse(), &["left", "root"]),
    ("reordered and changed", |r| { r.list.reverse(); r.list[0].value = 1 }, &["list 2", "root"]),
    ("between rows and changed", |r| { let mut leaf = r.grid[0].remove(0); leaf.value = 1; r.grid[1].push(leaf) }, &["grid 0.0", "root"]),
    ("a key renamed and the child changed", |r| { let mut leaf = r.hashed.remove("a").unwrap(); leaf.value = 1; r.hashed.insert("z".into(), leaf); }, &["hashed a", "root"]),

    // Moved.
    ("two single fields swapped", |r| std::mem::swap(&mut r.first, &mut r.second), &["first", "second", "root"]),
    ("down", |r| { let leaf = r.list.remove(0); r.left.below.as_mut().unwrap().leaves.push(leaf) }, &["list 0", "left below", "left", "root"]),
    ("up", |r| { let leaf = r.left.below.as_mut().unwrap().leaves.remove(0); r.list.push(leaf) }, &["left below 0", "left below", "left", "root"]),
    ("sideways", |r| { let leaf = r.left.leaves.remove(0); r.right.as_mut().unwrap().leaves.push(leaf) }, &["left 0", "left", "right", "root"]),
    ("a swap between two parents", |r| std::mem::swap(&mut r.left.leaf, &mut r.right.as_mut().unwrap().leaf), &["left leaf", "right leaf", "left", "right", "root"]),
    ("between two containers of one parent", |r| { let leaf = r.list.pop().unwrap(); r.other.push(leaf) }, &["list 2", "root"]),
    ("from a Vec into a map", |r| { let leaf = r.list.pop().unwrap(); r.hashed.insert("moved".into(), leaf); }, &["list 2", "root"]),
    ("from a Vec into a set", |r| { let leaf = r.list.pop().unwrap(); r.set.insert(leaf); }, &["list 2", "root"]),
    ("from a variant into a Vec", |r| { let Seat::Taken { by, .. } = r.seat.clone() else { return }; r.seat = Seat::Free; r.list.push(by) }, &["seated", "root"]),
    ("out of an Arc", |r| { let leaf = Arc::make_mut(&mut r.shared).leaves.remove(0); r.list.push(leaf) }, &["shared 0", "shared", "root"]),
    ("moved and changed at once", |r| { let mut leaf = r.list.pop().unwrap(); leaf.value = 1; r.left.leaves.push(leaf) }, &["list 2", "left", "root"]),
    ("a tree moved: what it holds keeps its ids", |r| { let below = r.left.below.take(); r.right.as_mut().unwrap().below = below }, &["left below", "left", "right", "root"]),
    ("a tree moved, and a leaf in it changed", |r| { let mut below = r.left.below.take().unwrap(); below.leaf.value = 1; r.right.as_mut().unwrap().below = Some(below) }, &["left below leaf", "left below", "left", "right", "root"]),
    ("a leaf moved out of a tree that moves too", |r| { let mut below = r.left.below.take().unwrap(); let leaf = below.leaves.remove(0); r.right.as_mut().unwrap().below = Some(below); r.list.push(leaf) }, &["left below 0", "left below", "left", "right", "root"]),
    ("a child becomes the holder of its holder", |r| { let mut below = r.left.below.take().unwrap(); std::mem::swap(&mut r.left, &mut below); r.left.below = Some(below) }, &["left", "left below", "root"]),
    ("one added under something added", |r| { let leaf = r.list.pop().unwrap(); let mut new = middle("new", None); new.leaves = vec![leaf]; r.right.as_mut().unwrap().below = Some(Box::new(new)) }, &["list 2", "new leaf", "new", "right", "root"]),
];

#[callable]
fn edit_row(root: &mut Root, row: usize) {
    ROWS[row].1(root);
}

#[test]
fn what_changed_was_added_or_moved_gets_a_new_id_and_so_does_what_holds_it() -> ecs::Result<()> {
    for (row, (name, _, expected)) in ROWS.iter().enumerate() {
        let world = World::fresh()?;
        let before = world.insert(root())?;
        let after = edit_row::call(&world, &before, row).wait()?;
        check_edit(&world, name, &before, &after, expected);
    }
    Ok(())
}

#[test]
fn it_is_the_same_for_what_is_changed_outside_of_any_callable() -> ecs::Result<()> {
    for (name, edit, expected) in ROWS {
        let world = World::fresh()?;
        let before = world.insert(root())?;
        let mut value = (*before).clone();
        edit(&mut value);
        let after = world.commit(value)?;
        check_edit(&world, name, &before, &after, expected);
    }
    Ok(())
}

#[test]
fn every_edit_follows_on_every_other() -> ecs::Result<()> {
    // An id that is not changed is one from several versions ago.
    for (name, edit, expected) in ROWS {
        let world = World::fresh()?;
        let mut before = world.insert(root())?;
        for value in 10..13 {
            let mut next = (*before).clone();
            next.left.leaf.value = value;
            next.list[1].value = value;
            before = world.commit(next)?;
        }
        let mut value = (*before).clone();
        edit(&mut value);
        check_edit(&world, name, &before, &world.commit(value)?, expected);
    }
    Ok(())
}

#[test]
fn everything_in_a_new_tree_has_an_id_and_knows_where_it_is() -> ecs::Result<()> {
    let world = World::fresh()?;
    let stored = world.insert(root())?;
    let all = nodes(&*stored);
    assert_eq!(all.len(), 56);
    for node in all.values() {
        let version = world.version(node.ecs_id())?;
        assert_eq!((version.parent(), version.root()), (None, stored.ecs_id()), "{}", node.name);
        assert_eq!(version.holder(), node.holder, "{}", node.name);
    }
    let path = |leaf: &Leaf| world.stored(leaf).map(|leaf| leaf.path().to_string());
    assert_eq!(path(&stored.boxed)?, ".boxed");
    assert_eq!(path(&stored.array[1])?, ".array.1");
    assert_eq!(path(&stored.pair.2)?, ".pair.2");
    assert_eq!(path(&stored.hashed["b.c"])?, ".hashed[\"b.c\"]");
    assert_eq!(path(&stored.grid[0][1])?, ".grid.0.1");
    assert_eq!(path(&stored.weighted["w"][1].0)?, ".weighted.w.1.0");
    assert_eq!(path(&stored.team.others[0])?, ".team.others.0");
    assert_eq!(path(&stored.one.0[0])?, ".one.0");
    let Seat::Kept(kept) = &stored.seats[2] else { panic!("it is kept") };
    assert_eq!(path(kept)?, ".seats.2.Kept");
    assert_eq!(path(&stored.left.below.as_ref().expect("it is there").leaves[1])?, ".left.below.leaves.1");
    Ok(())
}

// ---- One thing is in one place ------------------------------------------------------------------

/// Puts one thing in a tree twice, and says where.
type Twice = (&'static str, fn(&mut Root), [&'static str; 2]);

#[rustfmt::skip]
const TWICE: &[Twice] = &[
    ("an unchanged child in a second field", |r| r.second = r.first.clone(), [".first", ".second"]),
    ("a changed child in a second field", |r| { r.first.value = 1; r.second = r.first.clone() }, [".first", ".second"]),
    ("two contents of one child", |r| { r.second = r.first.clone(); r.second.value = 1 }, [".first", ".second"]),
    ("twice in a list", |r| r.list.push(r.list[0].clone()), [".list.0", ".list.3"]),
    ("in a list and a map", |r| { r.hashed.insert("z".into(), r.list[0].clone()); }, [".list.0", ".hashed.z"]),
    ("in two rows", |r| { let leaf = r.grid[0][0].clone(); r.grid[1].push(leaf) }, [".grid.0.0", ".grid.1.1"]),
    ("twice in one tuple", |r| r.pair.2 = r.pair.0.clone(), [".pair.0", ".pair.2"]),
    ("far below", |r| r.left.below.as_mut().unwrap().leaves.push(r.right.as_ref().unwrap().leaf.clone()), [".left.below.leaves.2", ".right.leaf"]),
    ("something new, twice", |r| { let new = leaf("new"); r.first = new.clone(); r.list.push(new) }, [".first", ".list.3"]),
    ("a whole tree, shared by pointer", |r| r.right = Some(Box::new((*r.shared).clone())), [".shared", ".right"]),
    ("a leaf of a tree shared by pointer", |r| r.list.push(r.shared.leaves[0].clone()), [".shared.leaves.0", ".list.3"]),
    ("a holder of itself", |r| { let own = r.left.clone(); r.left.below.as_mut().unwrap().below = Some(Box::new(own)) }, [".left", ".left.below.below"]),
    ("a new holder of itself", |r| { let mut new = middle("new", None); new.below = Some(Box::new(new.clone())); r.left = new }, [".left", ".left.below"]),
];

#[callable]
fn hold_twice(root: &mut Root, row: usize) {
    TWICE[row].1(root);
}

#[test]
fn one_thing_twice_in_a_tree_is_refused_with_both_paths() -> ecs::Result<()> {
    for (row, (name, edit, paths)) in TWICE.iter().enumerate() {
        let world = World::fresh()?;
        let before = world.insert(root())?;
        let by_call = hold_twice::call(&world, &before, row).wait().expect_err(name);
        let mut value = (*before).clone();
        edit(&mut value);
        let by_commit = world.commit(value).expect_err(name);
        let mut fresh = root();
        edit(&mut fresh);
        let by_insert = world.insert(fresh).expect_err(name);
        for error in [by_call, by_commit, by_insert] {
            assert_eq!(error.code(), "entity-held-twice", "{name}: {error}");
            // Or to something in it: that is there twice then, too.
            for path in paths {
                assert!(error.to_string().contains(&format!("`{path}")), "{name}: {error}");
            }
        }
        assert_eq!(world.head::<Root>(&before)?, before, "{name}: nothing was written");
    }
    Ok(())
}

// ---- From one tree to the other -----------------------------------------------------------------

#[test]
fn what_was_removed_comes_back_as_the_same_thing() -> ecs::Result<()> {
    let world = World::fresh()?;
    let first = world.insert(root())?;
    let mut without = (*first).clone();
    let gone = without.list.remove(0);
    let second = world.commit(without)?;
    let mut with = (*second).clone();
    with.list.insert(0, gone.clone());
    let third = world.commit(with)?;
    check_edit(&world, "added again", &second, &third, &["list 0", "root"]);
    assert_eq!(world.stored(&third.list[0])?.parent(), gone.id.ecs_id());
    assert_eq!(world.history(gone.id.lineage_id())?.entries().len(), 2);
    assert_eq!(third.content_hash(), first.content_hash(), "all is as it was");
    Ok(())
}

#[test]
fn a_root_that_is_put_into_a_tree_continues_its_lineage() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alone = world.insert(leaf("alone"))?;
    let before = world.insert(root())?;
    let mut value = (*before).clone();
    value.list.push((*alone).clone());
    let after = world.commit(value)?;
    let attached = world.stored(&after.list[3])?;
    assert_eq!((attached.parent(), attached.root()), (Some(alone.ecs_id()), after.ecs_id()));
    assert_eq!(world.head::<Leaf>(&alone)?, attached);
    assert_eq!(attached.content_hash(), alone.content_hash());
    Ok(())
}

#[callable]
fn take_first(root: &mut Root, bump: i64) -> Leaf {
    let mut leaf = root.list.remove(0);
    leaf.value += bump;
    leaf
}

#[test]
fn a_child_that_is_put_out_is_a_root_and_the_tree_is_without_it() -> ecs::Result<()> {
    for bump in [0, 1] {
        let world = World::fresh()?;
        let before = world.insert(root())?;
        let inside = world.stored(&before.list[0])?;
        let call = take_first::call(&world, &before, bump).recorded().wait()?;
        let (after, out) = call.output;
        assert_eq!(call.execution.outputs[1].semantics, Semantics::Detachment);
        check_edit(&world, "detached", &before, &after, &["root"]);
        assert_eq!(out.lineage_id(), inside.lineage_id());
        match bump {
            0 => assert_eq!(out, inside, "the same version"),
            _ => assert_eq!((out.parent(), out.is_root()), (Some(inside.ecs_id()), true)),
        }
        assert_eq!(world.get::<Leaf>(inside.ecs_id())?.value, 0);
    }
    Ok(())
}

#[test]
fn a_child_that_was_changed_elsewhere_in_the_meantime_is_a_conflict() -> ecs::Result<()> {
    let world = World::fresh()?;
    let before = world.insert(root())?;
    let mut on_its_own = before.left.leaf.clone();
    on_its_own.value = 7;
    let elsewhere = world.commit(on_its_own)?;

    let mut also_here = (*before).clone();
    also_here.left.leaf.value = 8;
    let error = world.commit(also_here).expect_err("the leaf has another head");
    assert_eq!(error.code(), "conflict");
    assert!(error.to_string().contains(&elsewhere.ecs_id().to_string()), "{error}");
    assert_eq!(world.head::<Root>(&before)?, before, "and so nothing else moves");
    assert_eq!(world.head::<Middle>(&world.stored(&before.left)?)?.ecs_id(), before.left.id.ecs_id().expect("stored"));

    let mut not_that_leaf = (*before).clone();
    not_that_leaf.left.note = "after".into();
    let after = world.commit(not_that_leaf)?;
    check_edit(&world, "beside the leaf", &before, &after, &["left", "root"]);
    let mut taken_over = (*after).clone();
    taken_over.left.leaf = (*elsewhere).clone();
    let last = world.commit(taken_over)?;
    check_edit(&world, "taken over", &after, &last, &["left leaf", "left", "root"]);
    Ok(())
}
