//! mistake: a stable name without a value; cure: write `name = "…"`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(name)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
