//! mistake: an untagged enum of plain parts; cure: leave `untagged` out, as a part is addressed by its variant

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(EntityParts, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Seat {
    Taken(Student),
    Free,
}

fn main() {}
