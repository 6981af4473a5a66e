//! mistake: a struct without an identity; cure: add a field `id: Id`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    name: String,
}

fn main() {}
