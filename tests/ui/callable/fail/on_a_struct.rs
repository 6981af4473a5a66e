//! mistake: `#[callable]` on a struct; cure: put it on a function

use ecs::prelude::*;

#[callable]
struct Student {
    gpa: f64,
}

fn main() {}
