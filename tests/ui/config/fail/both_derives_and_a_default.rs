//! mistake: both derives on a config with defaults; cure: keep `ConfigEntity`, which includes `Entity`

use ecs::prelude::*;

#[derive(Entity, ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
}

fn main() {}
