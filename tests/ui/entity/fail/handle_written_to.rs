//! mistake: a version that is written to through its handle; cure: change it with a callable, or commit a changed clone

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let mut student = world.insert(Student { id: Id::new(), gpa: 3.5 })?;
    student.gpa = 4.0;
    Ok(())
}
