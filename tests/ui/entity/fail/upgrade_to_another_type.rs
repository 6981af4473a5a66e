//! mistake: an upgrade that gives another type; cure: give the type that it is an upgrade to

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 2, upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn upgrade(_: ecs::Old) -> ecs::Result<f64> {
    Ok(0.0)
}

fn main() {}
