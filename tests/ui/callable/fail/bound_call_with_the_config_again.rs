//! mistake: the config given again to a call that has it bound; cure: leave it out of `call`

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
    let honours = Honours { id: Id::new(), threshold: 3.7 };
    qualifies::with(honours.clone()).call(&world, &alice, honours).wait()?;
    Ok(())
}
