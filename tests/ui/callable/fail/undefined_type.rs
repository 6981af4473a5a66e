//! mistake: a type that is not in scope; cure: define or import it

use ecs::prelude::*;

#[callable]
fn gpa(student: &Student) -> f64 {
    student.gpa
}

fn main() {}
