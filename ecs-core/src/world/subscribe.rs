//! Subscribing to the events of a world.

use std::fmt;
use std::future::{Future, ready};
use std::sync::Arc;

use super::handler::{Handled, Worker};
use super::leave::leave;
use super::{Context, EventStream, WeakWorld, World};
use crate::entity::{Entity, Stored};
use crate::error::{ErrorKind, Result};
use crate::event::{Event, EventFilter, Queue, Subscriber};
use crate::wait::block_on;

/// How many events wait for a subscriber unless it says otherwise.
const CAPACITY: usize = 1024;

/// A subscription that is being made: [`World::on`].
#[derive(Debug)]
#[must_use = "nothing is subscribed before `handle`, `handle_async` or `stream`"]
pub struct Subscribe<'w> {
    world: &'w World,
    filter: EventFilter,
    capacity: usize,
}

impl<'w> Subscribe<'w> {
    pub(crate) fn new(world: &'w World, filter: EventFilter) -> Self {
        Self { world, filter, capacity: CAPACITY }
    }

    /// How many events may wait for this subscriber; 1,024 if this is not called, and at least 1.
    ///
    /// If there are more, the oldest make way, and the subscriber is told how many it
    /// [missed](crate::EventKind::Missed). A call never waits for a subscriber.
    pub fn capacity(self, capacity: usize) -> Self {
        Self { capacity, ..self }
    }

    /// Calls `handler` for each event, one after the other, on a thread of its own.
    ///
    /// Calls that it makes through its [`Context`] are nested below the execution of the event. What it
    /// returns is `()` or a `Result`; an error or a panic is counted and among the
    /// [failures](crate::Events::failures), and the handler goes on with the next event. The world does not live on
    /// for its handlers, unless one holds it.
    ///
    /// # Panics
    ///
    /// If the system has no room for another thread.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// #[derive(Entity, Clone, Serialize, Deserialize)]
    /// struct Student { id: Id, gpa: f64 }
    ///
    /// #[derive(Entity, Clone, Serialize, Deserialize)]
    /// struct Letter { id: Id, to: Ref<Student> }
    ///
    /// #[callable]
    /// fn write_letter(student: &Student) -> Letter {
    ///     Letter { id: Id::new(), to: Ref::to(student).expect("it is stored") }
    /// }
    ///
    /// let world = World::in_memory()?;
    /// let letters = world
    ///     .on(EventFilter::new().event(EventType::VersionCreated).entity::<Student>())
    ///     .handle(|context, event| write_letter::call(context, &event.stored(context)?).wait().map(drop));
    /// world.insert(Student { id: Id::new(), gpa: 3.5 })?;
    /// world.events().wait_idle();
    /// assert_eq!(world.executions(&ExecutionFilter::new().callable("write_letter"))?.len(), 1);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn handle<H, R>(self, mut handler: H) -> Subscription
    where
        H: FnMut(&Context, &Event) -> R + Send + 'static,
        R: Handled,
    {
        let (subscription, worker) = self.worker();
        on_own_thread(move || block_on(worker.work(|context, event| ready(handler(&context, &event)))));
        subscription
    }

    /// Calls `handler` for each event and awaits what it returns, one after the other: as a task if a
    /// tokio runtime is current here, else on a thread of its own.
    ///
    /// Otherwise as [`handle`](Self::handle).
    ///
    /// # Panics
    ///
    /// If there is no runtime, and the system has no room for another thread.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// #[callable]
    /// async fn greet(student: &Student) -> String { format!("Hello, {}", student.name) }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let world = World::in_memory()?;
    /// let greetings = world
    ///     .on(EventFilter::new().event(EventType::VersionCreated).entity::<Student>())
    ///     .handle_async(|context, event| async move {
    ///         greet::call(&context, &event.stored(&context)?).await.map(drop)
    ///     });
    /// world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// world.events().idle().await;
    /// assert_eq!(world.executions(&ExecutionFilter::new().callable("greet"))?.len(), 1);
    /// # Ok::<(), ecs::Error>(())
    /// # })?;
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn handle_async<H, F>(self, handler: H) -> Subscription
    where
        H: FnMut(Context, Event) -> F + Send + 'static,
        F: Future<Output: Handled> + Send + 'static,
    {
        let (subscription, worker) = self.worker();
        let work = worker.work(handler);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(work)),
            Err(_) => on_own_thread(move || block_on(work)),
        }
        subscription
    }

    /// The events as a stream.
    pub fn stream(self) -> EventStream {
        let world = self.world.downgrade();
        EventStream::new(world, self.subscriber(false))
    }

    fn worker(self) -> (Subscription, Worker) {
        let (world, tally) = (self.world.downgrade(), Arc::clone(self.world.events().tally()));
        let subscriber = self.subscriber(true);
        let worker = Worker::new(world.clone(), Arc::clone(&subscriber), tally);
        (Subscription { world, subscriber, is_detached: false }, worker)
    }

    fn subscriber(self, is_handled: bool) -> Arc<Subscriber> {
        let Self { world, filter, capacity } = self;
        let events = world.events();
        let queue = Queue::new(Arc::clone(events.tally()), capacity, is_handled);
        let subscriber = Arc::new(Subscriber { filter, queue });
        events.subscribe(Arc::clone(&subscriber));
        subscriber
    }
}

/// Does `work` on a thread that is in the runtime that is current here, for callables that need one.
fn on_own_thread(work: impl FnOnce() + Send + 'static) {
    let runtime = tokio::runtime::Handle::try_current().ok();
    let in_runtime = move || {
        let _entered = runtime.as_ref().map(tokio::runtime::Handle::enter);
        work();
    };
    match std::thread::Builder::new().name("ecs-handler".to_owned()).spawn(in_runtime) {
        // It ends with its subscription.
        Ok(thread) => drop(thread),
        Err(error) => panic!("no thread for a handler of events: {error}"),
    }
}

/// A handler that is called for events. It is unsubscribed when this is dropped, unless it is
/// [detached](Self::detach).
///
/// What the handler is doing at that moment it still does; what is in its queue is dropped.
#[must_use = "the handler is unsubscribed when this is dropped; `detach` keeps it for as long as the world"]
pub struct Subscription {
    world: WeakWorld,
    subscriber: Arc<Subscriber>,
    is_detached: bool,
}

impl Subscription {
    /// Keeps the handler subscribed for as long as the world lives.
    pub fn detach(mut self) {
        self.is_detached = true;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if !self.is_detached {
            leave(&self.world, &self.subscriber);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscription").field(&self.subscriber.filter).finish()
    }
}

impl Event {
    /// The version that this is about, read from the world: `event.stored(context)?` in a handler.
    ///
    /// # Errors
    ///
    /// `event-without-version` if it is about none, [`Missed`](crate::EventKind::Missed) included;
    /// `wrong-entity-type` if it is no `T`; `unknown-version` if it is of another world.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// let mut events = world.on(EventFilter::new()).stream();
    /// let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// world.emit("a word");
    /// let (first, second) = (events.try_next().unwrap(), events.try_next().unwrap());
    /// assert_eq!(first.stored::<Student>(&world)?, alice);
    /// assert_eq!(second.stored::<Student>(&world).unwrap_err().code(), "event-without-version");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn stored<T: Entity>(&self, world: &World) -> Result<Stored<T>> {
        match self.ecs_id() {
            Some(ecs_id) => world.get(ecs_id),
            None => Err(ErrorKind::EventWithoutVersion { event: self.kind.to_string().into() }.into()),
        }
    }
}
