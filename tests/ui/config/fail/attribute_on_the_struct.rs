//! mistake: `#[config(…)]` on the struct; cure: put it on a field; the struct has `#[entity(…)]`

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
#[config(name = "honours")]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
}

fn main() {}
