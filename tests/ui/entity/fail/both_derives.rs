//! mistake: both derives on one struct; cure: keep `ConfigEntity`, which includes `Entity`, if callables bind it as their config; keep `Entity` if it is data

use ecs::prelude::*;

#[derive(Entity, ConfigEntity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() {}
