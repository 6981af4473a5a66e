//! mistake: handles in a list in a field; cure: hold the entities themselves, or point at them with `Ref`s

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    friends: Vec<Stored<Self>>,
}

fn main() {}
