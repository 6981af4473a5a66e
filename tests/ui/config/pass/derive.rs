//! `#[derive(ConfigEntity)]`: defaults, the `Default` made from them, a stable name, a renamed crate.
#![deny(missing_docs, warnings)]

use ecs as framework;
use ecs::prelude::*;

const LOWEST: f64 = 1.0;

/// Where every field has a default, there is a `Default`.
#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Honours {
    /// The identity.
    pub id: Id,
    #[config(default = 3.7)]
    threshold: f64,
    #[config(default = LOWEST.max(0.5))]
    lowest: f64,
    #[config(default = "dean")]
    list: String,
    #[config(default = "spring")]
    term: Option<String>,
    #[config(default = vec![1, 2])]
    years: Vec<u8>,
}

/// Where one has none, there is not, so that it can be written by hand.
#[derive(ConfigEntity, Clone, Debug, Serialize, Deserialize)]
#[entity(name = "limits", crate = framework)]
struct Limits {
    id: Id,
    lowest: f64,
    #[config(default = 4.0)]
    highest: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { id: Id::new(), lowest: 0.0, highest: 4.0 }
    }
}

fn main() -> ecs::Result<()> {
    let honours = Honours::default();
    assert_eq!((honours.threshold, honours.lowest, honours.list.as_str()), (3.7, 1.0, "dean"));
    assert_eq!((honours.term.as_deref(), honours.years.as_slice()), (Some("spring"), [1, 2].as_slice()));
    let world = World::in_memory()?;
    world.insert(honours)?;
    let limits = world.insert(Limits::default())?;
    assert!(limits.lowest < limits.highest);
    Ok(())
}
