//! mistake: two versions of one type; cure: leave one of them out

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 2, upgrade = upgrade, version = 3)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(old: ecs::Old) -> ecs::Result<Student> {
    Ok(Student { id: old.id(), gpa: 0.0 })
}

fn main() {}
