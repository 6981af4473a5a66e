use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student(Id, String);

fn main() {}
