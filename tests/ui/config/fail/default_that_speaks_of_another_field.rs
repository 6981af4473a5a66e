//! mistake: a default that speaks of another field; cure: write it out, or name a constant: defaults do not see each other

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 2.0)]
    lowest: f64,
    #[config(default = lowest + 1.0)]
    threshold: f64,
}

fn main() {}
