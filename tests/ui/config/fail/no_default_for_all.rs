//! mistake: `Default` of a config of which not every field has a default; cure: give every field a default, or write the config out

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = "dean")]
    list: String,
    threshold: f64,
}

fn main() {
    let _ = Honours::default();
}
