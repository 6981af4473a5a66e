//! The smallest whole program: one of each kind, typed and by name.

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
    #[config(default = "dean")]
    list: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Standing {
    id: Id,
    qualified: bool,
    margin: f64,
}

#[callable]
fn update_gpa(student: &mut Student, new_gpa: f64) {
    student.gpa = new_gpa;
}

#[callable]
fn standing(student: &Student, honours: &Honours) -> Standing {
    Standing { id: Id::new(), qualified: student.gpa >= honours.threshold, margin: student.gpa - honours.threshold }
}

#[tokio::test]
async fn smoke() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    let alice = update_gpa::call(&world, &alice, 3.8).await?;
    let strict = standing::with(Honours { threshold: 3.9, ..Honours::default() });
    let s = strict.call(&world, &alice).await?;
    assert!(!s.qualified);
    let plain = standing::partial(Honours { threshold: 3.9, ..Honours::default() });
    assert!(!plain(&alice).qualified);
    let by_name = world.execute("standing", args! { student: alice.address(), threshold: 3.7 }).await?;
    println!("{}", by_name.execution());
    println!("{}", world.history(&alice)?);
    Ok(())
}
