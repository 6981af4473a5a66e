//! mistake: a tuple struct as an entity; cure: give the fields names

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student(Id, String);

fn main() {}
