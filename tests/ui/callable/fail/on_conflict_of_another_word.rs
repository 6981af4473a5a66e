//! mistake: an `on_conflict` that is none of the three; cure: `Fail`, `Retry(5)` or `Branch`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable(on_conflict = Again)]
fn raise(student: &mut Student) {
    student.gpa += 0.1;
}

fn main() {
    let world = World::in_memory().unwrap();
    let alice = world.insert(Student { id: Id::new(), gpa: 3.5 }).unwrap();
    raise::call(&world, &alice).wait().unwrap();
}
