//! mistake: `uses` without helpers; cure: name them, or `memo(code = "function")` if there are none

use ecs::prelude::*;

#[callable(memo(uses()))]
fn grade(points: f64) -> f64 {
    points / 10.0
}

fn main() {
    let world = World::in_memory().unwrap();
    grade::call(&world, 30.0).wait().unwrap();
}
