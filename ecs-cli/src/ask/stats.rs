//! `ecs stats`: how much there is of what.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::SystemTime;

use clap::Args;
use ecs_core::{ExecutionFilter, LineageId, Outcome, World};
use serde::Serialize;

use crate::failure::{Answer, Result};
use crate::page::{Cell, Ink, Page};
use crate::progress::Progress;
use crate::when;

/// Counts what there is.
#[derive(Clone, Debug, Args)]
#[non_exhaustive]
pub struct Stats {}

#[derive(Debug, Default, Serialize)]
struct Statistics {
    /// The bytes of the file, with what is not yet written into it; none if the world is in no file.
    bytes: Option<u64>,
    first: Option<String>,
    last: Option<String>,
    versions: u64,
    lineages: u64,
    executions: u64,
    types: Vec<TypeStatistics>,
    callables: Vec<CallableStatistics>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct TypeStatistics {
    r#type: String,
    is_config: bool,
    lineages: u64,
    versions: u64,
    heads: u64,
    roots: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
struct CallableStatistics {
    callable: String,
    executions: u64,
    succeeded: u64,
    failed: u64,
    cancelled: u64,
    seconds: f64,
}

/// The first and the last time.
#[derive(Debug, Default)]
struct Span(Option<(SystemTime, SystemTime)>);

impl Span {
    fn add(&mut self, time: SystemTime) {
        let (first, last) = self.0.unwrap_or((time, time));
        self.0 = Some((first.min(time), last.max(time)));
    }
}

impl Statistics {
    fn of(world: &World, file: Option<&Path>) -> Result<Self> {
        let progress = Progress::before_the_answer("counting");
        let mut span = Span::default();
        let mut types: BTreeMap<String, TypeStatistics> = BTreeMap::new();
        let mut lineages: HashSet<LineageId> = HashSet::new();
        world.visit_versions(|entry| {
            progress.step();
            span.add(entry.ecs_id.time());
            if !types.contains_key(entry.type_name) {
                let named = TypeStatistics { r#type: entry.type_name.to_owned(), ..TypeStatistics::default() };
                types.insert(entry.type_name.to_owned(), named);
            }
            if let Some(counted) = types.get_mut(entry.type_name) {
                counted.is_config = entry.is_config;
                counted.versions += 1;
                counted.lineages += u64::from(lineages.insert(entry.lineage_id));
                counted.heads += u64::from(entry.is_head);
                counted.roots += u64::from(entry.is_root);
            }
            ControlFlow::Continue(())
        })?;
        let mut callables: BTreeMap<&'static str, CallableStatistics> = BTreeMap::new();
        world.visit_executions(&ExecutionFilter::new(), |execution| {
            progress.step();
            span.add(execution.started_at());
            let counted = callables.entry(execution.callable()).or_default();
            counted.callable = execution.callable().to_owned();
            counted.executions += 1;
            counted.seconds += execution.duration().as_secs_f64();
            match execution.status().outcome() {
                Outcome::Succeeded => counted.succeeded += 1,
                Outcome::Cancelled => counted.cancelled += 1,
                _ => counted.failed += 1,
            }
            ControlFlow::Continue(())
        })?;
        let types: Vec<TypeStatistics> = types.into_values().collect();
        let callables: Vec<CallableStatistics> = callables.into_values().collect();
        Ok(Self {
            bytes: file.map(bytes_of),
            first: span.0.map(|(first, _)| when::exact(first)),
            last: span.0.map(|(_, last)| when::exact(last)),
            versions: types.iter().map(|counted| counted.versions).sum(),
            lineages: types.iter().map(|counted| counted.lineages).sum(),
            executions: callables.iter().map(|counted| counted.executions).sum(),
            types,
            callables,
        })
    }
}

/// The bytes of the file and of the log beside it.
pub(super) fn bytes_of(file: &Path) -> u64 {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    [file, Path::new(&log)].into_iter().filter_map(|file| Some(std::fs::metadata(file).ok()?.len())).sum()
}

impl Stats {
    pub(crate) fn answer(&self, world: &World, file: Option<&Path>, page: &mut Page<'_>) -> Result<Answer> {
        let statistics = Statistics::of(world, file)?;
        if page.is_json {
            page.json(&statistics)?;
            return Ok(Answer::Found);
        }
        let mut rows = vec![
            vec![Cell::new(Ink::Faint, "versions"), Cell::plain(statistics.versions.to_string())],
            vec![Cell::new(Ink::Faint, "lineages"), Cell::plain(statistics.lineages.to_string())],
            vec![Cell::new(Ink::Faint, "executions"), Cell::plain(statistics.executions.to_string())],
        ];
        rows.extend(
            statistics.bytes.map(|bytes| {
                vec![Cell::new(Ink::Faint, "file"), Cell::plain(indicatif::HumanBytes(bytes).to_string())]
            }),
        );
        for (name, time) in [("first", &statistics.first), ("last", &statistics.last)] {
            rows.extend(time.as_ref().map(|time| vec![Cell::new(Ink::Faint, name), Cell::plain(time.clone())]));
        }
        page.table(&[], rows)?;
        if !statistics.types.is_empty() {
            page.text("")?;
            let rows = statistics.types.iter().map(|counted| {
                let name = Cell::new(Ink::Name, &*counted.r#type);
                let kind = Cell::plain(if counted.is_config { "config" } else { "entity" });
                let counts = [counted.lineages, counted.versions, counted.heads, counted.roots].map(number);
                [name, kind].into_iter().chain(counts).collect()
            });
            page.table(&["type", "kind", "lineages", "versions", "heads", "roots"], rows.collect())?;
        }
        if !statistics.callables.is_empty() {
            page.text("")?;
            let rows = statistics.callables.iter().map(|counted| {
                let name = Cell::new(Ink::Name, &*counted.callable);
                let counts = [counted.executions, counted.succeeded, counted.failed, counted.cancelled].map(number);
                let took = when::took(std::time::Duration::from_secs_f64(counted.seconds));
                std::iter::once(name).chain(counts).chain([Cell::plain(took)]).collect()
            });
            page.table(&["callable", "executions", "succeeded", "failed", "cancelled", "took"], rows.collect())?;
        }
        Ok(Answer::Found)
    }
}

fn number(count: u64) -> Cell {
    Cell::plain(count.to_string())
}
