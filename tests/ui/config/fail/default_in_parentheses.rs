//! mistake: a default in parentheses; cure: write `default = …`

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default(3.7))]
    threshold: f64,
}

fn main() {}
