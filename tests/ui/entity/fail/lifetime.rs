//! mistake: an entity with a lifetime; cure: use owned fields

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student<'n> {
    id: Id,
    name: std::borrow::Cow<'n, str>,
}

fn main() {}
