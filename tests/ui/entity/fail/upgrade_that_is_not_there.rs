//! mistake: an upgrade that is not there; cure: write the function

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 2, upgrade = upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
