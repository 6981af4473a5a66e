//! A JSON array that is written while it is found.

use serde::Serialize;

use crate::failure::Result;
use crate::page::Page;

/// A JSON array under way.
#[derive(Debug, Default)]
pub(crate) struct JsonList {
    has_begun: bool,
}

impl JsonList {
    pub(crate) fn push(&mut self, page: &mut Page<'_>, value: &impl Serialize) -> Result<()> {
        page.writer().write_all(if self.has_begun { b",\n" } else { b"[\n" })?;
        self.has_begun = true;
        serde_json::to_writer_pretty(page.writer(), value)?;
        Ok(())
    }

    pub(crate) fn end(self, page: &mut Page<'_>) -> Result<()> {
        page.writer().write_all(if self.has_begun { b"\n]\n" } else { b"[]\n" })?;
        Ok(())
    }
}
