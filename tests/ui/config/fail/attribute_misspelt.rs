//! mistake: a misspelt attribute; cure: write `#[config(default = …)]`

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[conifg(default = 3.7)]
    threshold: f64,
}

fn main() {}
