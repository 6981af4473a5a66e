//! How far something long has come, on a terminal.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line on stderr while something is under way; nothing where stderr is no terminal.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Progress of something that writes only when it is done.
    pub(crate) fn before_the_answer(what: &'static str) -> Self {
        Self::drawn(what, io::stderr().is_terminal())
    }

    /// Progress of something that writes all the while, and that a terminal would mix with it.
    pub(crate) fn beside_the_answer(what: &'static str) -> Self {
        Self::drawn(what, io::stderr().is_terminal() && !io::stdout().is_terminal())
    }

    fn drawn(what: &'static str, is_drawn: bool) -> Self {
        let target = if is_drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style =
            ProgressStyle::with_template("{msg} {human_pos}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        Self(ProgressBar::with_draw_target(None, target).with_style(style).with_message(what))
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    /// So much of so much is done.
    pub(crate) fn at(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
