//! mistake: a parameter without a name; cure: name it

use ecs::prelude::*;

#[callable]
fn always(_: f64) -> bool {
    true
}

fn main() {}
