//! mistake: an upgrade with other parameters; cure: take what an earlier version stored, `ecs::Old`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 2, upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(from: u32) -> ecs::Result<Student> {
    Ok(Student { id: Id::new(), gpa: f64::from(from) })
}

fn main() {}
