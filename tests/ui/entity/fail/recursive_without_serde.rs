//! mistake: an entity that holds its own kind and is not serde, told once; cure: derive `Serialize` and `Deserialize` as well

use ecs::prelude::*;

#[derive(Entity, Clone)]
struct Student {
    id: Id,
    friends: Vec<Student>,
}

fn main() {}
