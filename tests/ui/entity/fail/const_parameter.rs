//! mistake: an entity with a const parameter; cure: write one struct for each value, or make the value a field

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student<const N: usize> {
    id: Id,
    gpa: f64,
}

fn main() {}
