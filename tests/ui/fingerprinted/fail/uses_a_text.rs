//! mistake: a helper in quotes; cure: name it as a path

use ecs::prelude::*;

#[fingerprinted]
fn tenth(points: f64) -> f64 {
    points / 10.0
}

#[fingerprinted(uses("tenth"))]
fn scale(points: f64) -> f64 {
    tenth(points)
}

fn main() {
    scale(30.0);
}
