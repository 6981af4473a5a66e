//! mistake: a result that borrows; cure: return the owned type

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn shown(student: &Student) -> std::borrow::Cow<'_, str> {
    student.gpa.to_string().into()
}

fn main() {}
