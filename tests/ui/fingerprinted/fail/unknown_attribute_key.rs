//! mistake: a misspelt key; cure: `uses(helper)`

use ecs::prelude::*;

#[fingerprinted]
fn tenth(points: f64) -> f64 {
    points / 10.0
}

#[fingerprinted(use(tenth))]
fn scale(points: f64) -> f64 {
    tenth(points)
}

fn main() {
    scale(30.0);
}
