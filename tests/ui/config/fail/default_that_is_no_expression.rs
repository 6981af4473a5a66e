//! mistake: a default without a value after `=`; cure: write the value

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = )]
    threshold: f64,
}

fn main() {}
