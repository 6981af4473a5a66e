//! mistake: one attribute key in two attributes; cure: leave one of them out

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(name = "student")]
#[entity(name = "pupil")]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
