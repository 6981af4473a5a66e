//! mistake: a call that is awaited in a synchronous function; cure: write `.wait()?`, or make the function `async`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn raise(student: &mut Student, by: f64) {
    student.gpa += by;
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), gpa: 3.5 })?;
    raise::call(&world, &alice, 0.1).await?;
    Ok(())
}
