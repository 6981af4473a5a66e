//! mistake: an `Rc` as a result; cure: return the value itself

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn shared(student: &Student) -> std::rc::Rc<f64> {
    student.gpa.into()
}

#[callable]
async fn shared_later(student: &Student) -> std::rc::Rc<f64> {
    student.gpa.into()
}

fn main() {}
