//! mistake: entities in a `Result` in an entity; cure: hold them in an `Option`, a `Vec` or an enum of your own with `#[derive(EntityParts)]`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Search {
    id: Id,
    found: Result<Student, String>,
}

fn main() {}
