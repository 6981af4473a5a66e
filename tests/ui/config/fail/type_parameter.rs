//! mistake: a generic config; cure: write one struct for each type

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours<T> {
    id: Id,
    threshold: T,
}

fn main() {}
