//! mistake: two defaults in one attribute; cure: leave one of them out

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.5, default = 3.7)]
    threshold: f64,
}

fn main() {}
