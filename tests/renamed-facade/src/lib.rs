//! No crate here is named `ecs`, so a path that the macros write without `crate = …` does not
//! compile; and what they write must be documented and free of warnings.

#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]
#![deny(rust_2018_idioms, unreachable_pub, unused_qualifications, missing_debug_implementations)]

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

/// A count that others are part of.
#[derive(facade::Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(crate = facade)]
pub struct Census {
    /// Which one.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// The first count.
    pub first: Tally,
    /// All counts by their places.
    pub counts: std::collections::BTreeMap<String, Vec<Tally>>,
    /// How the counts were taken.
    pub manner: Manner,
    /// The one before it.
    pub previous: Option<facade::Ref<Census>>,
}

/// How a count was taken.
#[derive(facade::EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(crate = facade)]
pub enum Manner {
    /// Nobody knows.
    Unknown,
    /// By hand.
    ByHand(Tally, u8),
    /// Step by step.
    Stepwise {
        /// The steps.
        steps: Vec<Tally>,
        /// How fast.
        pace: Pace,
    },
}

/// Takes counts into a census.
///
/// # Errors
///
/// If there are none.
#[facade::callable(crate = facade)]
pub async fn take_in(
    census: &mut Census,
    tallies: Vec<Tally>,
    context: &facade::Context,
    #[cfg(not(test))]
    #[default("here")]
    place: &str,
    #[cfg(test)]
    #[default("in a test")]
    place: &str,
) -> Result<(u64, Option<Tally>), std::fmt::Error> {
    if tallies.is_empty() || context.world().callable("take_in").is_err() {
        return Err(std::fmt::Error);
    }
    let sum = tallies.iter().map(|tally| tally.count).sum();
    census.counts.insert(place.to_owned(), tallies);
    std::future::ready(Ok((sum, None))).await
}

/// Counts that only the crate sees.
pub(crate) mod inside {
    use facade::Id;

    /// A count inside.
    #[derive(facade::Entity, Clone, Debug, serde::Serialize, serde::Deserialize)]
    #[entity(crate = facade)]
    pub(crate) struct Inside {
        pub(crate) id: Id,
        pub(crate) held: Option<Box<Inside>>,
    }

    #[facade::callable(crate = facade)]
    pub(crate) fn turn_inside(inside: &mut Inside, by: u8) -> (u8, Vec<Inside>) {
        (by, inside.held.take().map(|held| *held).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use facade::World;

    use super::inside::{Inside, turn_inside};
    use super::{Census, Id, Manner, Pace, Tally, count_by, count_on, read_later, take_in};

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

    #[test]
    fn trees_work_under_a_renamed_facade() -> facade::Result<()> {
        let world = World::in_memory()?;
        let tally = || Tally { id: Id::new(), count: 3 };
        let census = Census {
            id: Id::new(),
            name: "first".to_owned(),
            first: tally(),
            counts: [("there".to_owned(), vec![tally()])].into(),
            manner: Manner::Stepwise { steps: vec![tally()], pace: Pace::default() },
            previous: None,
        };
        let (census, (sum, none)) =
            take_in::call(&world, census, vec![tally(), tally()], facade::Arg::Default).wait()?;
        assert_eq!((sum, none.is_none(), census.counts["in a test"].len()), (6, true, 2));
        let Manner::Stepwise { steps, .. } = &census.manner else { unreachable!("it was stepwise") };
        assert!(steps[0].id.ecs_id().is_some());
        let inside = Inside { id: Id::new(), held: Some(Box::new(Inside { id: Id::new(), held: None })) };
        let (_, (by, held)) = turn_inside::call(&world, inside, 1).wait()?;
        assert_eq!((by, held.len()), (1, 1));
        Ok(())
    }
}

/// Says whether enough was counted. A test gives another callable this name.
#[must_use]
#[facade::callable(crate = facade)]
pub fn accept(points: u64) -> bool {
    points > 3
}
