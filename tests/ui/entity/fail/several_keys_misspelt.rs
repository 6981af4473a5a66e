//! mistake: several misspelt keys, all told at once; cure: write the ones that are proposed

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(nmae = "student", crat = ecs)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
