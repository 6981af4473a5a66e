//! mistake: one attribute key twice; cure: leave one of them out

use ecs::prelude::*;

#[callable(blocking, blocking)]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
