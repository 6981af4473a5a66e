//! `#[derive(Entity)]`: plain, with a stable name, under a renamed crate, with raw identifiers,
//! in a module and in a function body, in a crate that denies warnings and missing docs.
#![deny(missing_docs, warnings)]

use ecs as framework;
use ecs::prelude::*;

/// A student.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Student {
    /// The identity.
    pub id: Id,
    /// The name.
    pub name: String,
    /// A raw identifier.
    pub r#type: Option<f64>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(name = "school.course")]
struct Course {
    identity: ecs::Id,
    #[serde(default)]
    credits: u8,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(crate = framework)]
struct Room {
    id: Id,
}

mod inner {
    #[derive(ecs::Entity, Clone, serde::Serialize, serde::Deserialize)]
    pub(super) struct Building {
        pub(super) id: ecs::Id,
    }
}

fn main() -> ecs::Result<()> {
    #[derive(Entity, Clone, Serialize, Deserialize)]
    struct Local {
        id: Id,
    }

    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), name: "Alice".to_owned(), r#type: Some(3.5) })?;
    assert_eq!(world.read(&alice.at::<Option<f64>>("type"))?, Some(3.5));
    let course = world.insert(Course { identity: Id::new(), credits: 3 })?;
    assert_eq!(course.credits, 3);
    world.insert(Room { id: Id::new() })?;
    world.insert(inner::Building { id: Id::new() })?;
    world.insert(Local { id: Id::new() })?;
    Ok(())
}
