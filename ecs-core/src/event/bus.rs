//! The events of a world: made if somebody wants them, kept, and put into the queues of subscribers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard};
use std::time::SystemTime;

use super::kind::{EventKind, EventType, EventTypes};
use super::queue::Queue;
use super::statistics::{EventStatistics, FailureReason, HandlerFailure, Tally};
use super::{Cause, Event, EventFilter};
use crate::entity::ExecutionId;
use crate::wait::block_on;

/// The events of a world: [`World::events`](crate::World::events).
///
/// ```
/// # use ecs::prelude::*;
/// # use ecs::EventType;
/// let world = World::in_memory()?;
/// world.events().keep_recent(100);
/// let counting = world.on(EventFilter::new()).handle(|_, event| {
///     assert_ne!(event.payload(), Some(&0), "this is the one thing that it cannot stand");
/// });
/// for number in [1, 0, 2] {
///     world.emit(number);
/// }
/// world.events().wait_idle();
///
/// assert_eq!(world.events().recent().len(), 3);
/// let statistics = world.events().statistics();
/// assert_eq!(statistics.published(EventType::UserDefined), 3);
/// assert_eq!((statistics.delivered, statistics.handler_panics), (3, 1));
/// assert!(world.events().failures()[0].to_string().contains("cannot stand"));
/// # Ok::<(), ecs::Error>(())
/// ```
pub struct Events {
    /// The types of event that anybody wants; read before an event is made.
    wanted: AtomicU32,
    sequence: AtomicU64,
    tally: Arc<Tally>,
    listeners: RwLock<Listeners>,
    recent: Mutex<Recent>,
    /// How many calls and events may lead to an event that a handler is given.
    depth_limit: u32,
}

/// The newest events.
#[derive(Default)]
struct Recent {
    events: VecDeque<Event>,
    /// How many of them are kept.
    size: usize,
}

/// Who wants events.
#[derive(Default)]
struct Listeners {
    subscribers: Subscribers,
    /// Whether there is a history.
    is_kept: bool,
}

/// Replaced as a whole, so that publishing goes through them without a lock.
type Subscribers = Arc<[Arc<Subscriber>]>;

/// What gets events.
pub(crate) struct Subscriber {
    pub(crate) filter: EventFilter,
    pub(crate) queue: Queue,
}

/// What the events of one call have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About {
    pub(crate) execution: Option<ExecutionId>,
    pub(crate) parent: Option<ExecutionId>,
    pub(crate) callable: Option<&'static str>,
    pub(crate) depth: u32,
}

/// Events that are published together.
pub(crate) struct Publishing<'e> {
    events: &'e Events,
    about: About,
    time: SystemTime,
    subscribers: Subscribers,
    is_kept: bool,
}

impl Events {
    pub(crate) fn new(depth_limit: u32) -> Self {
        Self {
            wanted: AtomicU32::new(EventTypes::NONE.bits()),
            sequence: AtomicU64::new(0),
            tally: Arc::default(),
            listeners: RwLock::default(),
            recent: Mutex::default(),
            depth_limit,
        }
    }

    /// The types of event that somebody wants.
    pub(crate) fn wanted(&self) -> EventTypes {
        EventTypes::from_bits(self.wanted.load(Ordering::Relaxed))
    }

    /// Whether somebody wants what a program emits, asked before the value is put where it is shared.
    pub(crate) fn wants_payloads(&self) -> bool {
        self.wanted().overlaps(EventTypes::of(EventType::UserDefined))
    }

    /// Begins to publish events, once it is known that somebody wants some.
    pub(crate) fn publish(&self, about: About) -> Publishing<'_> {
        let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner);
        let (subscribers, is_kept) = (Arc::clone(&listeners.subscribers), listeners.is_kept);
        drop(listeners);
        // What a handler does without its context follows from its event all the same.
        let about = match Cause::current() {
            Some(cause) => {
                let parent = if about.execution.is_some() { about.parent } else { about.parent.or(cause.below) };
                About { parent, depth: about.depth.max(cause.depth.saturating_add(1)), ..about }
            }
            None => about,
        };
        Publishing { events: self, about, time: SystemTime::now(), subscribers, is_kept }
    }

    pub(crate) fn tally(&self) -> &Arc<Tally> {
        &self.tally
    }

    pub(crate) fn subscribe(&self, subscriber: Arc<Subscriber>) {
        let mut listeners = self.listeners();
        listeners.subscribers = listeners.subscribers.iter().cloned().chain([subscriber]).collect();
        self.note_wanted(&listeners);
    }

    pub(crate) fn unsubscribe(&self, subscriber: &Arc<Subscriber>) {
        let mut listeners = self.listeners();
        listeners.subscribers =
            listeners.subscribers.iter().filter(|other| !Arc::ptr_eq(other, subscriber)).cloned().collect();
        self.note_wanted(&listeners);
    }

    fn listeners(&self) -> RwLockWriteGuard<'_, Listeners> {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_wanted(&self, listeners: &Listeners) {
        let all_kept = if listeners.is_kept { EventTypes::ALL } else { EventTypes::NONE };
        let wanted = listeners.subscribers.iter().fold(all_kept, |wanted, one| wanted.with(one.filter.types()));
        self.wanted.store(wanted.bits(), Ordering::Relaxed);
    }

    fn history(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the newest `size` events from now on; none, as at first, if that is 0.
    ///
    /// While a history is kept, every event is made, whether or not anybody subscribes to it.
    pub fn keep_recent(&self, size: usize) {
        let mut listeners = self.listeners();
        listeners.is_kept = size > 0;
        self.note_wanted(&listeners);
        drop(listeners);
        let mut history = self.history();
        history.size = size;
        let excess = history.events.len().saturating_sub(size);
        let dropped: Vec<Event> = history.events.drain(..excess).collect();
        drop(history);
        drop(dropped);
    }

    /// The newest events, oldest first; as many as are [kept](Self::keep_recent).
    #[must_use]
    pub fn recent(&self) -> Vec<Event> {
        let mut recent: Vec<Event> = self.history().events.iter().cloned().collect();
        recent.sort_by_key(|event| event.sequence);
        recent
    }

    /// What became of the events, in numbers.
    #[must_use]
    pub fn statistics(&self) -> EventStatistics {
        let subscriptions = self.listeners.read().unwrap_or_else(PoisonError::into_inner).subscribers.len();
        self.tally.statistics(subscriptions)
    }

    /// What went wrong in handlers, oldest first; the newest 32.
    #[must_use]
    pub fn failures(&self) -> Vec<HandlerFailure> {
        self.tally.failures().iter().cloned().collect()
    }

    /// Returns when the handlers have worked off every event that was published, and all that followed
    /// from those. Streams are not waited for.
    ///
    /// # Panics
    ///
    /// In a handler, which would wait for itself.
    pub async fn idle(&self) {
        assert!(Cause::current().is_none(), "a handler cannot wait until all handlers are idle: it is one of them");
        self.tally.quiet().await;
    }

    /// As [`idle`](Self::idle), on this thread. In asynchronous code await that instead: handlers may
    /// need the thread.
    ///
    /// # Panics
    ///
    /// In a handler, which would wait for itself.
    pub fn wait_idle(&self) {
        block_on(self.idle());
    }
}

impl Publishing<'_> {
    /// Publishes one event, if anybody wants events of its type.
    pub(crate) fn say(&self, kind: EventKind) {
        let event_type = kind.event_type();
        if !self.events.wanted().overlaps(EventTypes::of(event_type)) {
            return;
        }
        let About { execution, parent, callable, depth } = self.about;
        let sequence = self.events.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        let event = Event { sequence, time: self.time, execution, parent, callable, kind, depth };
        self.events.tally.note_published(event_type);
        self.keep(&event);
        for subscriber in &*self.subscribers {
            self.events.offer(subscriber, &event);
        }
    }

    fn keep(&self, event: &Event) {
        if !self.is_kept {
            return;
        }
        let mut history = self.events.history();
        if history.size == 0 {
            return;
        }
        let oldest = if history.events.len() == history.size { history.events.pop_front() } else { None };
        history.events.push_back(event.clone());
        drop(history);
        // What it carries is the user's, and may look here again when it is dropped.
        drop(oldest);
    }
}

impl Events {
    fn offer(&self, subscriber: &Subscriber, event: &Event) {
        match subscriber.filter.fits(event) {
            Ok(false) => {}
            Ok(true) if subscriber.queue.is_handled() && event.depth > self.depth_limit => {
                let reason = FailureReason::TooDeep { depth: event.depth, limit: self.depth_limit };
                self.tally.note_failure(event.clone(), reason);
            }
            Ok(true) => subscriber.queue.push(event.clone()),
            Err(message) => self.tally.note_failure(event.clone(), FailureReason::Panic(message)),
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let listeners = self.listeners.get_mut().unwrap_or_else(PoisonError::into_inner);
        for subscriber in &*listeners.subscribers {
            subscriber.queue.close();
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}
