//! What one call is told beside its arguments.

use std::time::Duration;

use smallvec::SmallVec;
use tokio_util::sync::CancellationToken;

use crate::conflict::OnConflict;
use crate::execution::Strategy;

/// The options of one call.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    pub(crate) on_conflict: Option<OnConflict>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) tokens: SmallVec<[CancellationToken; 1]>,
    /// How the inputs are bound, where that does not follow from how they are given: in a replay.
    pub(crate) strategy: Option<Strategy>,
}

/// The methods by which a call is told its options.
macro_rules! told_options {
    () => {
        /// What this call does when another commit came first; see [`OnConflict`](crate::OnConflict).
        pub fn on_conflict(mut self, on_conflict: $crate::OnConflict) -> Self {
            self.options.on_conflict = Some(on_conflict);
            self
        }

        /// Lets this call take so long, counted from when it is first polled.
        ///
        /// A call that is not done by then fails with `timed-out` and leaves no version. An asynchronous
        /// function is dropped where it waits; one on the blocking pool goes on there, and what it returns is
        /// dropped. A synchronous function that runs in place cannot be stopped: it is told by
        /// [`Context::is_stopped`](crate::Context::is_stopped), and what it did is not committed. Calls made
        /// through the function's `&Context` have no more time than this one.
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options.timeout = Some(timeout);
            self
        }

        /// Lets this call be cancelled by a token; several tokens if it is said several times.
        ///
        /// A call that is cancelled before it commits leaves no version, fails with `cancelled` and is recorded
        /// as cancelled. How it is stopped is as with [`timeout`](Self::timeout).
        pub fn cancel_on(mut self, token: &$crate::CancellationToken) -> Self {
            self.options.tokens.push(token.clone());
            self
        }
    };
}

pub(crate) use told_options;
