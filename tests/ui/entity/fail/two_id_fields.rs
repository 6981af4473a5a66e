use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    mentor: Id,
}

fn main() {}
