//! mistake: mistakes in items that are used elsewhere, each told once; cure: mend each

use ecs::prelude::*;
mod inner {
    use ecs::prelude::*;
    #[callable]
    pub fn gpa(weight: *const f64) -> f64 {
        f64::from(weight.is_null())
    }
    #[derive(Entity, Clone, Serialize, Deserialize)]
    pub struct Student<T> {
        pub id: Id,
        pub gpa: T,
    }
    #[derive(ConfigEntity, Clone, Serialize, Deserialize)]
    pub struct Honours {
        pub id: Id,
        #[config(defualt = 3.0)]
        pub threshold: f64,
    }
}
use inner::{Honours, Student, gpa};
#[callable]
fn uses(student: &Student<f64>, honours: &Honours) -> f64 {
    student.gpa * honours.threshold
}
async fn other(world: &World) -> ecs::Result<f64> {
    let s = world.insert(Student { id: Id::new(), gpa: 1.0 })?;
    let t: f64 = uses::call(world, &s, Honours::default()).await?;
    let x: f64 = gpa::call(world, std::ptr::null()).await? + t;
    let b = gpa::with(1.0);
    Ok(x + b.call(world).await?)
}
fn main() {}
