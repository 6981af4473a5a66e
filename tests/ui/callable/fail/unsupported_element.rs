//! mistake: a container of what cannot be recorded; cure: derive `Clone`, `Serialize` and `Deserialize` for the element

use ecs::prelude::*;

struct Weather {
    degrees: f64,
}

#[callable]
fn warmest(days: Vec<Weather>) -> f64 {
    days.iter().map(|day| day.degrees).fold(0.0, f64::max)
}

fn main() {}
