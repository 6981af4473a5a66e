use ecs::prelude::*;

#[derive(Entity)]
union Student {
    id: Id,
    number: u64,
}

fn main() {}
