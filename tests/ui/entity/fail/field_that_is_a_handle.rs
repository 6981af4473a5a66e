//! mistake: a handle in a field; cure: hold the entity itself, or point at it with a `Ref`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Course {
    id: Id,
    best: Stored<Student>,
}

fn main() {}
