use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Measured<T> {
    id: Id,
    value: T,
}

fn main() {}
