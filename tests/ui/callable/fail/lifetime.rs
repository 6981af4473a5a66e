//! mistake: a lifetime of the callable's own; cure: leave it out

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn gpa<'s>(student: &'s Student) -> f64 {
    student.gpa
}

fn main() {}
