//! mistake: `partial` of the wrong config; cure: give the callable's config

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Honours {
    id: Id,
    threshold: f64,
}

#[derive(ConfigEntity, Clone, Serialize, Deserialize)]
struct Limits {
    id: Id,
    lowest: f64,
}

#[callable]
fn qualifies(student: &Student, honours: &Honours) -> bool {
    student.gpa >= honours.threshold
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), gpa: 3.5 })?;
    let limits = Limits { id: Id::new(), lowest: 1.0 };
    assert!(qualifies::partial(limits)(&alice));
    Ok(())
}
