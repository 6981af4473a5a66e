use ecs::prelude::*;

struct Weather {
    degrees: f64,
}

#[callable]
fn warm(weather: Weather) -> bool {
    weather.degrees > 20.0
}

fn main() {}
