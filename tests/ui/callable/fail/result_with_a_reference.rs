//! mistake: a result that is a reference; cure: return the owned value

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn gpa(student: &Student) -> &f64 {
    &student.gpa
}

fn main() {}
