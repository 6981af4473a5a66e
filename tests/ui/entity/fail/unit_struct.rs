//! mistake: a unit struct as an entity; cure: write `struct Name { id: Id }`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student;

fn main() {}
