//! mistake: a closure as a parameter; cure: name the choice with an enum

use ecs::prelude::*;

#[callable]
fn apply(function: Box<dyn Fn(f64) -> f64 + Send>, to: f64) -> f64 {
    function(to)
}

fn main() {}
