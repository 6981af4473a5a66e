//! mistake: a misspelt attribute; cure: write `#[entity(…)]`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entiti(name = "student")]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
