use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 4)]
    threshold: f64,
}

fn main() {}
