//! mistake: a generic callable; cure: write one callable for each type, which calls the generic function

use ecs::prelude::*;

#[callable]
fn identity<T>(value: T) -> T {
    value
}

fn main() {}
