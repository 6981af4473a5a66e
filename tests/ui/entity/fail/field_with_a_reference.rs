//! mistake: a field that is a reference; cure: use the owned type, such as `String` for `&str`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: &'static str,
}

fn main() {}
