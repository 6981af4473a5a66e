//! mistake: a variadic function; cure: take a `Vec`

use ecs::prelude::*;

#[callable]
fn sum(count: usize, ...) -> f64 {
    count as f64
}

fn main() {}
