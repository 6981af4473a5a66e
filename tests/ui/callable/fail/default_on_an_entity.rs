//! mistake: a default of an entity; cure: leave it out: an entity is always given

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn gpa(#[default(Student { id: Id::new(), gpa: 3.5 })] student: &Student) -> f64 {
    student.gpa
}

fn main() {}
