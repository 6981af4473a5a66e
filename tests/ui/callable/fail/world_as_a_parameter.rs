//! mistake: the world as a parameter; cure: take `&Context`: it calls, reads and stores like the world

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn newest_gpa(world: &World, student: &Student) -> ecs::Result<f64> {
    Ok(world.head::<Student>(student.id.lineage_id())?.gpa)
}

fn main() {}
