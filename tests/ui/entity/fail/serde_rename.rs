//! mistake: a field that serde renames; cure: name the field as it is to be recorded

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    #[serde(rename = "grade")]
    gpa: f64,
}

fn main() {}
