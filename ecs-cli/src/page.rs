//! Where answers are written: in colour and cut to the width of a terminal, plain and whole elsewhere.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use console::{Style, Term, measure_text_width, truncate_str};
use serde::Serialize;

use crate::failure::Result;

/// How answers are written.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[non_exhaustive]
pub struct PageOptions {
    /// Answer in JSON, in the shapes of the page `docs/command.md`
    #[arg(long, global = true)]
    pub json: bool,
    /// When to write in colour; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,
}

/// When to write in colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The widest that a column is padded to, where what is wider is not cut.
const WIDEST: usize = 48;

/// Where an answer is written.
pub(crate) struct Page<'w> {
    out: &'w mut dyn Write,
    pub(crate) is_json: bool,
    has_color: bool,
    /// The columns of the terminal, if it is one.
    width: Option<usize>,
}

/// What a text is, which on a terminal is its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Id,
    Name,
    Good,
    Bad,
    Faint,
}

impl Ink {
    fn style(self) -> Style {
        let style = Style::new().force_styling(true);
        match self {
            Self::Plain => style,
            Self::Id => style.yellow(),
            Self::Name => style.cyan(),
            Self::Good => style.green(),
            Self::Bad => style.red(),
            Self::Faint => style.dim(),
        }
    }
}

/// A text in a table.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    ink: Ink,
}

impl Cell {
    pub(crate) fn new(ink: Ink, text: impl Into<String>) -> Self {
        Self { text: printable(text.into()), ink }
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(Ink::Plain, text)
    }

    /// How wide it makes its column: an id in full, so that it can be copied, and others up to `widest`.
    fn width(&self, widest: usize) -> usize {
        let width = measure_text_width(&self.text);
        if self.ink == Ink::Id { width } else { width.min(widest) }
    }
}

/// The text without what would move the cursor or change the colour.
fn printable(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let shown = |character: char| {
        if character.is_control() { character.escape_default().to_string() } else { character.to_string() }
    };
    text.chars().map(shown).collect()
}

impl<'w> Page<'w> {
    pub(crate) fn new(out: &'w mut dyn Write, options: PageOptions) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        let has_color = match options.color {
            Color::Auto => is_terminal && !is_refused,
            Color::Always => true,
            Color::Never => false,
        };
        let width = Term::stdout().size_checked().filter(|_| is_terminal).map(|(_, columns)| usize::from(columns));
        Self { out, is_json: options.json, has_color, width }
    }

    fn paint(&self, ink: Ink, text: &str) -> String {
        if self.has_color && ink != Ink::Plain { ink.style().apply_to(text).to_string() } else { text.to_owned() }
    }

    /// Writes a line of cells with a space between them.
    pub(crate) fn line(&mut self, cells: &[Cell]) -> Result<()> {
        let texts: Vec<String> = cells.iter().map(|cell| self.paint(cell.ink, &cell.text)).collect();
        self.cut_line(&texts.join(" "))
    }

    fn cut_line(&mut self, line: &str) -> Result<()> {
        match self.width {
            Some(width) => writeln!(self.out, "{}", truncate_str(line, width, "…"))?,
            None => writeln!(self.out, "{line}")?,
        }
        Ok(())
    }

    /// Writes rows in aligned columns, under a heading if there is one.
    pub(crate) fn table(&mut self, heading: &[&str], rows: Vec<Vec<Cell>>) -> Result<()> {
        let heading: Vec<Cell> = heading.iter().map(|name| Cell::new(Ink::Faint, *name)).collect();
        let rows: Vec<Vec<Cell>> =
            Some(heading).filter(|heading| !heading.is_empty()).into_iter().chain(rows).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        // On a terminal no column takes all the room from the others.
        let widest = self.width.map_or(WIDEST, |width| (width / 4).max(20));
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let widths = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width(widest));
                widths.max().unwrap_or(0)
            })
            .collect();
        for row in rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let is_last = column + 1 == row.len();
                let text = match self.width {
                    Some(_) if !is_last && cell.ink != Ink::Id => truncate_str(&cell.text, widest, "…").into_owned(),
                    _ => cell.text.clone(),
                };
                line.push_str(&self.paint(cell.ink, &text));
                if !is_last {
                    let padding = widths[column].saturating_sub(measure_text_width(&text)) + 2;
                    line.extend(std::iter::repeat_n(' ', padding));
                }
            }
            self.cut_line(line.trim_end())?;
        }
        Ok(())
    }

    /// Writes a text as it is.
    pub(crate) fn text(&mut self, text: &str) -> Result<()> {
        self.out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes a value in JSON, for people and programs.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer_pretty(&mut *self.out, value)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }

    /// Writes a value in one line of JSON.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut *self.out, value)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }

    pub(crate) fn writer(&mut self) -> &mut dyn Write {
        self.out
    }

    pub(crate) fn flush(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }
}
