//! mistake: a tuple struct as a config; cure: give the fields names

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours(Id, f64);

fn main() {}
