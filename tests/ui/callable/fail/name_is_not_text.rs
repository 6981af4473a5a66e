//! mistake: a name without quotes; cure: write `name = "…"`

use ecs::prelude::*;

#[callable(name = twice)]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
