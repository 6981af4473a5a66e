//! mistake: an error without a message; cure: implement `Display` for it

use ecs::prelude::*;

struct Failure;

#[callable]
fn parse(text: &str) -> Result<f64, Failure> {
    text.parse().map_err(|_| Failure)
}

fn main() {}
