//! mistake: several mistakes in one config, all told at once; cure: mend each

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
#[entity(nmae = "honours")]
struct Honours {
    #[config(defualt = 3.7)]
    threshold: f64,
    #[config(default)]
    list: String,
}

fn main() {}
