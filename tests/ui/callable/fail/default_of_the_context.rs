//! mistake: a default of the context; cure: leave it out: every call passes its own

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn gpa(student: &Student, #[default(1)] context: &Context) -> f64 {
    let _ = context;
    student.gpa
}

fn main() {}
