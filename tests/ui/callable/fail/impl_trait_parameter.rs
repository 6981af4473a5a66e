//! mistake: an `impl Trait` parameter; cure: name the type, such as `Vec<f64>`

use ecs::prelude::*;

#[callable]
fn total(values: impl Iterator<Item = f64>) -> f64 {
    values.sum()
}

fn main() {}
