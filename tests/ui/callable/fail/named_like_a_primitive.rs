//! mistake: a callable named like a primitive type; cure: give it another name

use ecs::prelude::*;

#[callable]
fn f64(value: bool) -> bool {
    value
}

fn main() {}
