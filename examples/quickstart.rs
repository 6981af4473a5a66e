//! The shortest tour: an entity, a config, two callables, and the history that comes of it.

#![allow(clippy::print_stdout, reason = "an example shows its results on the terminal")]

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

/// A mutation: its signature says so.
#[callable]
fn update_gpa(student: &mut Student, new_gpa: f64) {
    student.gpa = new_gpa;
}

/// Reads one entity and creates another; `Honours` is config by its type.
#[callable]
fn standing(student: &Student, honours: &Honours) -> Standing {
    Standing { id: Id::new(), qualified: student.gpa >= honours.threshold, margin: student.gpa - honours.threshold }
}

#[tokio::main]
async fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;

    // The typed call: `alice` is now a handle to the new version.
    let alice = update_gpa::call(&world, &alice, 3.8).await?;

    // A config bound once, for as many calls as follow.
    let strict = standing::with(Honours { threshold: 3.9, ..Honours::default() });
    let strictly = strict.call(&world, &alice).await?;

    // By name, with an address, and the config built from the arguments named like its fields.
    let by_name = world.execute("standing", args! { student: alice.address(), threshold: 3.7 }).await?;
    let mildly = by_name.output::<Standing>(0)?;

    println!("{} qualifies strictly: {}, mildly: {}", alice.name, strictly.qualified, mildly.qualified);
    println!("\nWhat became of {}\n\n{}", alice.name, world.history(&alice)?);
    println!("\nHow the second standing came about\n\n{}", world.history(&mildly)?);
    println!("\n{}", by_name.execution());
    Ok(())
}
