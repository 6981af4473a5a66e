//! mistake: two defaults of one parameter; cure: leave one of them out

use ecs::prelude::*;

#[callable]
fn double(#[default(1.0)] #[default(2.0)] value: f64) -> f64 {
    value * 2.0
}

fn main() {}
