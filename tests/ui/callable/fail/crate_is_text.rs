//! mistake: the path to the facade in quotes; cure: write `crate = some::path`

use ecs::prelude::*;

#[callable(crate = "ecs")]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
