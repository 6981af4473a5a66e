//! mistake: an entity that is not `Clone`; cure: derive `Clone` as well

use ecs::prelude::*;

#[derive(Entity, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
