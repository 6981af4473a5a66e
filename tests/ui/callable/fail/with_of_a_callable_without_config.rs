//! mistake: `with` of a callable that has nothing to bind; cure: use `call`

use ecs::prelude::*;

#[callable]
fn double(value: f64) -> f64 {
    value * 2.0
}

fn main() {
    let _ = double::with(2.0);
}
