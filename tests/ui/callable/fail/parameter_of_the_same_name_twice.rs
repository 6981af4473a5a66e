//! mistake: two parameters of one name; cure: give one of them another name

use ecs::prelude::*;

#[callable]
fn sum(value: f64, value: f64) -> f64 {
    value
}

fn main() {}
