//! mistake: a misspelt key; cure: write the one that is proposed

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(nam = "student")]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
