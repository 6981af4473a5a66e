//! mistake: an `extern` function; cure: leave out the ABI

use ecs::prelude::*;

#[callable]
extern "C" fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
