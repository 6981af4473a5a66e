//! What a call does when another commit came first.

/// What a call does when another commit moved a head that it started from.
///
/// It is said for a world ([`WorldBuilder::on_conflict`](crate::WorldBuilder::on_conflict)), for a callable
/// (`#[callable(on_conflict = Retry(5))]`) and for one call ([`Call::on_conflict`](crate::Call::on_conflict));
/// the narrowest that is said counts.
///
/// ```standalone_crate
/// # use ecs::prelude::*;
/// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// # struct Counter { id: Id, count: u64 }
/// #[callable]
/// fn increment(counter: &mut Counter) { counter.count += 1; }
///
/// let world = World::in_memory()?;
/// let zero = world.insert(Counter { id: Id::new(), count: 0 })?;
/// increment::call(&world, &zero).wait()?;
///
/// // `zero` is no longer the head.
/// assert_eq!(increment::call(&world, &zero).wait().unwrap_err().code(), "conflict");
/// let two = increment::call(&world, &zero).on_conflict(OnConflict::Retry(1)).wait()?;
/// let branch = increment::call(&world, &zero).on_conflict(OnConflict::Branch).wait()?;
/// assert_eq!((two.count, branch.count), (2, 1));
/// assert_eq!(world.heads::<Counter>(&zero)?, [two, branch]);
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnConflict {
    /// The call fails with the error `conflict`, and nothing of it is written but the failed execution.
    #[default]
    Fail,
    /// The call binds its entities of the contested lineages to their newest heads and runs again, at most
    /// so many times; then it fails.
    ///
    /// It stays one execution, whose record says how often it ran again. What the function called through
    /// its `&Context` in an attempt that was lost has committed, and stays. Plain values and configs are
    /// those that were bound first. An entity given as a changed value is never bound to another version:
    /// the value was read from one version, and a newer one may say something else.
    Retry(u32),
    /// Both versions are kept: the lineage has one more head, and this is the newest.
    Branch,
}
