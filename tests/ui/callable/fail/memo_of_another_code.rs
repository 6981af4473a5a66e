//! mistake: `memo(code = …)` of another word; cure: `memo` alone, or `memo(code = "function")`

use ecs::prelude::*;

#[callable(memo(code = "everything"))]
fn grade(points: f64) -> f64 {
    points / 10.0
}

fn main() {
    let world = World::in_memory().unwrap();
    grade::call(&world, 30.0).wait().unwrap();
}
