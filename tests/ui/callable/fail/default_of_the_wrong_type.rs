//! mistake: a default of the wrong type; cure: write a value of the parameter's type, such as `1.0` for `1`

use ecs::prelude::*;

#[callable]
fn double(#[default(1)] value: f64) -> f64 {
    value * 2.0
}

fn main() {}
