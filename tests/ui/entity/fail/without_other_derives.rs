//! mistake: an entity that derives nothing else; cure: derive `Clone`, `Serialize` and `Deserialize` as well

use ecs::prelude::*;

#[derive(Entity)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
