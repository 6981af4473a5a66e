//! mistake: two identities; cure: keep one, or make the other a `Ref` to an entity

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    for_whom: Id,
    threshold: f64,
}

fn main() {}
