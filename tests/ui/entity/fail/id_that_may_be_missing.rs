//! mistake: an identity that may be missing; cure: write `id: Id`: a new value gets `Id::new()`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Option<Id>,
    gpa: f64,
}

fn main() {}
