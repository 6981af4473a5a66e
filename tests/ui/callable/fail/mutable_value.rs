//! mistake: a value as `&mut`; cure: take it by value, and return it

use ecs::prelude::*;

#[callable]
fn raise(gpa: &mut f64) -> f64 {
    *gpa += 0.1;
    *gpa
}

fn main() {}
