//! Sample types that several test files share.
#![allow(dead_code)]

use ecs::prelude::*;
use serde_json::Value as Json;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Student {
    pub id: Id,
    pub name: String,
    pub gpa: f64,
}

/// A student that was never stored.
pub fn student(name: &str, gpa: f64) -> Student {
    Student { id: Id::new(), name: name.to_owned(), gpa }
}

/// The fields of a version as JSON, without its identity.
pub fn fields(world: &World, ecs_id: EcsId) -> ecs::Result<Json> {
    let mut json = world.resolve(&Address::of_version(ecs_id))?;
    if let Some(fields) = json.as_object_mut() {
        fields.remove("id");
    }
    Ok(json)
}
