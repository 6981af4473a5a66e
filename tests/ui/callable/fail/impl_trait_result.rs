//! mistake: an `impl Trait` result; cure: name the type, such as `Vec<f64>`

use ecs::prelude::*;

#[callable]
fn numbers(count: u32) -> impl Iterator<Item = u32> {
    0..count
}

fn main() {}
