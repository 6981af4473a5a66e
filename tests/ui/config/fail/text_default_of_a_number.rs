//! mistake: a text as the default of a number; cure: write a number

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = "high")]
    threshold: f64,
}

fn main() {}
