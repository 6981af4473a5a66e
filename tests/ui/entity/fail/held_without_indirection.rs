//! mistake: an entity that holds itself directly; cure: hold it in a `Vec` or a `Box`, or point at it with `Ref`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    mentor: Option<Student>,
}

fn main() {}
