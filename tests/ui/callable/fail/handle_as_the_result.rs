//! mistake: a handle as the result; cure: return the entity itself: the caller gets a handle to it

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn enroll(context: &Context, gpa: f64) -> ecs::Result<Stored<Student>> {
    context.insert(Student { id: Id::new(), gpa })
}

fn main() {}
