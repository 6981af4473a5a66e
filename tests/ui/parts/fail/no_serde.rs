//! mistake: plain parts without the serde derives; cure: derive `Clone`, `Serialize` and `Deserialize` beside `EntityParts`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(EntityParts)]
struct Seat {
    by: Student,
}

fn main() {}
