//! An execution in full, for people: what it was given, what it put out, how it ended.

use ecs_core::{AnyStored, EcsId, Execution, Status, World};

use super::{fields_of, ink_of};
use crate::failure::Result;
use crate::page::{Cell, Ink, Page};
use crate::shape::outcome;
use crate::when;

/// Writes an execution; of the versions given for a parameter, and of those put out, no more than `most`.
pub(super) fn write_execution(world: &World, page: &mut Page<'_>, execution: &Execution, most: usize) -> Result<()> {
    page.line(&[
        Cell::new(Ink::Name, execution.callable()),
        Cell::new(Ink::Id, execution.id.to_string()),
        Cell::new(ink_of(execution.status()), outcome(execution.status())),
    ])?;
    let retries = if execution.retries() > 0 { format!(", {} retries", execution.retries()) } else { String::new() };
    let took = when::took(execution.duration());
    page.line(&[Cell::plain(format!("{}, took {took}{retries}", when::shown(execution.started_at())))])?;
    if let Status::Failed { code, message } = execution.status() {
        for (line, text) in message.lines().enumerate() {
            let text = if line == 0 { format!("{code}: {text}") } else { format!("  {text}") };
            page.line(&[Cell::new(Ink::Bad, text)])?;
        }
    }
    if let Some(parent) = execution.parent {
        page.line(&[Cell::new(Ink::Faint, "called from inside"), Cell::new(Ink::Id, parent.to_string())])?;
    }
    let mut links = Links { world, most, rows: Vec::new() };
    links.add_inputs(execution)?;
    links.add_outputs(execution)?;
    page.table(&[], links.rows)
}

/// The versions that an execution took and put out, a row for each.
struct Links<'w> {
    world: &'w World,
    most: usize,
    rows: Vec<Vec<Cell>>,
}

impl Links<'_> {
    fn add_inputs(&mut self, execution: &Execution) -> Result<()> {
        for argument in execution.arguments() {
            let kind = argument.kind.to_string();
            for &version in argument.versions.iter().take(self.most) {
                self.add(&kind, argument.name, version)?;
            }
            self.add_more(&kind, argument.versions.len());
            for source in argument.sources {
                let to = if source.to.is_empty() { String::new() } else { format!("{} ", source.to) };
                self.row(&kind, argument.name, [Cell::plain(format!("{to}from {}", source.from))]);
            }
        }
        let is_given = |ecs_id: &EcsId| execution.arguments().any(|argument| argument.versions.contains(ecs_id));
        for &config in execution.configs.iter().filter(|config| !is_given(config)) {
            self.add("config", "", config)?;
        }
        match execution.input.filter(|input| !is_given(input) && !execution.configs.contains(input)) {
            Some(input) => self.add("input", "", input),
            None => Ok(()),
        }
    }

    fn add_outputs(&mut self, execution: &Execution) -> Result<()> {
        for output in execution.outputs.iter().take(self.most) {
            let unchanged = if output.is_changed { "" } else { ", unchanged" };
            let semantics = format!("{}{unchanged}", output.semantics);
            self.add(&format!("output {}", output.output_index), &semantics, output.ecs_id)?;
        }
        self.add_more("output", execution.outputs.len());
        match execution.output_entity {
            Some(values) => self.add("output", "values", values),
            None => Ok(()),
        }
    }

    fn row(&mut self, kind: &str, name: &str, cells: impl IntoIterator<Item = Cell>) {
        let label = [Cell::new(Ink::Faint, format!("  {kind}")), Cell::new(Ink::Name, name)];
        self.rows.push(label.into_iter().chain(cells).collect());
    }

    fn add(&mut self, kind: &str, name: &str, ecs_id: EcsId) -> Result<()> {
        let version = self.world.version(ecs_id)?;
        let about = Cell::plain(told(&version)?);
        self.row(kind, name, [Cell::new(Ink::Id, version.to_string()), about]);
        Ok(())
    }

    /// Says that there are more, if there are.
    fn add_more(&mut self, kind: &str, count: usize) {
        if count > self.most {
            self.row(kind, &format!("and {} more", count - self.most), []);
        }
    }
}

/// The type of a version, and of a config what it says.
fn told(version: &AnyStored) -> Result<String> {
    let mut told = version.entity_type().name().to_owned();
    if version.entity_type().is_config() {
        for (name, value) in fields_of(version)? {
            told.push_str(&format!("  {name} {value}"));
        }
    }
    Ok(told)
}
