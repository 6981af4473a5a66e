//! mistake: a result with an element that cannot be recorded; cure: derive `Clone`, `Serialize` and `Deserialize` for the element

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

struct Weather;

#[callable]
fn both(student: &Student) -> Result<(Student, Weather), String> {
    Ok((student.clone(), Weather))
}

fn main() {}
