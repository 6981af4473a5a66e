//! mistake: a mistake in a struct that is used elsewhere, told once; cure: mend the struct

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    name: String,
}

#[callable]
fn rename(student: &mut Student, name: String) {
    student.name = name;
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { name: "Alice".to_owned() })?;
    rename::call(&world, &alice, "Bob".to_owned()).wait()?;
    Ok(())
}
