use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student;

fn main() {}
