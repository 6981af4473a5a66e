//! mistake: a config without an identity; cure: add a field `id: Id`

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    threshold: f64,
}

fn main() {}
