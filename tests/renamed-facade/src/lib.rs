//! No crate here is named `ecs`, so a path that the macros write without `crate = …` does not
//! compile; and what they write must be documented and free of warnings.

#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

use facade::Id;
use serde::{Deserialize, Serialize};

/// Something counted.
#[derive(facade::Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(crate = facade)]
pub struct Tally {
    /// Which one.
    pub id: Id,
    /// How many.
    pub count: u64,
}

/// How it is counted.
#[derive(facade::ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(crate = facade)]
pub struct Pace {
    /// Which one.
    pub id: Id,
    /// How much at a time.
    #[config(default = 2)]
    pub step: u64,
}

/// Counts on.
#[facade::callable(crate = facade)]
pub fn count_on(tally: &mut Tally, pace: &Pace) {
    tally.count += pace.step;
}

/// Counts on by a plain value.
#[facade::callable(crate = facade)]
pub fn count_by(tally: &mut Tally, #[default(5)] step: u64) -> u64 {
    tally.count += step;
    tally.count
}

/// Reads asynchronously.
#[facade::callable(crate = facade)]
#[allow(clippy::unused_async, reason = "an asynchronous callable need not wait")]
pub async fn read_later(tally: &Tally) -> u64 {
    tally.count
}

/// Reads on the blocking pool.
#[facade::callable(crate = facade, blocking, name = "read.slowly")]
#[must_use]
pub fn read_slowly(tally: &Tally, labels: &[String]) -> Vec<String> {
    labels.iter().map(|label| format!("{label}: {}", tally.count)).collect()
}

#[cfg(test)]
mod tests {
    use facade::World;

    use super::{Id, Pace, Tally, count_by, count_on, read_later};

    #[test]
    fn callables_work_under_a_renamed_facade() -> facade::Result<()> {
        let world = World::in_memory()?;
        let tally = world.insert(Tally { id: Id::new(), count: 0 })?;
        let tally = count_on::with(Pace::default()).call(&world, &tally).wait()?;
        let (tally, count) = count_by::call(&world, &tally, facade::Arg::Default).wait()?;
        assert_eq!((tally.count, count), (7, 7));
        assert_eq!(read_later::call(&world, &tally).wait()?, 7);
        assert!(world.callable("read.slowly").is_ok());
        Ok(())
    }
}

/// Says whether enough was counted. A test gives another callable this name.
#[must_use]
#[facade::callable(crate = facade)]
pub fn accept(points: u64) -> bool {
    points > 3
}
