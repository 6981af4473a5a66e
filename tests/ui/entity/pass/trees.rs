//! Entities that hold entities, in every container that is seen through, in a crate that denies warnings.
#![deny(warnings)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Mark {
    id: Id,
    value: u8,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scale {
    id: Id,
    #[config(default = 1.0)]
    factor: f64,
}

type Marks = Vec<Mark>;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sheet {
    id: Id,
    one: Mark,
    r#type: Option<Box<Mark>>,
    shared: Arc<Mark>,
    alias: Marks,
    queue: VecDeque<Mark>,
    array: [Mark; 2],
    tuple: (Mark, f64, Vec<Option<Mark>>),
    sorted: BTreeMap<u8, Mark>,
    hashed: HashMap<String, Vec<Mark>>,
    set: BTreeSet<u8>,
    marks: HashSet<Mark>,
    pointed: Option<Ref<Sheet>>,
    scale: Scale,
    above: Vec<Sheet>,
}

fn main() {}
