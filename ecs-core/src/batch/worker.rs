//! What runs the calls of a batch, one after the other.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::queue::Queue;
use super::stop::Stop;
use crate::callable::{Body, OwnedCall};
use crate::error::{ErrorKind, Result};

/// The result of a call, and its position in the batch.
pub(super) type Finished<T> = (usize, Result<T>);

/// Where results go: as many as the batch has pulled calls, which is a bounded number.
pub(super) type Results<T> = UnboundedSender<Finished<T>>;

/// Runs calls until the queue is closed.
pub(super) async fn work<B: Body>(queue: Arc<Queue<B>>, results: Results<B::Output>, stop: Stop) {
    while let Some((index, call)) = queue.next().await {
        let result = match may_begin(&call, &stop) {
            Ok(callable) => {
                let owed = Owed { index, callable, results: &results };
                let result = call.run(stop.tokens()).await;
                std::mem::forget(owed);
                result
            }
            Err(refused) => Err(refused),
        };
        if result.is_err() {
            stop.note_failure();
        }
        send(&results, index, result);
    }
}

/// The callable's name, unless the call is not to be begun.
pub(super) fn may_begin<B: Body>(call: &OwnedCall<B>, stop: &Stop) -> Result<&'static str> {
    let callable = call.callable()?;
    if stop.has_stopped() { Err(ErrorKind::Cancelled { callable }.into()) } else { Ok(callable) }
}

fn send<T>(results: &Results<T>, index: usize, result: Result<T>) {
    // If nobody is there any more, nobody waits.
    drop(results.send((index, result)));
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
        send(results, index, Err(lost.into()));
    }
}
