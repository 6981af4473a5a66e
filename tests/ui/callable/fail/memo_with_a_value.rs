//! mistake: `memo` with a value; cure: `memo(version = "2")`

use ecs::prelude::*;

#[callable(memo = "2")]
fn grade(points: f64) -> f64 {
    points / 10.0
}

fn main() {
    let world = World::in_memory().unwrap();
    grade::call(&world, 30.0).wait().unwrap();
}
