use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn gpa(Student { gpa, .. }: Student) -> f64 {
    gpa
}

fn main() {}
