//! What becomes of the calls of a batch, from the workers to who gives it out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};

use crate::error::Result;

/// The results of calls that were pulled, in the order of the calls.
pub(super) struct Results<T>(Mutex<State<T>>);

struct State<T> {
    /// Those that were not taken, the next one first; `None` where a call is not done.
    pulled: VecDeque<Option<Result<T>>>,
    /// The position in the batch of the first of them.
    first: usize,
    /// How many of them are done.
    done: usize,
    /// How many workers there are to do the others.
    workers: usize,
    waiting: Option<Waiting>,
}

/// Who waits until so many are done, and the next is among them.
struct Waiting {
    done: usize,
    waker: Waker,
}

impl<T> State<T> {
    /// Whether what somebody waits for is there, or will never be.
    fn is_enough(&self) -> bool {
        let is_next_done = matches!(self.pulled.front(), Some(Some(_)));
        let is_there = |waiting: &Waiting| is_next_done && self.done >= waiting.done;
        self.workers == 0 || self.waiting.as_ref().is_some_and(is_there)
    }
}

impl<T> Results<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State { pulled: VecDeque::new(), first: 0, done: 0, workers: 0, waiting: None }))
    }

    /// Makes room for the result of one more call.
    pub(super) fn expect_one(&self) {
        self.state().pulled.push_back(None);
    }

    /// Moves the next results that are there to `taken`; if there are none, waits until `done` are. `false`
    /// if there will be none, for there are no workers.
    pub(super) fn poll_take(
        &self,
        taken: &mut VecDeque<Result<T>>,
        done: usize,
        task: &mut TaskContext<'_>,
    ) -> Poll<bool> {
        let mut state = self.state();
        let before = taken.len();
        while let Some(next) = state.pulled.front_mut()
            && let Some(result) = next.take()
        {
            state.pulled.pop_front();
            taken.push_back(result);
        }
        let new = taken.len() - before;
        state.first += new;
        state.done -= new;
        if new > 0 || state.workers == 0 {
            return Poll::Ready(new > 0);
        }
        state.waiting = Some(Waiting { done, waker: task.waker().clone() });
        Poll::Pending
    }

    pub(super) fn put(&self, index: usize, result: Result<T>) {
        let mut state = self.state();
        let at = index - state.first;
        state.pulled[at] = Some(result);
        state.done += 1;
        wake(state);
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that can panic is done while it is locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes who waits, if there is enough for it, when nothing is locked any more.
fn wake<T>(mut state: MutexGuard<'_, State<T>>) {
    let woken = if state.is_enough() { state.waiting.take() } else { None };
    drop(state);
    if let Some(Waiting { waker, .. }) = woken {
        waker.wake();
    }
}

/// That there is a worker, as long as it is held.
pub(super) struct Present<T>(Arc<Results<T>>);

impl<T> Present<T> {
    pub(super) fn new(results: &Arc<Results<T>>) -> Self {
        results.state().workers += 1;
        Self(Arc::clone(results))
    }

    pub(super) fn results(&self) -> &Results<T> {
        &self.0
    }
}

impl<T> Drop for Present<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.workers -= 1;
        wake(state);
    }
}
