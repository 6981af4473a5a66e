//! mistake: one callable name twice in a crate; cure: give one of them another name, with `#[callable(name = "…")]`

use ecs::prelude::*;

#[callable(name = "twice")]
fn double(value: f64) -> f64 {
    value * 2.0
}

mod whole {
    use ecs::prelude::*;

    #[callable(name = "twice")]
    fn double(value: i64) -> i64 {
        value * 2
    }
}

fn main() {}
