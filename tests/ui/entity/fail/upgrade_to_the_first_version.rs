//! mistake: an upgrade to the first version; cure: leave it out, or write the version that it is

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 1, upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(old: ecs::Old) -> ecs::Result<Student> {
    Ok(Student { id: old.id(), gpa: 0.0 })
}

fn main() {}
