//! mistake: a plain value put into a world; cure: derive `Entity` for it, or hold it in an entity

use ecs::prelude::*;

#[derive(Clone, Serialize, Deserialize)]
struct Weather {
    degrees: f64,
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    world.insert(Weather { degrees: 20.0 })?;
    Ok(())
}
