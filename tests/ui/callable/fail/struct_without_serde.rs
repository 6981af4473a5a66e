//! mistake: a parameter that does not go through serde; cure: derive `Clone`, `Serialize` and `Deserialize` for it

use ecs::prelude::*;

struct Weather {
    degrees: f64,
}

#[callable]
fn warm(weather: Weather) -> bool {
    weather.degrees > 20.0
}

fn main() {}
