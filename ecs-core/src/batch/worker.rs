//! What runs the calls of a batch, one after the other.

use std::sync::Arc;

use super::queue::Queue;
use super::results::Results;
use super::stop::Stop;
use crate::call::{Body, OwnedCall};
use crate::error::{ErrorKind, Result};

/// Runs calls until the queue is closed.
pub(super) async fn work<B: Body>(queue: Arc<Queue<B>>, results: &Results<B::Output>, stop: Stop) {
    while let Some((index, call)) = queue.next().await {
        let result = match may_begin(&call, &stop) {
            Ok(callable) => {
                let owed = Owed { index, callable, results };
                let result = call.run(stop.tokens()).await;
                std::mem::forget(owed);
                result
            }
            Err(refused) => Err(refused),
        };
        if result.is_err() {
            stop.note_failure();
        }
        results.put(index, result);
    }
}

/// The callable's name, unless the call is not to be begun.
pub(super) fn may_begin<B: Body>(call: &OwnedCall<B>, stop: &Stop) -> Result<&'static str> {
    let callable = call.callable()?;
    if stop.has_stopped() { Err(ErrorKind::Cancelled { callable }.into()) } else { Ok(callable) }
}

/// The result of a call whose worker is lost: with the runtime that it ran on, or by a panic where values
/// of the user's are dropped.
struct Owed<'r, T> {
    index: usize,
    callable: &'static str,
    results: &'r Results<T>,
}

impl<T> Drop for Owed<'_, T> {
    fn drop(&mut self) {
        let Self { index, callable, results } = *self;
        let lost = if std::thread::panicking() {
            ErrorKind::Panicked { callable, message: "when what it held was dropped".into() }
        } else {
            ErrorKind::Cancelled { callable }
        };
        results.put(index, Err(lost.into()));
    }
}
