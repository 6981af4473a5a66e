use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn gpa(student: &Student, weight: *const f64) -> f64 {
    student.gpa * f64::from(weight.is_null())
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), gpa: 3.5 })?;
    let weight = 1.0;
    gpa::call(&world, &alice, &raw const weight).wait()?;
    gpa::with(1.0).call(&world, &alice).wait()?;
    Ok(())
}
