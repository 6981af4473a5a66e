//! mistake: a raw pointer as a parameter; cure: take the value itself

use ecs::prelude::*;

#[callable]
fn is_null(pointer: *const f64) -> bool {
    pointer.is_null()
}

fn main() {}
