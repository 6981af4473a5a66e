//! mistake: a text as the default of a number; cure: write a number

use ecs::prelude::*;

#[callable]
fn double(#[default("one")] value: f64) -> f64 {
    value * 2.0
}

fn main() {}
