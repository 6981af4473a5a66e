//! mistake: a version of what is stored in an entity; cure: count the versions of the entity

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(EntityParts, Clone, Serialize, Deserialize)]
#[entity(version = 2, upgrade = upgrade)]
enum Seat {
    Free,
    Taken(Student),
}

fn upgrade(_: ecs::Old) -> ecs::Result<Seat> {
    Ok(Seat::Free)
}

fn main() {}
