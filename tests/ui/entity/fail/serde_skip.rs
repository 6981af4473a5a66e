//! mistake: a field that serde leaves out; cure: keep it out of the entity, or record it

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    #[serde(skip)]
    gpa: f64,
}

fn main() {}
