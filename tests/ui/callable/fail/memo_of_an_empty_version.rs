//! mistake: an empty `version`; cure: a text, another one whenever old results are no longer right

use ecs::prelude::*;

#[callable(memo(version = ""))]
fn grade(points: f64) -> f64 {
    points / 10.0
}

fn main() {
    let world = World::in_memory().unwrap();
    grade::call(&world, 30.0).wait().unwrap();
}
