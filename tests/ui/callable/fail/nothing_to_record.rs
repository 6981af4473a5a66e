//! mistake: no result and no `&mut` entity; cure: return an entity or a value, or take the entity as `&mut`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn look(student: &Student) {
    let _ = student.gpa;
}

fn main() {}
