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
