//! mistake: a `const` function; cure: leave out `const`

use ecs::prelude::*;

#[callable]
const fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
