//! `ecs blame`: who wrote each field of a version.

use clap::Args;
use ecs_core::{AnyId, AnyStored, BlameLine, World};

use super::{short_address, value, write_gone};
use crate::failure::{Answer, Result};
use crate::given::{self, short};
use crate::page::{Cell, Ink, Page};
use crate::shape::BlameShape;
use crate::when;

/// Whose fields to ask about.
#[derive(Clone, Debug, Args)]
pub struct Blame {
    /// A version, with everything it holds; or an address of a field or of an entity inside it
    #[arg(value_name = "ADDRESS")]
    address: String,
}

impl Blame {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let address = given::address(world, &self.address)?;
        let (version, path) = match world.entity_at(&address) {
            Ok(version) => (version, Vec::new()),
            // It is a value of a version: the field that holds it says who wrote it.
            Err(error) if error.code() == "not-an-entity" => {
                let whole = given::root_of(world, &address)?;
                (whole, address.path().segments().to_vec())
            }
            Err(error) => return Err(error.into()),
        };
        let blame = world.blame(&version)?;
        let lines = blame.lines().iter().filter(|line| path.is_empty() || path.starts_with(line.path.segments()));
        let lines: Vec<&BlameLine> = lines.collect();
        if page.is_json {
            page.json(&lines.iter().map(|line| BlameShape::of(line)).collect::<Vec<_>>())?;
        } else {
            let heading = ["field", "value", "by", "version", "written", "with"];
            page.table(&heading, lines.iter().map(|line| row(line)).collect())?;
            let mut told: Vec<AnyId> = Vec::new();
            for gone in lines.iter().filter_map(|line| line.no_longer_kept.as_ref()) {
                if !told.contains(&gone.id) {
                    told.push(gone.id);
                    write_gone(page, "", gone)?;
                }
            }
            if !blame.is_complete() {
                page.line(&[Cell::new(Ink::Faint, "…and more, too deep to be told; ask of it by its own id")])?;
            }
        }
        Ok(Answer::of(!lines.is_empty()))
    }
}

fn row(line: &BlameLine) -> Vec<Cell> {
    let by = match &line.execution {
        Some(execution) => Cell::new(Ink::Name, execution.callable()),
        None => Cell::new(
            Ink::Faint,
            match &line.no_longer_kept {
                Some(gone) if matches!(gone.id, AnyId::Version(_)) => "(then or before; no longer kept)",
                Some(_) => "(no longer kept)",
                None => "(stored directly)",
            },
        ),
    };
    let with = |config: &AnyStored| format!("{} @{}", config.entity_type().name(), short(config.ecs_id()));
    let mut with: Vec<String> = line.configs.iter().map(with).collect();
    with.extend(line.source.as_ref().map(|source| format!("from {source}")));
    vec![
        Cell::new(Ink::Name, line.path.to_string().trim_start_matches('.')),
        value(&line.value),
        by,
        short_address(line.version.ecs_id()),
        Cell::new(Ink::Faint, when::shown(line.time)),
        Cell::plain(with.join(", ")),
    ]
}
