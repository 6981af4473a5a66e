//! mistake: one field in two configs; cure: rename one of them

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    threshold: f64,
}

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Limits {
    id: Id,
    threshold: f64,
}

#[callable]
fn difference(honours: &Honours, limits: &Limits) -> f64 {
    honours.threshold - limits.threshold
}

fn main() {}
