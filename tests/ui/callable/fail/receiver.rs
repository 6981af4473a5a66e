use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

impl Student {
    #[callable]
    fn raise(&mut self) {
        self.gpa += 0.1;
    }
}

fn main() {}
