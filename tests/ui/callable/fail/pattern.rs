//! mistake: a pattern as a parameter; cure: name the parameter, and take it apart in the body

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn gpa(Student { gpa, .. }: Student) -> f64 {
    gpa
}

fn main() {}
