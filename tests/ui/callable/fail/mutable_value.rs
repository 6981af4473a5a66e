use ecs::prelude::*;

#[callable]
fn raise(gpa: &mut f64) -> f64 {
    *gpa += 0.1;
    *gpa
}

fn main() {}
