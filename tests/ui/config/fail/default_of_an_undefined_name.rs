//! mistake: a default that names nothing; cure: define the name, or import it

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = USUAL_THRESHOLD)]
    threshold: f64,
}

fn main() {}
