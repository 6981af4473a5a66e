//! mistake: a method as a callable; cure: move it out of the `impl`, and take the entity as a parameter

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
