//! The memo: results of callables that say `#[callable(memo)]`, kept for equal calls.
//!
//! `code` says which code counts, `build` is the fingerprint of all of it, `key` what makes two calls equal,
//! `kept` one result, `cache` how many are kept, `flight` that equal calls at one time run once. How a call
//! looks here first is in `execute/memo.rs`.

mod build;
mod cache;
mod code;
mod flight;
mod kept;
mod key;
mod statistics;

use std::fmt;
use std::sync::Arc;

use self::cache::Cache;
pub(crate) use self::cache::Limits;
pub use self::code::{Code, Fingerprinted, MemoCode};
pub(crate) use self::flight::{Caller, Lead};
use self::flight::{Departure, Flights};
pub(crate) use self::kept::Kept;
pub(crate) use self::key::MemoKey;
pub use self::statistics::MemoStatistics;
use self::statistics::{Counters, count};
use crate::entity::{EcsId, ExecutionId, Moment};
use crate::error::Result;
use crate::world::World;

/// The results that a world keeps.
pub(crate) struct Memos {
    cache: Cache,
    flights: Flights,
    counters: Counters,
}

/// How a call goes on.
pub(crate) enum Turn<'m> {
    /// With what an equal one put out.
    Reuse(Arc<Kept>),
    /// It runs; for all equal ones, if it is the first.
    Run(Option<Lead<'m>>),
}

impl Memos {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { cache: Cache::new(limits), flights: Flights::default(), counters: Counters::default() }
    }

    /// Finds the result of an equal call.
    pub(crate) fn find(&self, key: &MemoKey, moment: Moment) -> Option<Arc<Kept>> {
        self.cache.get(key).map(|kept| self.hit(kept, moment))
    }

    /// Finds the result of an equal call, waits for one that runs, or lets this one run.
    pub(crate) async fn turn<'m>(&'m self, key: &MemoKey, moment: Moment, caller: Caller) -> Turn<'m> {
        loop {
            match self.flights.depart(key, &caller, || self.cache.get(key)) {
                Err(kept) => return Turn::Reuse(self.hit(kept, moment)),
                Ok(Departure::First(lead)) => return self.miss(Some(lead)),
                Ok(Departure::Beside) => return self.miss(None),
                Ok(Departure::Waits(waiting)) => {
                    count(&self.counters.waits, 1);
                    if let Some(kept) = waiting.landed().await {
                        return Turn::Reuse(self.hit(kept, moment));
                    }
                }
            }
        }
    }

    fn hit(&self, kept: Arc<Kept>, moment: Moment) -> Arc<Kept> {
        count(&self.counters.hits, 1);
        kept.use_at(moment);
        kept
    }

    fn miss<'m>(&self, lead: Option<Lead<'m>>) -> Turn<'m> {
        count(&self.counters.misses, 1);
        Turn::Run(lead)
    }

    /// Keeps what the first of equal calls put out, and hands it to those that wait.
    pub(crate) fn keep(&self, lead: Lead<'_>, kept: Kept) {
        let kept = Arc::new(kept);
        kept.use_at(Moment::now());
        let fits = self.cache.fits(&kept);
        lead.land(&kept, |key| {
            if fits {
                self.cache.insert(key, Arc::clone(&kept));
            }
        });
        if fits {
            count(&self.counters.evictions, self.cache.make_room() as u64);
        } else {
            self.not_kept();
        }
    }

    /// Counts a call that succeeded and cannot be kept.
    pub(crate) fn not_kept(&self) {
        count(&self.counters.not_kept, 1);
    }

    fn forget(&self, is_forgotten: impl Fn(&Kept) -> bool) -> usize {
        // What runs now may have begun before the reason to forget.
        self.flights.forget();
        self.cache.remove(is_forgotten)
    }
}

/// The memo of a world: the results of its callables that say `#[callable(memo)]`, kept for equal calls.
///
/// Everything else about them is on the page on memos of the guide. What is forgotten here is computed again
/// when it is next asked for; a call that runs meanwhile is not kept. Nothing is taken from the record.
///
/// ```standalone_crate
/// use ecs::prelude::*;
///
/// #[callable(memo)]
/// fn square(x: u64) -> u64 { x * x }
///
/// let world = World::in_memory()?;
/// let computed = world.execute("square", args! { x: 12 }).wait()?;
/// let reused = world.execute("square", args! { x: 12 }).wait()?;
/// assert_eq!(reused.execution().reused(), Some(computed.execution().id));
/// assert_eq!((world.memo().statistics().hits, world.memo().statistics().misses), (1, 1));
///
/// assert_eq!(world.memo().forget_callable("square")?, 1);
/// assert_eq!(world.execute("square", args! { x: 12 }).wait()?.execution().reused(), None);
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Memo<'w> {
    world: &'w World,
}

impl<'w> Memo<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        Self { world }
    }

    fn memos(&self) -> &'w Memos {
        self.world.memos()
    }

    /// How it has fared.
    #[must_use]
    pub fn statistics(&self) -> MemoStatistics {
        let Memos { cache, counters, .. } = self.memos();
        counters.statistics(cache.entries(), cache.bytes())
    }

    /// Forgets every result of a callable; tells how many those were.
    ///
    /// # Errors
    ///
    /// `unknown-callable`, with the name most like the one given.
    pub fn forget_callable(&self, name: &str) -> Result<usize> {
        let name = self.world.registry().callable(name)?.name;
        Ok(self.memos().forget(|kept| kept.execution.callable() == name))
    }

    /// Forgets every result that was computed from an entity or a config with the content of this version; tells
    /// how many those were.
    ///
    /// # Errors
    ///
    /// `unknown-version`.
    pub fn forget_input(&self, version: impl Into<EcsId>) -> Result<usize> {
        let content = self.world.version(version.into())?.content_hash();
        Ok(self.memos().forget(|kept| kept.is_of_input(content)))
    }

    /// Forgets the result that an execution computed or reused; tells how many those were.
    ///
    /// # Errors
    ///
    /// `unknown-execution`.
    pub fn forget_execution(&self, execution: ExecutionId) -> Result<usize> {
        let execution = self.world.execution(execution)?;
        let computed = execution.reused().unwrap_or(execution.id);
        Ok(self.memos().forget(|kept| kept.execution.id == computed))
    }

    /// Forgets every result, and the statistics.
    pub fn clear(&self) {
        self.memos().forget(|_| true);
        self.memos().counters.clear();
    }
}

impl fmt::Debug for Memo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Memo").field(&self.statistics()).finish()
    }
}
