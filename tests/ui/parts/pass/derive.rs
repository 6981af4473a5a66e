//! `#[derive(EntityParts)]`: structs and enums of every shape, nested in each other and in containers,
//! with raw identifiers, under a renamed crate and in a function body, in a crate that denies warnings.
#![deny(missing_docs, warnings)]

use std::collections::BTreeMap;
use std::sync::Arc;

use ecs as framework;
use ecs::prelude::*;

/// A student.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Student {
    /// The identity.
    pub id: Id,
}

/// A seat.
#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Seat {
    /// Nobody.
    Free,
    /// A struct variant with a raw identifier.
    Taken {
        /// Who.
        r#in: Student,
        /// Since when.
        #[serde(default)]
        since: u16,
    },
    /// A tuple variant.
    Shared(Student, Arc<Student>),
    /// A newtype variant.
    Kept(Box<Student>),
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row(Vec<Seat>);

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Nothing;

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(crate = framework)]
struct Pair(Option<Student>, f64);

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Hall {
    id: Id,
    rows: BTreeMap<String, Row>,
    pair: (Pair, Nothing),
}

fn main() -> ecs::Result<()> {
    #[derive(EntityParts, Clone, Serialize, Deserialize)]
    struct Local {
        hall: Hall,
    }

    #[derive(Entity, Clone, Serialize, Deserialize)]
    struct Town {
        id: Id,
        local: Local,
    }

    let student = || Student { id: Id::new() };
    let row = Row(vec![
        Seat::Free,
        Seat::Taken { r#in: student(), since: 2007 },
        Seat::Shared(student(), Arc::new(student())),
        Seat::Kept(Box::new(student())),
    ]);
    let rows = BTreeMap::from([("front".to_owned(), row)]);
    let hall = Hall { id: Id::new(), rows, pair: (Pair(Some(student()), 0.5), Nothing) };
    let world = World::in_memory()?;
    let town = world.insert(Town { id: Id::new(), local: Local { hall } })?;
    for path in [
        "local.hall.rows.front.1.Taken.in",
        "local.hall.rows.front.2.Shared.0",
        "local.hall.rows.front.2.Shared.1",
        "local.hall.rows.front.3.Kept",
        "local.hall.pair.0.0",
    ] {
        world.child::<Student>(&town, path)?;
    }
    Ok(())
}
