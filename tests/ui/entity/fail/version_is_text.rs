//! mistake: the version of a type in quotes; cure: write a whole number

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = "2", upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(old: ecs::Old) -> ecs::Result<Student> {
    Ok(Student { id: old.id(), gpa: 0.0 })
}

fn main() {}
