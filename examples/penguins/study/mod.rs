//! The penguin study: from the rows of a file to a summary of each species, every step recorded.
//!
//! - [`model`]: the entities and configs.
//! - [`steps`]: the callables, one for each step.
//! - [`story`]: everything the world knows of one imputed mass.
//!
//! The example prints what comes out of here, and `tests/penguins.rs` checks it.

pub mod model;
pub mod steps;
pub mod story;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read;

use ecs::AnyStored;
use ecs::prelude::*;

use self::model::{BirdRecord, Imputation, Observation, RawRow, SpeciesSummary};
use self::steps::{UnreadableRow, flag_outliers, follow_bird, impute_mass, normalise_names, parse_row, summarise};

/// What came out of one run of the study.
#[derive(Debug)]
pub struct Study {
    /// Every row of the file.
    pub rows: Vec<Stored<RawRow>>,
    /// The rows that could not be read as an observation, each with the execution that failed.
    pub refused: Vec<(Stored<RawRow>, ExecutionId)>,
    /// The newest version of every observation, in the order of the file.
    pub observations: Vec<Stored<Observation>>,
    /// What is on record under each species and bird ID.
    pub birds: Vec<Stored<BirdRecord>>,
    /// The summaries by species.
    pub summaries: BTreeMap<String, Stored<SpeciesSummary>>,
}

/// Runs the whole study on a file of raw penguin rows.
///
/// # Errors
///
/// If the file is no CSV, or a step fails in a way that the study does not provide for.
pub async fn run(world: &World, file: impl Read, imputation: Imputation) -> Result<Study, Box<dyn Error>> {
    let rows = read_rows(world, file)?;
    let (observations, refused) = parse(world, &rows).await?;
    let observations = normalise(world, observations).await?;
    let observations = impute(world, observations, imputation).await?;
    let observations = flag(world, &observations, 1.5).await?;
    let birds = follow(world, &observations).await?;
    let summaries = summarise::call(world, &observations[..]).await?;
    Ok(Study { rows, refused, observations, birds, summaries })
}

/// Stores each row as it stands in the file, so that whatever follows can be led back to it.
fn read_rows(world: &World, file: impl Read) -> Result<Vec<Stored<RawRow>>, Box<dyn Error>> {
    // A row with too few or too many cells is a row all the same.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let beyond = (headers.len() + 1..).map(|number| format!("column {number}"));
        let columns = headers.iter().map(str::to_owned).chain(beyond);
        let cells = columns.zip(record.iter().map(str::to_owned)).collect();
        rows.push(world.insert(RawRow { id: Id::new(), line, cells })?);
    }
    Ok(rows)
}

/// What became of the rows: the observations, and the rows refused with their failed executions.
type Parsed = (Vec<Stored<Observation>>, Vec<(Stored<RawRow>, ExecutionId)>);

async fn parse(world: &World, rows: &[Stored<RawRow>]) -> ecs::Result<Parsed> {
    let (mut observations, mut refused) = (Vec::new(), Vec::new());
    for row in rows {
        match parse_row::call(world, row).await {
            Ok(observation) => observations.push(observation),
            // The row is in the world, and so is the reason why it was refused: nothing is lost.
            Err(error) => match (error.cause::<UnreadableRow>(), error.execution()) {
                (Some(_), Some(execution)) => refused.push((row.clone(), execution)),
                _ => return Err(error),
            },
        }
    }
    Ok((observations, refused))
}

async fn normalise(world: &World, observations: Vec<Stored<Observation>>) -> ecs::Result<Vec<Stored<Observation>>> {
    let mut normal = Vec::new();
    for observation in observations {
        normal.push(normalise_names::call(world, &observation).await?);
    }
    Ok(normal)
}

async fn impute(
    world: &World,
    observations: Vec<Stored<Observation>>,
    imputation: Imputation,
) -> ecs::Result<Vec<Stored<Observation>>> {
    let weighed: Vec<_> = observations.iter().filter(|observation| observation.mass_g.is_some()).cloned().collect();
    // The config is bound once and stored once, however many masses are imputed with it.
    let impute_mass = impute_mass::with(imputation);
    let mut complete = Vec::new();
    for observation in observations {
        if observation.mass_g.is_some() {
            complete.push(observation);
            continue;
        }
        // The comment is borrowed from the row: the record says so, down to the cell.
        let row = story::row_of(world, &observation)?;
        let comment = row.at::<String>(r#"cells["Comments"]"#);
        complete.push(impute_mass.call(world, &observation, &weighed[..], comment).await?);
    }
    Ok(complete)
}

async fn flag(
    world: &World,
    observations: &[Stored<Observation>],
    fence: f64,
) -> ecs::Result<Vec<Stored<Observation>>> {
    // By name, as a request from outside the program would: `fence` goes into an `OutlierRule`,
    // whose other field has its default.
    let outcome = world.execute("flag_outliers", args! { observations: observations, fence: fence }).await?;
    outcome.outputs().iter().cloned().map(AnyStored::downcast).collect()
}

async fn follow(world: &World, observations: &[Stored<Observation>]) -> ecs::Result<Vec<Stored<BirdRecord>>> {
    let mut sightings: BTreeMap<(&str, &str), Vec<Stored<Observation>>> = BTreeMap::new();
    for observation in observations {
        let bird = (observation.species.as_str(), observation.individual.as_str());
        sightings.entry(bird).or_default().push(observation.clone());
    }
    let mut birds = Vec::new();
    for sightings in sightings.into_values() {
        birds.push(follow_bird::call(world, sightings).await?);
    }
    Ok(birds)
}
