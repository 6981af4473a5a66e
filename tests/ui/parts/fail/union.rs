use ecs::prelude::*;

#[derive(Clone, Copy, EntityParts)]
union Seat {
    row: u32,
    number: u64,
}

fn main() {}
