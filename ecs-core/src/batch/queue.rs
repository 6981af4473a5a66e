//! The calls of a batch that no worker has begun.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::call::OwnedCall;

/// A call, and its position in the batch.
type Numbered<B> = (usize, OwnedCall<B>);

/// Calls that wait for a worker, first come, first served.
pub(super) struct Queue<B> {
    calls: Mutex<VecDeque<Numbered<B>>>,
    /// As many permits as there are calls.
    available: Semaphore,
}

impl<B> Queue<B> {
    pub(super) fn new() -> Self {
        Self { calls: Mutex::default(), available: Semaphore::new(0) }
    }

    pub(super) fn push(&self, index: usize, call: OwnedCall<B>) {
        self.calls().push_back((index, call));
        self.available.add_permits(1);
    }

    /// The next call, as soon as there is one; `None` once the queue is closed.
    pub(super) async fn next(&self) -> Option<Numbered<B>> {
        self.available.acquire().await.ok()?.forget();
        self.calls().pop_front()
    }

    /// Lets no worker have another call, and returns those that are left.
    pub(super) fn close(&self) -> VecDeque<Numbered<B>> {
        self.available.close();
        std::mem::take(&mut *self.calls())
    }

    fn calls(&self) -> MutexGuard<'_, VecDeque<Numbered<B>>> {
        // Nothing that can panic is done while it is locked.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
