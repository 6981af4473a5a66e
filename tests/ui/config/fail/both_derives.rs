//! mistake: both derives on one config; cure: keep `ConfigEntity`, which includes `Entity`, if callables bind it as their config; keep `Entity` if it is data

use ecs::prelude::*;

#[derive(Entity, ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    threshold: f64,
}

fn main() {}
