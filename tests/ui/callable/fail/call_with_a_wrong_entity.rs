//! mistake: a handle of the wrong entity; cure: give a handle of the parameter's type

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

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Course {
    id: Id,
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), gpa: 3.5 })?;
    let course = world.insert(Course { id: Id::new() })?;
    raise::call(&world, &course, 0.1).wait()?;
    let _ = alice;
    Ok(())
}
