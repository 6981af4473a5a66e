//! mistake: a handle as a parameter; cure: take `&T` for `Stored<T>`: a call is given the handle all the same

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn gpa(student: Stored<Student>) -> f64 {
    student.gpa
}

fn main() {}
