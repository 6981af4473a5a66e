//! mistake: a name without a value; cure: write `name = "…"`

use ecs::prelude::*;

#[callable(name)]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
