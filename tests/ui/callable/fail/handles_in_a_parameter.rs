//! mistake: handles in a list as a parameter; cure: take the entities: a call is given the handles all the same

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn highest(students: &[Stored<Student>]) -> f64 {
    students.iter().map(|student| student.gpa).fold(0.0, f64::max)
}

fn main() {}
