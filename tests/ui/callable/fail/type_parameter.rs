use ecs::prelude::*;

#[callable]
fn identity<T>(value: T) -> T {
    value
}

fn main() {}
