//! mistake: a callable in a trait; cure: move it out, next to the trait

use ecs::prelude::*;

trait Grading {
    #[callable]
    fn grade(points: f64) -> f64 {
        points / 10.0
    }
}

fn main() {}
