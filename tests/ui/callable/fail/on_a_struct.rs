use ecs::prelude::*;

#[callable]
struct Student {
    gpa: f64,
}

fn main() {}
