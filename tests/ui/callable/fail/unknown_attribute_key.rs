//! mistake: a misspelt key; cure: write the one that is proposed

use ecs::prelude::*;

#[callable(naem = "twice")]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
