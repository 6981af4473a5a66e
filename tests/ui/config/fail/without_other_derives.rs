//! mistake: a config that derives nothing else; cure: derive `Clone`, `Serialize` and `Deserialize` as well

use ecs::prelude::*;

#[derive(ConfigEntity)]
struct Honours {
    id: Id,
    threshold: f64,
}

fn main() {}
