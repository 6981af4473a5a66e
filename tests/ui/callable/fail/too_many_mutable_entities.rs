//! mistake: more than six entities as `&mut`; cure: take the others by value, and return them

use ecs::prelude::*;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[callable]
fn swap(a: &mut Student, b: &mut Student, c: &mut Student, d: &mut Student, e: &mut Student, f: &mut Student, g: &mut Student) {
    a.gpa = b.gpa + c.gpa + d.gpa + e.gpa + f.gpa + g.gpa;
}

fn main() {}
