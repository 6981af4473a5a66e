use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(EntityParts, Clone, Serialize, Deserialize)]
enum Seat {
    #[serde(rename = "empty")]
    Free,
    Taken {
        #[serde(flatten)]
        by: Student,
    },
}

fn main() {}
