use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    threshold: f64,
}

fn main() {}
