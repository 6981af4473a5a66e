//! Events as a stream.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use futures_core::Stream;

use super::WeakWorld;
use super::leave::leave;
use crate::event::{Event, Subscriber};
use crate::wait::block_on;

/// The events of a subscription, one after the other: [`Subscribe::stream`](super::Subscribe::stream).
///
/// It ends when the world is dropped, after what was published until then. Dropping it ends the
/// subscription. Any crate that works on streams takes it; without one, [`next`](Self::next) is enough.
///
/// ```standalone_crate
/// # use ecs::prelude::*;
/// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// # struct Student { id: Id, name: String, gpa: f64 }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let world = World::in_memory()?;
/// let mut students = world.on(EventFilter::new().entity::<Student>()).stream();
/// let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
///
/// let event = students.next().await.expect("the world is there");
/// assert_eq!(world.get::<Student>(event.ecs_id().expect("a version"))?, alice);
/// drop(world);
/// assert!(students.next().await.is_none());
/// # Ok::<(), ecs::Error>(())
/// # })?;
/// # Ok::<(), ecs::Error>(())
/// ```
#[must_use = "a subscription ends when its stream is dropped"]
pub struct EventStream {
    world: WeakWorld,
    subscriber: Arc<Subscriber>,
}

impl EventStream {
    pub(super) fn new(world: WeakWorld, subscriber: Arc<Subscriber>) -> Self {
        Self { world, subscriber }
    }

    /// The next event, once there is one; none when the world is gone.
    pub async fn next(&mut self) -> Option<Event> {
        self.subscriber.queue.next().await
    }

    /// The next event, if there is one already.
    pub fn try_next(&mut self) -> Option<Event> {
        self.subscriber.queue.try_next()
    }

    /// As [`next`](Self::next), on this thread.
    pub fn wait_next(&mut self) -> Option<Event> {
        block_on(self.next())
    }
}

impl Stream for EventStream {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Event>> {
        self.subscriber.queue.poll_next(task)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        leave(&self.world, &self.subscriber);
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventStream").field(&self.subscriber.filter).finish()
    }
}
