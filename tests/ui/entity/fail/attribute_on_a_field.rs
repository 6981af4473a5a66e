//! mistake: `#[entity(…)]` on a field; cure: put it on the struct; a field is recorded under its own name

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    #[entity(name = "grade")]
    gpa: f64,
}

fn main() {}
