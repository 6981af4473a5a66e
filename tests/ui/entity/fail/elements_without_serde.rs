//! mistake: a container of what does not go through serde, with `Entity` as the last derive; cure: derive `Serialize` and `Deserialize` for the elements' type

use ecs::prelude::*;

#[derive(Clone)]
struct Weather {
    degrees: f64,
}

#[derive(Clone, Serialize, Deserialize, Entity)]
struct Student {
    id: Id,
    days: Vec<Weather>,
}

fn main() {}
