//! mistake: entities in a `Result` in plain parts; cure: hold them in an `Option`, a `Vec` or an enum of your own with `#[derive(EntityParts)]`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(EntityParts, Clone, Serialize, Deserialize)]
struct Answer {
    found: Result<Student, String>,
}

fn main() {}
