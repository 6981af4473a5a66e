//! mistake: a misspelt key; cure: write the one that is proposed

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(defualt = 3.7)]
    threshold: f64,
}

fn main() {}
