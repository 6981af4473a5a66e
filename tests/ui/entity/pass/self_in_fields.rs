//! `Self` in a field is the type's own name, in a crate that denies warnings.
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Leaf {
    id: Id,
    next: Option<Box<Self>>,
    above: Option<Arc<Self>>,
    others: Vec<Self>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct r#Node {
    id: Id,
    next: Option<Box<Self>>,
    list: Vec<Self>,
    queue: VecDeque<Self>,
    pair: (Vec<Self>, f64, Option<Box<Self>>),
    pairs: [Vec<Self>; 2],
    sorted: BTreeMap<u8, Self>,
    hashed: HashMap<String, Vec<Self>>,
    leaves: HashSet<Leaf>,
    pointed: Option<Ref<Self>>,
    texts: [String; Self::COUNT],
    part: Part,
}

impl r#Node {
    const COUNT: usize = 2;
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Part {
    One(Box<Leaf>),
    Several(Vec<Self>),
    Named { first: Option<Box<Self>> },
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Group {
    leaves: Vec<Leaf>,
    below: Vec<Self>,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Limits {
    id: Id,
    #[config(default = Self::standard())]
    most: f64,
    #[config(default = vec![Self::standard(), Self::LEAST])]
    all: Vec<f64>,
    #[config(default = None)]
    otherwise: Option<Box<Self>>,
}

impl Limits {
    const LEAST: f64 = 1.0;

    fn standard() -> f64 {
        4.0
    }
}

#[callable]
fn lengthen(node: &mut Node, group: &Limits) {
    node.list.clear();
    node.texts[0] = group.most.to_string();
}

fn main() {}
