//! mistake: `Self` in a callable; cure: move it out of the `impl`, and name the type

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

impl Student {
    #[callable]
    fn best(students: Vec<Self>) -> Option<Self> {
        students.into_iter().next()
    }
}

fn main() {}
