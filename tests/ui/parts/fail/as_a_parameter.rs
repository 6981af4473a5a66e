//! mistake: plain parts as a parameter of a callable; cure: make it an entity, or hold it in one

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(EntityParts, Clone, Serialize, Deserialize)]
enum Seat {
    Free,
    Taken(Student),
}

#[callable]
fn is_free(seats: Vec<Seat>) -> bool {
    matches!(seats.first(), Some(Seat::Free))
}

fn main() {}
