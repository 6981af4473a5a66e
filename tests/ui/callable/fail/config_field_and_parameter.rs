//! mistake: one name for a config's field and a parameter; cure: rename one of them

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    threshold: f64,
}

#[callable]
fn qualifies(student: &Student, honours: &Honours, threshold: f64) -> bool {
    student.gpa >= honours.threshold + threshold
}

fn main() {}
