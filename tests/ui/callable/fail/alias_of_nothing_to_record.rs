//! mistake: an alias of a `Result` that holds nothing; cure: return an entity or a value, or take the entity as `&mut`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

type Checked = Result<(), String>;

#[callable]
fn check(student: &Student) -> Checked {
    if student.gpa < 0.0 { Err("negative".to_owned()) } else { Ok(()) }
}

fn main() {}
