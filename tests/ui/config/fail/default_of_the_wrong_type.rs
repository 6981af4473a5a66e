//! mistake: a default of the wrong type; cure: write a value of the field's type, such as `4.0` for `4`

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 4)]
    threshold: f64,
}

fn main() {}
