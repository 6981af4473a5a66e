//! mistake: two identities; cure: keep one, or make the other a `Ref` to an entity

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    mentor: Id,
}

fn main() {}
