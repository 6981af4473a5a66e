//! mistake: an address of the wrong type; cure: give the address of what the parameter takes

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
    let honours = world.insert(Honours { id: Id::new(), threshold: 3.7 })?;
    qualifies::call(&world, honours.at::<f64>("threshold"), &honours).wait()?;
    Ok(())
}
