//! mistake: a field that is not `Send + Sync + 'static`; cure: hold the value itself, or `Arc` in place of `Rc`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: std::rc::Rc<f64>,
}

fn main() {}
