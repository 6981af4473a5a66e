//! mistake: a callable in an `impl`; cure: move it out, next to the `impl`

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

impl Student {
    #[callable]
    fn grade(points: f64) -> f64 {
        points / 10.0
    }
}

fn main() {}
