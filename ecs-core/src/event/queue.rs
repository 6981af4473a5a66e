//! The bounded queue of one subscriber.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};

use super::statistics::Tally;
use super::{Event, EventKind};

/// Events on their way to one subscriber. Putting one in never waits: if there is no room, the oldest
/// makes way and is counted.
pub(crate) struct Queue {
    tally: Arc<Tally>,
    capacity: usize,
    /// Whether a handler takes the events: it can be waited for, and what it does may lead to the next event.
    is_handled: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    events: VecDeque<Event>,
    /// What stands in the place of the events that made way.
    missed: Option<Event>,
    /// Whoever waits for the next event; a queue has one reader.
    reader: Option<Waker>,
    is_closed: bool,
}

impl Queue {
    pub(crate) fn new(tally: Arc<Tally>, capacity: usize, is_handled: bool) -> Self {
        Self { tally, capacity: capacity.max(1), is_handled, state: Mutex::default() }
    }

    pub(crate) fn is_handled(&self) -> bool {
        self.is_handled
    }

    // What others may have put code into is woken or dropped when it is not locked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, event: Event) {
        let mut state = self.state();
        if state.is_closed {
            return;
        }
        let mut oldest = None;
        if state.events.len() == self.capacity {
            oldest = state.events.pop_front();
        } else if self.is_handled {
            self.tally.begin();
        }
        if let Some(oldest) = &oldest {
            self.tally.note_missed();
            let before = state.missed.take().map_or(0, |missed| missed.missed_count());
            state.missed = Some(oldest.as_missed(before + 1));
        }
        state.events.push_back(event);
        let reader = state.reader.take();
        drop(state);
        drop(oldest);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// The next event, if there is one already.
    pub(crate) fn try_next(&self) -> Option<Event> {
        self.state().take(&self.tally)
    }

    /// The next event; none once the queue is closed and empty.
    pub(crate) fn poll_next(&self, task: &TaskContext<'_>) -> Poll<Option<Event>> {
        let mut state = self.state();
        if let Some(event) = state.take(&self.tally) {
            return Poll::Ready(Some(event));
        }
        if state.is_closed {
            return Poll::Ready(None);
        }
        let before = state.reader.replace(task.waker().clone());
        drop(state);
        drop(before);
        Poll::Pending
    }

    pub(crate) async fn next(&self) -> Option<Event> {
        poll_fn(|task| self.poll_next(task)).await
    }

    /// Takes no more events. A stream still gets those that are there; a handler, which has no world to
    /// work on or is no longer wanted, does not.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let reader = state.reader.take();
        let mut abandoned = VecDeque::new();
        if self.is_handled {
            abandoned = std::mem::take(&mut state.events);
            state.missed = None;
        }
        drop(state);
        self.tally.end(abandoned.len());
        drop(abandoned);
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

impl State {
    fn take(&mut self, tally: &Tally) -> Option<Event> {
        let event = self.missed.take().or_else(|| self.events.pop_front());
        if event.is_some() {
            tally.note_delivered();
        }
        event
    }
}

impl Event {
    /// What stands in the place of this event, and of those that were dropped before it.
    fn as_missed(&self, count: u64) -> Self {
        Self {
            sequence: self.sequence,
            time: self.time,
            execution: None,
            parent: None,
            callable: None,
            kind: EventKind::Missed { count },
            depth: self.depth,
        }
    }

    fn missed_count(&self) -> u64 {
        match self.kind {
            EventKind::Missed { count } => count,
            _ => 0,
        }
    }
}
