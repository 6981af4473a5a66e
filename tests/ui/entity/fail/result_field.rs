use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Search {
    id: Id,
    found: Result<Student, String>,
}

fn main() {}
