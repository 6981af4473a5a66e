//! mistake: a default of the identity; cure: leave it out: every value gets its own

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    #[config(default = Id::new())]
    id: Id,
    threshold: f64,
}

fn main() {}
