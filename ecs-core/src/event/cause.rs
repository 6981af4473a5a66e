//! Why something happens: the event whose handler does it.

use std::cell::Cell;

use super::Event;
use crate::entity::ExecutionId;

/// What the handler that runs on this thread was called for.
///
/// A handler may store, emit and call without its context: what it has is the world. This is how it is
/// known all the same that what it does follows from an event, so that no cascade goes on for ever.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cause {
    /// The execution that calls of the handler are nested below.
    pub(crate) below: Option<ExecutionId>,
    pub(crate) depth: u32,
}

thread_local! {
    static CURRENT: Cell<Option<Cause>> = const { Cell::new(None) };
}

impl Cause {
    pub(crate) fn of(event: &Event) -> Self {
        Self { below: event.below(), depth: event.depth }
    }

    /// That of what is done on this thread now, if a handler does it.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.get()
    }

    /// Does something because of this.
    pub(crate) fn because<R>(self, work: impl FnOnce() -> R) -> R {
        /// Put back even if `work` panics.
        struct Outer(Option<Cause>);

        impl Drop for Outer {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }

        let _outer = Outer(CURRENT.replace(Some(self)));
        work()
    }
}
