use ecs::prelude::*;

#[callable]
fn sum<const N: usize>(values: [f64; N]) -> f64 {
    values.iter().sum()
}

fn main() {}
