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

use std::sync::Arc;

use self::cache::Cache;
pub(crate) use self::cache::Limits;
pub use self::code::{Code, Fingerprinted, MemoCode};
pub(crate) use self::flight::{Caller, Lead};
use self::flight::{Departure, Flights};
pub(crate) use self::kept::{Kept, KeptOutput};
pub(crate) use self::key::MemoKey;
pub use self::statistics::MemoStatistics;
use self::statistics::{Counters, count};
use crate::entity::Moment;

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

    pub(crate) fn forget(&self, is_forgotten: impl Fn(&Kept) -> bool) -> usize {
        // What runs now may have begun before the reason to forget.
        self.flights.forget();
        self.cache.remove(is_forgotten)
    }

    pub(crate) fn statistics(&self) -> MemoStatistics {
        self.counters.statistics(self.cache.entries(), self.cache.bytes())
    }

    /// Forgets everything, the statistics included.
    pub(crate) fn clear(&self) {
        self.forget(|_| true);
        self.counters.clear();
    }
}
