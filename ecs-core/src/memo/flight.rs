//! Equal calls at one time run once: the first runs, the others wait for it.
//!
//! A call never waits for an execution that it is inside of, directly or around others that wait: it would wait
//! for itself. It runs instead.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use smallvec::SmallVec;
use tokio::sync::SetOnce;

use super::MemoKey;
use super::kept::Kept;
use crate::entity::{ExecutionId, IdMap};

/// A call that asks to run.
pub(crate) struct Caller {
    pub(crate) execution: ExecutionId,
    /// The executions that it is inside of.
    pub(crate) inside: SmallVec<[ExecutionId; 4]>,
    /// Whether it runs on this thread from its start to its end.
    pub(crate) is_in_place: bool,
}

/// A call that runs, and that others may wait for.
struct Flight {
    execution: ExecutionId,
    /// The thread that it runs on, if it stays there.
    thread: Option<ThreadId>,
    /// What it put out, once it has ended; nothing if it failed.
    landed: SetOnce<Option<Arc<Kept>>>,
}

/// A call that waits.
struct Wait {
    execution: ExecutionId,
    inside: SmallVec<[ExecutionId; 4]>,
    waits_for: ExecutionId,
}

#[derive(Default)]
struct State {
    flights: IdMap<MemoKey, Arc<Flight>>,
    waits: Vec<Wait>,
}

/// The calls that run.
#[derive(Default)]
pub(super) struct Flights(Mutex<State>);

/// What a call does whose result is not kept yet.
pub(super) enum Departure<'f> {
    /// It is the first, and runs.
    First(Lead<'f>),
    /// It runs, beside an equal one that it cannot wait for.
    Beside,
    /// It waits.
    Waits(Waiting<'f>),
}

impl Flights {
    // What happens while the lock is held does not panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call run or wait, unless `look` finds that an equal one has ended by now.
    pub(super) fn depart<K>(
        &self,
        key: &MemoKey,
        caller: &Caller,
        look: impl FnOnce() -> Option<K>,
    ) -> Result<Departure<'_>, K> {
        let mut state = self.state();
        let Some(flight) = state.flights.get(key).cloned() else {
            // A result is kept before its flight ends, so what is not found now is not there.
            if let Some(kept) = look() {
                return Err(kept);
            }
            let thread = caller.is_in_place.then(|| thread::current().id());
            let flight = Arc::new(Flight { execution: caller.execution, thread, landed: SetOnce::new() });
            state.flights.insert(key.clone(), Arc::clone(&flight));
            return Ok(Departure::First(Lead { flights: self, key: key.clone(), flight }));
        };
        if flight.thread == Some(thread::current().id()) || state.would_wait_for_itself(caller, flight.execution) {
            return Ok(Departure::Beside);
        }
        let Caller { execution, ref inside, .. } = *caller;
        state.waits.push(Wait { execution, inside: inside.clone(), waits_for: flight.execution });
        Ok(Departure::Waits(Waiting { flights: self, execution, flight }))
    }

    /// Lets no call that comes from now on wait for one that runs already, nor keep what that one puts out.
    pub(super) fn forget(&self) {
        self.state().flights.clear();
    }
}

impl State {
    /// Whether `runs` cannot end before `caller` does: it is around it, or waits, itself or in a call inside it, for
    /// one of which that is true.
    fn would_wait_for_itself(&self, caller: &Caller, runs: ExecutionId) -> bool {
        let mut reached: SmallVec<[ExecutionId; 8]> = SmallVec::from_slice(&[runs]);
        let mut next = 0;
        while let Some(&execution) = reached.get(next) {
            if caller.inside.contains(&execution) {
                return true;
            }
            for wait in self.waits.iter().filter(|wait| wait.execution == execution || wait.inside.contains(&execution))
            {
                if !reached.contains(&wait.waits_for) {
                    reached.push(wait.waits_for);
                }
            }
            next += 1;
        }
        false
    }
}

/// The right and duty to run for all equal calls. Dropped before it has [landed](Self::land), it lets another run.
pub(crate) struct Lead<'f> {
    flights: &'f Flights,
    key: MemoKey,
    flight: Arc<Flight>,
}

impl Lead<'_> {
    /// Ends the flight with a result for those who wait; `keep` is for those to come, unless it was forgotten
    /// meanwhile.
    pub(super) fn land(self, kept: &Arc<Kept>, keep: impl FnOnce(MemoKey)) {
        let mut state = self.flights.state();
        if state.flights.get(&self.key).is_some_and(|flight| Arc::ptr_eq(flight, &self.flight)) {
            state.flights.remove(&self.key);
            keep(self.key.clone());
        }
        drop(state);
        let is_first = self.flight.landed.set(Some(Arc::clone(kept)));
        debug_assert!(is_first.is_ok(), "a flight lands once");
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let mut state = self.flights.state();
        if state.flights.get(&self.key).is_some_and(|flight| Arc::ptr_eq(flight, &self.flight)) {
            state.flights.remove(&self.key);
        }
        drop(state);
        // Refused if it has landed.
        drop(self.flight.landed.set(None));
    }
}

/// A call that waits for an equal one, until this is dropped.
pub(super) struct Waiting<'f> {
    flights: &'f Flights,
    execution: ExecutionId,
    flight: Arc<Flight>,
}

impl Waiting<'_> {
    /// What the other call put out; nothing if it failed.
    pub(super) async fn landed(&self) -> Option<Arc<Kept>> {
        self.flight.landed.wait().await.clone()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.flights.state().waits.retain(|wait| wait.execution != self.execution);
    }
}
