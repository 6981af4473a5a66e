//! mistake: an empty name; cure: give it one, or leave the key out

use ecs::prelude::*;

#[callable(name = "")]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
