//! mistake: a default without a value; cure: write `#[default(…)]`

use ecs::prelude::*;

#[callable]
fn double(#[default] value: f64) -> f64 {
    value * 2.0
}

fn main() {}
