//! mistake: a union that carries entities; cure: make it an enum

use ecs::prelude::*;

#[derive(Clone, Copy, EntityParts)]
union Seat {
    row: u32,
    number: u64,
}

fn main() {}
