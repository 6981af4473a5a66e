//! mistake: an enum as a config; cure: hold the enum in a field of a struct

use ecs::prelude::*;

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
enum Policy {
    Strict,
    Lenient,
}

fn main() {}
