//! mistake: an identity of a type of one's own; cure: write `id: Id`, and give the number another name

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: u64,
    gpa: f64,
}

fn main() {}
