//! mistake: a reference put into a world; cure: give the value itself, or a clone of it

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let student = Student { id: Id::new(), gpa: 3.5 };
    world.insert(&student)?;
    Ok(())
}
