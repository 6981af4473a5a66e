//! A type that counts its versions; an upgrade is any path to a function, and fails as it likes.

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(version = 1)]
struct First {
    id: Id,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(name = "pupil", version = 2, upgrade = Self::upgrade)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(Deserialize)]
struct Old {
    grade: u8,
}

impl Student {
    fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
        Ok(Self { id: old.id(), gpa: f64::from(old.read::<Old>()?.grade) })
    }
}

mod upgrades {
    pub fn of<T>(_: ecs::Old) -> Result<T, &'static str> {
        Err("there were none")
    }
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(version = 4_000_000_000, upgrade = crate::upgrades::of)]
struct Course {
    id: Id,
    student: Student,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(version = 3, upgrade = Box::fail)]
struct Limit {
    id: Id,
    most: u8,
}

trait Fail: Sized {
    fn fail(old: ecs::Old) -> Result<Limit, Box<dyn std::error::Error + Send + Sync>>;
}

impl Fail for Box<u8> {
    fn fail(_: ecs::Old) -> Result<Limit, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Limit { id: Id::new(), most: "no number".parse()? })
    }
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    world.insert(First { id: Id::new() })?;
    let course = world.insert(Course { id: Id::new(), student: Student { id: Id::new(), gpa: 1.0 } })?;
    assert_eq!(course.erase().entity_type().version(), 4_000_000_000);
    assert_eq!(world.insert(Limit { id: Id::new(), most: 1 })?.erase().entity_type().version(), 3);
    Ok(())
}
