//! mistake: an upgrade that gives no `Result`; cure: give a `Result`: what is stored may be anything

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 2, upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(old: ecs::Old) -> Student {
    Student { id: old.id(), gpa: 0.0 }
}

fn main() {}
