//! mistake: an entity named like a type of plain values; cure: give it another name
use ecs::prelude::*;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct String {
    id: Id,
    strands: u8,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Violin {
    id: Id,
    strings: Vec<String>,
}

fn main() {}
