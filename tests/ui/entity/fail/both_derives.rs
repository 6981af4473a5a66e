//! mistake: both derives on one struct; cure: keep one: `ConfigEntity` includes `Entity`

use ecs::prelude::*;

#[derive(Entity, ConfigEntity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
