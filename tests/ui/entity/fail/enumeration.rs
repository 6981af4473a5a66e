use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
enum Student {
    Enrolled { id: Id },
    Graduated,
}

fn main() {}
