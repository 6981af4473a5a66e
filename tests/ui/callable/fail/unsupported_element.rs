use ecs::prelude::*;

struct Weather {
    degrees: f64,
}

#[callable]
fn warmest(days: Vec<Weather>) -> f64 {
    days.iter().map(|day| day.degrees).fold(0.0, f64::max)
}

fn main() {}
