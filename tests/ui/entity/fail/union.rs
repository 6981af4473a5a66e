//! mistake: a union as an entity; cure: make it a struct

use ecs::prelude::*;

#[derive(Entity)]
union Student {
    id: Id,
    number: u64,
}

fn main() {}
