//! mistake: the result of a call that is not waited for, read at once; cure: write `.await?`, or `.wait()?` in a synchronous function

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
    let alice = raise::call(&world, &alice, 0.1);
    assert!(alice.gpa > 3.5);
    Ok(())
}
