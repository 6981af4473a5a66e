//! mistake: an entity that is not `Deserialize`; cure: derive `Deserialize` as well

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
