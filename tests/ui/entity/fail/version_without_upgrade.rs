//! mistake: a later version of a type that does not say what becomes of the earlier ones; cure: name a function, `upgrade = path`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(version = 2)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
