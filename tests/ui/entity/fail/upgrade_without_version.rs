//! mistake: an upgrade to no version; cure: write `version = 2` beside it

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(old: ecs::Old) -> ecs::Result<Student> {
    Ok(Student { id: old.id(), gpa: 0.0 })
}

fn main() {}
