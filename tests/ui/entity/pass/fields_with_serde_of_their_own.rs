//! A field of a foreign type says itself how it goes through serde.

use ecs::prelude::*;

#[derive(Clone)]
struct Degrees(f64);

mod degrees {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Degrees;

    pub fn serialize<S: Serializer>(degrees: &Degrees, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(degrees.0)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Degrees, D::Error> {
        f64::deserialize(deserializer).map(Degrees)
    }
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Weather {
    id: Id,
    #[serde(with = "degrees")]
    degrees: Degrees,
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let weather = world.insert(Weather { id: Id::new(), degrees: Degrees(20.0) })?;
    assert_eq!(weather.degrees.0, 20.0);
    Ok(())
}
