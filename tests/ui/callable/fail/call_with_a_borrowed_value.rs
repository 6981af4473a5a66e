//! mistake: a reference to a value as an argument; cure: pass the value, or a clone of it, or a handle

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
    let alice = Student { id: Id::new(), gpa: 3.5 };
    raise::call(&world, &alice, 0.1).wait()?;
    Ok(())
}
