//! What is left of a call when it has ended.

use std::sync::Arc;

use crate::execution::{Execution, PutOut};
use crate::memo::Kept;

/// What a call that succeeded leaves behind.
pub(crate) struct Completed {
    pub(crate) execution: Arc<Execution>,
    pub(super) answer: Answer,
}

/// Where what a call put out comes from.
pub(super) enum Answer {
    Computed(PutOut),
    Reused(Arc<Kept>),
}

impl Completed {
    pub(crate) fn put_out(&self) -> &PutOut {
        match &self.answer {
            Answer::Computed(put_out) => put_out,
            Answer::Reused(kept) => &kept.put_out,
        }
    }
}
