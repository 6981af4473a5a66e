//! How far a batch has come.

/// How many calls of a [`Batch`](crate::Batch) are done, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The calls whose results were given out.
    pub done: usize,
    /// Those of them that succeeded.
    pub succeeded: usize,
    /// Those of them that did not: they failed, or were cancelled.
    pub failed: usize,
    /// The calls of the whole batch, if the iterator says exactly how many there are.
    pub total: Option<usize>,
}

impl Progress {
    pub(super) fn of(calls: &impl Iterator) -> Self {
        let (least, most) = calls.size_hint();
        Self { total: most.filter(|most| *most == least), ..Self::default() }
    }

    pub(super) fn count(&mut self, is_success: bool) {
        self.done += 1;
        if is_success {
            self.succeeded += 1;
        } else {
            self.failed += 1;
        }
    }
}
