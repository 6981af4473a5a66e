//! mistake: a `Result` that holds nothing, without a `&mut` entity; cure: return an entity or a value, or take the entity as `&mut`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn check(student: &Student) -> Result<(), String> {
    if student.gpa < 0.0 { Err("negative".to_owned()) } else { Ok(()) }
}

fn main() {}
