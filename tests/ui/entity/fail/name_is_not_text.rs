//! mistake: a stable name without quotes; cure: write `name = "…"`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(name = Student)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
