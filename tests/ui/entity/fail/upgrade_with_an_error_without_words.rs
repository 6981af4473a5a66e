//! mistake: an upgrade whose error says nothing; cure: give an error that is one, or a text

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 2, upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(_: ecs::Old) -> Result<Student, u8> {
    Err(0)
}

fn main() {}
