//! mistake: a default in an entity that is no config; cure: derive `ConfigEntity` in place of `Entity`, or leave the default out

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    #[config(default = 3.5)]
    gpa: f64,
}

fn main() {}
