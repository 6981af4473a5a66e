//! mistake: `#[entity]` without keys; cure: write its keys in parentheses, or leave it out

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
