//! mistake: an untyped address as an argument; cure: take a typed one from a handle, `handle.at("field")`, or call by name

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

fn raise_at(world: &World, address: Address) -> ecs::Result<()> {
    raise::call(world, address, 0.1).wait()?;
    Ok(())
}

fn main() {}
