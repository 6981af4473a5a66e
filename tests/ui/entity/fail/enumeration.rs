//! mistake: an enum as an entity; cure: hold the enum in a field of a struct

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
enum Student {
    Enrolled { id: Id },
    Graduated,
}

fn main() {}
