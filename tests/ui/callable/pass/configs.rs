//! Configs: one, several, beside values, alone; bound with `with`, and with `partial` for plain code.
#![deny(warnings)]

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.0)]
    threshold: f64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Bonus {
    id: Id,
    #[config(default = 0.5)]
    points: f64,
}

#[callable]
fn qualifies(student: &Student, honours: &Honours) -> bool {
    student.gpa >= honours.threshold
}

#[callable]
fn owned_config(student: &mut Student, bonus: Bonus, times: f64) {
    student.gpa += bonus.points * times;
}

#[callable]
fn several_configs(student: &Student, honours: &Honours, bonus: &Bonus) -> bool {
    student.gpa + bonus.points >= honours.threshold
}

#[callable]
fn config_alone(honours: &Honours) -> f64 {
    honours.threshold
}

#[callable]
async fn qualifies_later(student: &Student, honours: &Honours) -> bool {
    student.gpa >= honours.threshold
}

#[callable]
fn raise(student: &mut Student, by: f64) {
    student.gpa += by;
}

#[tokio::main]
async fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), gpa: 2.5 })?;
    let low = Honours { threshold: 2.0, ..Honours::default() };
    assert!(!qualifies::call(&world, &alice, Honours::default()).await?);
    assert!(qualifies::with(low.clone()).call(&world, &alice).await?);
    assert!(qualifies::partial(low.clone())(&alice));
    assert!(several_configs::with((Honours::default(), Bonus::default())).call(&world, &alice).await?);
    assert!(several_configs::partial((Honours::default(), Bonus::default()))(&alice));
    assert_eq!(config_alone::with(low.clone()).call(&world).await?, 2.0);
    assert!(qualifies_later::with(low.clone()).call(&world, &alice).await?);
    assert!(qualifies_later::partial(low).call(&alice).await);
    let alice = owned_config::with(Bonus::default()).call(&world, &alice, 2.0).await?;
    assert_eq!(alice.gpa, 3.5);
    assert_eq!(raise::with(0.5).call(&world, &alice).await?.gpa, 4.0);
    let mut copy = Student::clone(&alice);
    raise::partial(0.5)(&mut copy);
    assert_eq!(copy.gpa, 4.0);
    Ok(())
}
