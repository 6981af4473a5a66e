//! mistake: a type in `uses`; cure: name functions

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable(memo(uses(Student)))]
fn grade(student: &Student) -> f64 {
    student.gpa
}

fn main() {
    let world = World::in_memory().unwrap();
    grade::call(&world, Student { id: Id::new(), gpa: 3.5 }).wait().unwrap();
}
