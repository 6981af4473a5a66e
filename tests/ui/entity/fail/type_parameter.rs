//! mistake: a generic entity; cure: write one struct for each type

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Measured<T> {
    id: Id,
    value: T,
}

fn main() {}
