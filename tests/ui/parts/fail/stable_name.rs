use ecs::prelude::*;

#[derive(EntityParts, Clone, Serialize, Deserialize)]
#[entity(name = "school.seat")]
struct Seat {
    number: u8,
}

fn main() {}
