//! mistake: a default with `=`; cure: write `#[default(…)]`

use ecs::prelude::*;

#[callable]
fn double(#[default = 1.0] value: f64) -> f64 {
    value * 2.0
}

fn main() {}
