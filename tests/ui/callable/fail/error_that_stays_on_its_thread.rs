use ecs::prelude::*;

#[callable]
fn parse(text: &str) -> Result<f64, Box<dyn std::error::Error>> {
    Ok(text.parse()?)
}

fn main() {}
