//! mistake: a container as `&mut`; cure: take it by value, and return it

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn raise(students: &mut Vec<Student>) {
    students.clear();
}

fn main() {}
