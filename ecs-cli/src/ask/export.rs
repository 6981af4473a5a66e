//! `ecs export`: everything as JSON Lines, or the versions of one type as CSV.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use clap::Args;
use ecs_core::{EcsId, ExecutionFilter, World};
use serde::Serialize;
use serde_json::Value as Json;

use super::go_on;
use crate::failure::{Answer, Failure, Result, did_you_mean};
use crate::page::Page;
use crate::progress::Progress;
use crate::shape::{ExecutionShape, VersionShape};
use crate::when;

/// What to write.
#[derive(Clone, Debug, Args)]
pub struct Export {
    /// A table of the entities of this type instead, one row for each, as it is at its head
    #[arg(long, value_name = "TYPE", conflicts_with = "json")]
    csv: Option<String>,
    /// One row for each version
    #[arg(long, requires = "csv")]
    all: bool,
}

/// A line of the export.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    Version(VersionShape),
    Execution(ExecutionShape),
}

impl Export {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        match &self.csv {
            Some(type_name) => self.write_csv(world, page, type_name),
            None => write_lines(world, page),
        }
    }

    fn write_csv(&self, world: &World, page: &mut Page<'_>, type_name: &str) -> Result<Answer> {
        let mut rows: Vec<EcsId> = Vec::new();
        let mut types: BTreeSet<String> = BTreeSet::new();
        world.visit_versions(|entry| {
            if entry.type_name == type_name {
                if self.all || entry.is_head {
                    rows.push(entry.ecs_id);
                }
            } else if !types.contains(entry.type_name) {
                types.insert(entry.type_name.to_owned());
            }
            ControlFlow::Continue(())
        })?;
        if rows.is_empty() {
            let nearest = did_you_mean(type_name, types.iter().map(String::as_str));
            return Err(Failure::NotFound(format!("no version here is of the type `{type_name}`{nearest}")));
        }
        let progress = Progress::beside_the_answer("reading");
        // Versions of one type may have been stored with other fields.
        let mut fields: Vec<&'static str> = Vec::new();
        for &ecs_id in &rows {
            progress.step();
            for field in world.version(ecs_id)?.entity_type().fields() {
                if !fields.contains(&field.name()) {
                    fields.push(field.name());
                }
            }
        }
        let mut writer = csv::Writer::from_writer(page.writer());
        let header = ["$version", "$lineage", "$parent", "$time", "$execution"];
        writer.write_record(header.into_iter().chain(fields.iter().copied()))?;
        for ecs_id in rows {
            progress.step();
            let version = world.version(ecs_id)?;
            let values = version.fields_to_json()?;
            let about = [
                Some(version.ecs_id().to_string()),
                Some(version.lineage_id().to_string()),
                version.parent().map(|parent| parent.to_string()),
                Some(when::exact(version.time())),
                version.execution_id().map(|execution| execution.to_string()),
            ];
            let cells = fields.iter().map(|field| cell(values.get(field)));
            writer.write_record(about.into_iter().map(Option::unwrap_or_default).chain(cells))?;
        }
        writer.flush()?;
        Ok(Answer::Found)
    }
}

/// A value in a table: a text as it is, what has parts as JSON.
fn cell(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

fn write_lines(world: &World, page: &mut Page<'_>) -> Result<Answer> {
    let progress = Progress::beside_the_answer("writing");
    let mut failed = Ok(());
    world.visit_versions(|entry| {
        progress.step();
        let written = world.version(entry.ecs_id).map_err(Failure::from).and_then(|version| {
            page.json_line(&Line::Version(VersionShape::of(&version)?))?;
            Ok(ControlFlow::Continue(()))
        });
        go_on(written, &mut failed)
    })?;
    failed?;
    let mut failed = Ok(());
    world.visit_executions(&ExecutionFilter::new(), |execution| {
        progress.step();
        let written = page.json_line(&Line::Execution(ExecutionShape::of(&execution)));
        go_on(written.map(ControlFlow::Continue), &mut failed)
    })?;
    failed?;
    Ok(Answer::Found)
}
