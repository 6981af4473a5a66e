//! mistake: a helper in `uses` without a fingerprint; cure: `#[fingerprinted]` on the helper

use ecs::prelude::*;

fn scale(points: f64) -> f64 {
    points / 10.0
}

#[callable(memo(uses(scale)))]
fn grade(points: f64) -> f64 {
    scale(points)
}

fn main() {
    let world = World::in_memory().unwrap();
    grade::call(&world, 30.0).wait().unwrap();
}
