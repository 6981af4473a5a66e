//! mistake: a struct whose fields serde renames; cure: name the fields as they are to be recorded

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
