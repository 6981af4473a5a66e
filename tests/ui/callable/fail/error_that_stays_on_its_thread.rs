//! mistake: an error that is not `Send + Sync`; cure: write `Box<dyn std::error::Error + Send + Sync>`

use ecs::prelude::*;

#[callable]
fn parse(text: &str) -> Result<f64, Box<dyn std::error::Error>> {
    Ok(text.parse()?)
}

fn main() {}
