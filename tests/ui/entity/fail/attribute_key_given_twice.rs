//! mistake: one attribute key twice; cure: leave one of them out

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(name = "student", name = "pupil")]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
