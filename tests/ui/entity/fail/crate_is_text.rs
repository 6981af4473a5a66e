//! mistake: the path to the facade in quotes; cure: write `crate = some::path`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(crate = "ecs")]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
