//! mistake: an `unsafe` function; cure: make a safe function around it

use ecs::prelude::*;

#[callable]
unsafe fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
