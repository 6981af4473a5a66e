use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(EntityParts, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Seat {
    Taken(Student),
    Free,
}

fn main() {}
