use ecs::prelude::*;

#[derive(EntityParts, Clone, Serialize, Deserialize)]
struct Seat<T> {
    by: T,
}

fn main() {}
