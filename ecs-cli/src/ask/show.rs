//! `ecs show`: a version, a value inside one, or an execution.

use clap::Args;
use ecs_core::{Address, AnyStored, EcsId, World};
use serde_json::Value as Json;

use super::execution::write_execution;
use super::{fields_of, made_by, write_gone};
use crate::failure::{Answer, Result};
use crate::given::{self, Meant};
use crate::page::{Cell, Ink, Page};
use crate::shape::{ExecutionShape, VersionShape};
use crate::when;

/// What to show.
#[derive(Clone, Debug, Args)]
pub struct Show {
    /// A version, an address such as `@ID.field.0`, or an execution
    #[arg(value_name = "ADDRESS|EXECUTION")]
    what: String,
}

impl Show {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        match given::execution_or_address(world, &self.what)? {
            Meant::Execution(id) => {
                let execution = world.execution(id)?;
                if page.is_json {
                    page.json(&ExecutionShape::of(&execution))?;
                } else {
                    write_execution(world, page, &execution, usize::MAX)?;
                }
            }
            Meant::Address(address) => match world.entity_at(&address) {
                Ok(version) if page.is_json => page.json(&VersionShape::of(&version)?)?,
                Ok(version) => write_version(world, page, &version)?,
                Err(error) if error.code() == "not-an-entity" => write_value(world, page, &address)?,
                Err(error) => return Err(error.into()),
            },
        }
        Ok(Answer::Found)
    }
}

fn write_value(world: &World, page: &mut Page<'_>, address: &Address) -> Result<()> {
    match world.resolve(address)? {
        // A text is shown as it is, unless it would do something to the terminal.
        Json::String(text) if !page.is_json && !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') => {
            page.text(&text)
        }
        value => page.json(&value),
    }
}

fn row(name: &str, ink: Ink, text: impl Into<String>) -> Vec<Cell> {
    vec![Cell::new(Ink::Faint, name), Cell::new(ink, text)]
}

fn address_row(name: &str, version: EcsId) -> Vec<Cell> {
    row(name, Ink::Id, format!("@{version}"))
}

/// A version, its origin and its fields.
fn write_version(world: &World, page: &mut Page<'_>, version: &AnyStored) -> Result<()> {
    let is_head = world.any_head(version.lineage_id())?.ecs_id() == version.ecs_id();
    let mut title = vec![Cell::new(Ink::Name, version.entity_type().name()), Cell::new(Ink::Id, version.to_string())];
    if is_head {
        title.push(Cell::new(Ink::Good, "(head)"));
    }
    page.line(&title)?;
    let execution = version.execution_id().map(|id| world.execution(id).ok()).unwrap_or_default();
    let mut made = vec![Cell::plain(when::shown(version.time()))];
    made.extend(made_by(world, version, execution.as_deref())?);
    page.line(&made)?;
    let mut rows = vec![row("lineage", Ink::Id, version.lineage_id().to_string())];
    rows.extend(version.parent().map(|parent| address_row("parent", parent)));
    rows.extend(version.forked_from().map(|source| address_row("forked from", source)));
    if !version.is_root() {
        rows.push(address_row("root", version.root()));
    }
    if let Some(holder) = version.holder() {
        rows.push(address_row("holder", holder));
        rows.push(row("path", Ink::Plain, version.path().to_string()));
    }
    rows.extend(version.references().iter().map(|reference| address_row("refers to", *reference)));
    rows.push(row("content", Ink::Faint, version.content_hash().to_string()));
    page.table(&[], rows)?;
    for named in version.parent().into_iter().chain(version.forked_from()).chain([version.root()]) {
        if let Some(gone) = world.no_longer_kept(named)? {
            write_gone(page, "", &gone)?;
        }
    }
    page.text("")?;
    let rows = fields_of(version)?
        .into_iter()
        .map(|(name, value)| vec![Cell::new(Ink::Name, name), Cell::plain(value.to_string())]);
    page.table(&[], rows.collect())
}
