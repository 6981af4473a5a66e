use ecs::prelude::*;

struct Failure;
type Outcome<T> = Result<T, Failure>;

#[callable]
fn parse(text: &str) -> Outcome<f64> {
    text.parse().map_err(|_| Failure)
}

fn main() {}
