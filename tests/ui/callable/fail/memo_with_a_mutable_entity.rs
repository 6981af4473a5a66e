//! mistake: `memo` with an entity behind `&mut`; cure: take it as `&` and return what is computed as something new, or leave `memo` out

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable(memo)]
fn raise(student: &mut Student, step: f64) {
    student.gpa += step;
}

fn main() {
    let world = World::in_memory().unwrap();
    let alice = world.insert(Student { id: Id::new(), gpa: 3.5 }).unwrap();
    raise::call(&world, &alice, 0.1).wait().unwrap();
}
