//! mistake: a default without a value; cure: write `default = …`

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default)]
    threshold: f64,
}

fn main() {}
