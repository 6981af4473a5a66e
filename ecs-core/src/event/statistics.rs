//! What became of the events of a world, in numbers, and what went wrong in handlers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{Event, EventType};

/// How many failures are kept.
const FAILURES: usize = 32;

/// What the parts of a bus count. They only ever add, so nothing is ordered by it but the pending.
#[derive(Default)]
pub(crate) struct Tally {
    published: [AtomicU64; EventType::ALL.len()],
    delivered: AtomicU64,
    missed: AtomicU64,
    errors: AtomicU64,
    panics: AtomicU64,
    stopped: AtomicU64,
    /// Events that a handler was given, or will be, and has not returned from.
    pending: AtomicUsize,
    quiet: Notify,
    failures: Mutex<VecDeque<HandlerFailure>>,
}

/// What became of the events of a world, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventStatistics {
    published: [u64; EventType::ALL.len()],
    /// Events taken out by streams and handlers, [`Missed`](EventType::Missed) included.
    pub delivered: u64,
    /// Events that were dropped because the queue of a subscriber was full.
    pub missed: u64,
    /// Handlers that returned an error.
    pub handler_errors: u64,
    /// Handlers and predicates that panicked.
    pub handler_panics: u64,
    /// Events that no handler was given because they were too deep in a cascade.
    pub stopped: u64,
    /// Events that handlers have still to work off.
    pub pending: usize,
    /// Live subscriptions.
    pub subscriptions: usize,
}

impl EventStatistics {
    /// How many events of a type were made. One that no subscriber can want, by its
    /// [`event`](super::EventFilter::event) and [`entity`](super::EventFilter::entity), is not made.
    #[must_use]
    pub fn published(&self, event_type: EventType) -> u64 {
        self.published[event_type as usize]
    }

    /// How many events were made.
    #[must_use]
    pub fn published_of_all_types(&self) -> u64 {
        self.published.iter().sum()
    }
}

/// Why a handler has failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HandlerFailure {
    /// The event that it was given.
    pub event: Event,
    /// What went wrong.
    pub reason: FailureReason,
}

/// What went wrong in a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureReason {
    /// It returned an error, which says this.
    Error(Box<str>),
    /// It panicked with this, or a predicate of a filter did.
    Panic(Box<str>),
    /// The event was not given to it: that many steps led to it, more than the world's depth limit.
    TooDeep {
        /// How many calls and events led to the event.
        depth: u32,
        /// How many are allowed.
        limit: u32,
    },
}

impl fmt::Display for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(message) => write!(f, "its handler failed: {message}"),
            Self::Panic(message) => write!(f, "its handler panicked: {message}"),
            Self::TooDeep { depth, limit } => write!(
                f,
                "it was not handled: {depth} calls and events led to it, and the limit is {limit}; a cascade seems to feed \
                 itself"
            ),
        }
    }
}

impl fmt::Display for HandlerFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.event, self.reason)
    }
}

impl Tally {
    pub(crate) fn note_published(&self, event_type: EventType) {
        self.published[event_type as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn note_delivered(&self) {
        self.delivered.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn note_missed(&self) {
        self.missed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn note_failure(&self, event: Event, reason: FailureReason) {
        let counter = match reason {
            FailureReason::Error(_) => &self.errors,
            FailureReason::Panic(_) => &self.panics,
            FailureReason::TooDeep { .. } => &self.stopped,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        let mut failures = self.failures();
        let oldest = if failures.len() == FAILURES { failures.pop_front() } else { None };
        failures.push_back(HandlerFailure { event, reason });
        drop(failures);
        // What the user's program dropped with it may look here again.
        drop(oldest);
    }

    pub(crate) fn failures(&self) -> MutexGuard<'_, VecDeque<HandlerFailure>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An event is on its way to a handler.
    pub(crate) fn begin(&self) {
        self.pending.fetch_add(1, Ordering::AcqRel);
    }

    /// So many events were worked off, or abandoned.
    pub(crate) fn end(&self, count: usize) {
        if count > 0 && self.pending.fetch_sub(count, Ordering::AcqRel) == count {
            self.quiet.notify_waiters();
        }
    }

    /// Returns when nothing is pending.
    pub(crate) async fn quiet(&self) {
        loop {
            let mut quiet = std::pin::pin!(self.quiet.notified());
            // Before looking, so that what happens after the look is told.
            quiet.as_mut().enable();
            if self.pending.load(Ordering::Acquire) == 0 {
                return;
            }
            quiet.await;
        }
    }

    pub(crate) fn statistics(&self, subscriptions: usize) -> EventStatistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        EventStatistics {
            published: std::array::from_fn(|index| read(&self.published[index])),
            delivered: read(&self.delivered),
            missed: read(&self.missed),
            handler_errors: read(&self.errors),
            handler_panics: read(&self.panics),
            stopped: read(&self.stopped),
            pending: self.pending.load(Ordering::Acquire),
            subscriptions,
        }
    }
}
