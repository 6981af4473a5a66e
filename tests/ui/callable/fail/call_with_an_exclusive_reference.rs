//! mistake: `&mut` at a call site; cure: pass the handle, or the value: a call never changes what you hold

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
    let mut student = (*alice).clone();
    raise::call(&world, &mut student, 0.1).wait()?;
    Ok(())
}
