//! mistake: a field that does not go through serde; cure: derive `Serialize` and `Deserialize` for the field's type, or turn on its crate's `serde` feature

use ecs::prelude::*;

#[derive(Clone)]
struct Weather {
    degrees: f64,
}

#[derive(EntityParts, Clone, Serialize, Deserialize)]
struct Seat {
    weather: Weather,
}

fn main() {}
