//! mistake: `#[fingerprinted]` on a struct; cure: put it on a function

use ecs::prelude::*;

#[fingerprinted]
struct Scale {
    factor: f64,
}

fn main() {
    let _ = Scale { factor: 0.1 };
}
