//! mistake: a call without its config; cure: pass the config where the function takes it, or bind it with `with`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    threshold: f64,
}

#[callable]
fn qualifies(student: &Student, honours: &Honours) -> bool {
    student.gpa >= honours.threshold
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), gpa: 3.5 })?;
    qualifies::call(&world, &alice).wait()?;
    Ok(())
}
