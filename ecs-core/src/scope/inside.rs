//! What the calls made from inside an execution share with it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::Span;

use super::Interrupts;
use crate::entity::ExecutionId;
use crate::event::{Event, Payload};

/// What the calls made from inside an execution know of it.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) execution: Option<ExecutionId>,
    /// How many executions it is inside of.
    pub(crate) depth: u32,
    pub(crate) interrupts: Interrupts,
    /// The same of the execution that it is inside of.
    pub(crate) outer: Option<Arc<Inside>>,
    /// How many executions called from inside it have committed, those inside of these included.
    kept: AtomicU32,
    /// What it tells of its own, until it is committed; once there is no commit to wait for, none.
    emitted: Mutex<Option<Vec<Payload>>>,
    /// What a `tracing` subscriber sees of it.
    pub(crate) span: Span,
}

impl Inside {
    pub(crate) fn new(
        execution: Option<ExecutionId>,
        depth: u32,
        interrupts: Interrupts,
        outer: Option<Arc<Self>>,
    ) -> Self {
        let (kept, emitted) = (AtomicU32::new(0), Mutex::new(Some(Vec::new())));
        Self { execution, depth, interrupts, outer, kept, emitted, span: Span::none() }
    }

    pub(crate) fn in_span(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// That of a handler: what it calls is nested below the execution of the event, and one deeper.
    pub(crate) fn of_event(event: &Event) -> Self {
        Self { emitted: Mutex::default(), ..Self::new(event.below(), event.depth, Interrupts::default(), None) }
    }

    /// What it has told so far; none once there is no commit to wait for.
    pub(crate) fn emitted(&self) -> MutexGuard<'_, Option<Vec<Payload>>> {
        self.emitted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what it has told back: it runs again.
    pub(crate) fn take_back(&self) {
        let emitted = self.emitted().replace(Vec::new());
        drop(emitted);
    }

    /// What it has told, to be published; what it tells from now on waits for nothing.
    pub(crate) fn take_emitted(&self) -> Vec<Payload> {
        self.emitted().take().unwrap_or_default()
    }

    pub(crate) fn keep(&self, executions: u32) {
        self.kept.fetch_add(executions, Ordering::Relaxed);
    }

    pub(crate) fn kept(&self) -> u32 {
        self.kept.load(Ordering::Relaxed)
    }
}
