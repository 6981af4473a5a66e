//! mistake: a callable named like a type of the same module; cure: give one of them another name

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct student {
    id: Id,
    gpa: f64,
}

#[callable]
fn student(gpa: f64) -> bool {
    gpa > 3.7
}

fn main() {}
