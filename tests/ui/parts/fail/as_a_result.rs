//! mistake: plain parts as the result of a callable; cure: make it an entity, or hold it in one

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
fn free(count: usize) -> Vec<Seat> {
    vec![Seat::Free; count]
}

fn main() {}
