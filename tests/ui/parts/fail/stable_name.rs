//! mistake: a stable name for plain parts; cure: leave it out, as only an entity has one

use ecs::prelude::*;

#[derive(EntityParts, Clone, Serialize, Deserialize)]
#[entity(name = "school.seat")]
struct Seat {
    number: u8,
}

fn main() {}
