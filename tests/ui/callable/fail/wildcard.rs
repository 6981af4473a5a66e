use ecs::prelude::*;

#[callable]
fn always(_: f64) -> bool {
    true
}

fn main() {}
