//! mistake: `blocking` on an async function; cure: leave one of them out

use ecs::prelude::*;

#[callable(blocking)]
async fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {}
