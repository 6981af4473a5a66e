//! mistake: a handle in a plain value; cure: hold the entity itself and derive `EntityParts`, or point at it with a `Ref`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(Clone, Serialize, Deserialize)]
struct Seat {
    taken_by: Stored<Student>,
}

fn main() {}
