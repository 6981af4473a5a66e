//! mistake: a field that does not go through serde; cure: derive `Clone`, `Serialize` and `Deserialize` for the field's type

use ecs::prelude::*;

#[derive(Clone)]
struct Weather {
    degrees: f64,
}

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    weather: Weather,
    threshold: f64,
}

fn main() {}
