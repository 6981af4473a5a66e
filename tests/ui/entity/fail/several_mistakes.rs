//! mistake: several mistakes in one struct, all told at once; cure: mend each

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(title = "student")]
struct Student {
    #[serde(skip)]
    name: String,
}

fn main() {}
