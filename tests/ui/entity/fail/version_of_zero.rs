//! mistake: a version of a type that is none; cure: count from 1

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 0, upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(old: ecs::Old) -> ecs::Result<Student> {
    Ok(Student { id: old.id(), gpa: 0.0 })
}

fn main() {}
