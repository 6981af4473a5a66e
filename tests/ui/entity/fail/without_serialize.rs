//! mistake: an entity that is not `Serialize`; cure: derive `Serialize` as well

use ecs::prelude::*;

#[derive(Entity, Clone, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
