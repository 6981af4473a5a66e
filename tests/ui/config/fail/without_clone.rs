//! mistake: a config that is not `Clone`; cure: derive `Clone` as well

use ecs::prelude::*;

#[derive(ConfigEntity, Serialize, Deserialize)]
struct Honours {
    id: Id,
    threshold: f64,
}

fn main() {}
