//! mistake: `#[fingerprinted]` beside `#[callable]`; cure: leave `#[fingerprinted]` out

use ecs::prelude::*;

#[callable]
#[fingerprinted]
fn grade(points: f64) -> f64 {
    points / 10.0
}

#[fingerprinted]
#[callable]
fn mark(points: f64) -> f64 {
    points / 5.0
}

fn main() {
    let world = World::in_memory().unwrap();
    grade::call(&world, 30.0).wait().unwrap();
    mark::call(&world, 30.0).wait().unwrap();
}
