//! What stops the calls of a batch.

use smallvec::SmallVec;
use tokio_util::sync::CancellationToken;

/// What stops a batch: the tokens that it was given, and one of its own.
///
/// Each worker has children of them, so that the calls of one do not wait for those of another to look
/// at a token.
pub(super) struct Stop {
    batch: CancellationToken,
    is_by_failure: bool,
    tokens: SmallVec<[CancellationToken; 2]>,
}

impl Stop {
    pub(super) fn new(given: Vec<CancellationToken>, is_by_failure: bool) -> Self {
        let batch = CancellationToken::new();
        Self { tokens: given.into_iter().chain([batch.clone()]).collect(), batch, is_by_failure }
    }

    pub(super) fn for_worker(&self) -> Self {
        let tokens = self.tokens.iter().map(CancellationToken::child_token).collect();
        Self { batch: self.batch.clone(), is_by_failure: self.is_by_failure, tokens }
    }

    /// The tokens that cancel each call.
    pub(super) fn tokens(&self) -> &[CancellationToken] {
        &self.tokens
    }

    pub(super) fn has_stopped(&self) -> bool {
        self.tokens.iter().any(CancellationToken::is_cancelled)
    }

    pub(super) fn stop(&self) {
        self.batch.cancel();
    }

    pub(super) fn note_failure(&self) {
        if self.is_by_failure {
            self.stop();
        }
    }
}
