//! mistake: a const parameter; cure: take it as a parameter, or write one callable for each value

use ecs::prelude::*;

#[callable]
fn sum<const N: usize>(values: [f64; N]) -> f64 {
    values.iter().sum()
}

fn main() {}
