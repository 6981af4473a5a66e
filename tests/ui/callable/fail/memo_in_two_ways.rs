//! mistake: `memo` with two kinds of code; cure: one of them; `uses` counts the function itself as well

use ecs::prelude::*;

#[callable(memo(code = "function", version = "2"))]
fn grade(points: f64) -> f64 {
    points / 10.0
}

fn main() {
    let world = World::in_memory().unwrap();
    grade::call(&world, 30.0).wait().unwrap();
}
