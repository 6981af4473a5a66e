//! mistake: a struct that does not derive `Entity`, as `&mut`; cure: derive `Entity`

use ecs::prelude::*;

#[derive(Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn raise(student: &mut Student, by: f64) {
    student.gpa += by;
}

fn main() {}
