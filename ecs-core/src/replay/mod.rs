//! Running a recorded execution again, to see whether it gives the same.
//!
//! A replay is a call like any other, on the one path, in a world over the real one: it reads what is there,
//! and what it writes goes no further (`overlay`). Its slots are filled from the record (`restore`), and
//! what came of it is compared with the record (`compare`), but for the ids of what both made (`alike`).

mod alike;
mod all;
mod call;
mod compare;
mod difference;
mod outcome;
mod overlay;
mod pairs;
mod reason;
mod restore;
mod run;

use crate::entity::ExecutionId;
use crate::filter::ExecutionFilter;
use crate::world::World;

pub use self::all::{ReplayAll, ReplaySummary};
pub use self::call::ReplayCall;
pub use self::difference::{Difference, EntityDifference, FieldDifference, OutputDifference};
pub use self::outcome::{Replay, ReplayOutcome};
use self::overlay::Overlay;
pub use self::reason::NotReplayable;

impl World {
    /// Runs a recorded execution again, from its recorded inputs and configs, and tells whether it gives the
    /// same. Nothing of it is seen in this world, whatever the function calls or stores.
    ///
    /// # Errors
    ///
    /// Awaiting it fails with `unknown-execution`, with `cancelled` if a token of
    /// [`cancel_on`](ReplayCall::cancel_on) stopped it, or if the store cannot be read. That an execution
    /// cannot be replayed is no error, but its [outcome](ReplayOutcome::NotReplayable).
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// let raised = raise::call(&world, &alice, 0.25).wait()?;
    /// let replay = world.replay(raised.execution_id().unwrap()).wait()?;
    /// assert!(replay.is_identical());
    /// assert_eq!(world.head::<Student>(&alice)?, raised); // nothing was written
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn replay(&self, execution_id: ExecutionId) -> ReplayCall<'_> {
        ReplayCall::new(self, execution_id)
    }

    /// Replays every execution that fits a filter, one after the other, and sums up what came of it.
    ///
    /// An execution that was called from inside another is replayed as well, on its own.
    ///
    /// # Errors
    ///
    /// Awaiting it fails if the store cannot be read.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// let once = raise::call(&world, &alice, 0.25).wait()?;
    /// raise::call(&world, &once, 0.25).wait()?;
    /// let summary = world.replay_all(&ExecutionFilter::new().callable("raise")).wait()?;
    /// assert_eq!(summary.to_string(), "2 executions: 2 identical");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn replay_all(&self, filter: &ExecutionFilter) -> ReplayAll<'_> {
        ReplayAll::new(self, filter.clone())
    }
}
