//! mistake: `blocking` with a value; cure: write `blocking`, or leave it out

use ecs::prelude::*;

#[callable(blocking = true)]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
