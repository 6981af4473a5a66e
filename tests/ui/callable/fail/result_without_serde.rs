//! mistake: a result that does not go through serde; cure: derive `Clone`, `Serialize` and `Deserialize` for it

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

struct Weather {
    degrees: f64,
}

#[callable]
fn forecast(student: &Student) -> Weather {
    Weather { degrees: student.gpa }
}

fn main() {}
