//! mistake: a field that is not `Clone`; cure: derive `Clone` for the field's type

use ecs::prelude::*;

#[derive(Serialize, Deserialize)]
struct Weather {
    degrees: f64,
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    weather: Weather,
}

fn main() {}
