//! mistake: a name without its key; cure: write `name = "…"`

use ecs::prelude::*;

#[callable("twice")]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
