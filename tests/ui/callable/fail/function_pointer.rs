//! mistake: a function pointer as a parameter; cure: name the choice with an enum

use ecs::prelude::*;

#[callable]
fn apply(function: fn(f64) -> f64, to: f64) -> f64 {
    function(to)
}

fn main() {}
