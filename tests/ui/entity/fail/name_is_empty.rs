//! mistake: an empty stable name; cure: give it one, or leave the key out

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(name = "")]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
