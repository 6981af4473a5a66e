//! mistake: a slice as `&mut`; cure: take a `Vec` by value, and return it

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn raise(students: &mut [Student], by: f64) {
    students[0].gpa += by;
}

fn main() {}
