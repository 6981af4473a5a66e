//! mistake: a config as `&mut`; cure: take it by reference, and return the new one

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    threshold: f64,
}

#[callable]
fn tighten(honours: &mut Honours) {
    honours.threshold += 0.1;
}

fn main() {}
