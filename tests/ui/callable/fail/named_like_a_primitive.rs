use ecs::prelude::*;

#[callable]
fn f64(value: bool) -> bool {
    value
}

fn main() {}
