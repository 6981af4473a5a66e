//! mistake: an alias of a `Result` whose error has no message; cure: implement `Display` for the error

use ecs::prelude::*;

struct Failure;
type Outcome<T> = Result<T, Failure>;

#[callable]
fn parse(text: &str) -> Outcome<f64> {
    text.parse().map_err(|_| Failure)
}

fn main() {}
