//! mistake: entities in a tuple of more than 8; cure: use a struct with `#[derive(EntityParts)]`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Row {
    id: Id,
    seats: (Student, u8, u8, u8, u8, u8, u8, u8, u8),
}

fn main() {}
