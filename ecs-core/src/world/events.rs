//! What happens in a world, told to whoever asks.

use super::World;
use crate::event::{About, EventFilter, Events, Payload, Subscribe};
use crate::execute::publish;

/// What happens in the world, told to whoever asks.
impl World {
    /// Subscribes to the events that fit a filter: a handler or a stream, whichever is asked for next.
    ///
    /// Events go out after the commit that they tell of, never before. They carry ids, not data.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// let mut students = world.on(EventFilter::new().entity::<Student>()).stream();
    /// let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let event = students.try_next().expect("alice is stored");
    /// assert_eq!((event.event_type(), event.ecs_id()), (EventType::VersionCreated, Some(alice.ecs_id())));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn on(&self, filter: EventFilter) -> Subscribe<'_> {
        Subscribe::new(self, filter)
    }

    /// The events so far: numbers, the newest, and when all are worked off.
    #[must_use]
    pub fn events(&self) -> &Events {
        &self.0.events
    }

    /// Tells the subscribers something of the program's own, at once.
    ///
    /// Inside a callable, [`Context::emit`](crate::Context::emit) tells it if the call succeeds.
    ///
    /// ```
    /// # use ecs::prelude::*;
    /// struct TermBegan { year: u32 }
    ///
    /// let world = World::in_memory()?;
    /// let mut terms = world.on(EventFilter::new().payload::<TermBegan>()).stream();
    /// world.emit(TermBegan { year: 2026 });
    /// let event = terms.try_next().expect("it was told");
    /// assert_eq!(event.payload::<TermBegan>().map(|term| term.year), Some(2026));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn emit<T: std::any::Any + Send + Sync>(&self, value: T) {
        if self.events().wants_payloads() {
            publish::emitted(self, About::default(), Payload::new(value));
        }
    }
}
