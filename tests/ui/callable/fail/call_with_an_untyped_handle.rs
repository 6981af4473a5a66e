//! mistake: a handle of which the type is not known; cure: downcast it first

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

fn raise_any(world: &World, any: &AnyStored) -> ecs::Result<()> {
    raise::call(world, any, 0.1).wait()?;
    Ok(())
}

fn main() {}
