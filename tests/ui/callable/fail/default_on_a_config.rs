//! mistake: a default of a config; cure: give the config's fields defaults, written `#[config(default = …)]`

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    threshold: f64,
}

#[callable]
fn limit(#[default(Honours { id: Id::new(), threshold: 1.0 })] honours: &Honours) -> f64 {
    honours.threshold
}

fn main() {}
