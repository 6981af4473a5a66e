//! mistake: `Default` derived where every field has a default; cure: leave `Default` out of the derives: it is implemented from the defaults

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Default, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
}

fn main() {}
