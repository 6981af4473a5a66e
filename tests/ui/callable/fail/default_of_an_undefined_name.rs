//! mistake: a default that names nothing; cure: define the name, or import it

use ecs::prelude::*;

#[callable]
fn double(#[default(USUAL)] value: f64) -> f64 {
    value * 2.0
}

fn main() {}
