use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

struct Weather;

#[callable]
fn both(student: &Student) -> Result<(Student, Weather), String> {
    Ok((student.clone(), Weather))
}

fn main() {}
