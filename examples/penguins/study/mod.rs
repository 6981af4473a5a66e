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

use ecs::prelude::*;

use self::model::{BirdRecord, Imputation, Observation, RawRow, SpeciesSummary};
use self::steps::{
    NoMeasuredMass, UnknownSpecies, UnreadableRow, follow_bird, impute_mass, normalise_names, parse_row, summarise,
    written,
};

/// What came out of one run of the study.
#[derive(Debug)]
pub struct Study {
    /// Every row of the file.
    pub rows: Vec<Stored<RawRow>>,
    /// The rows that no observation could be made of.
    pub refused: Vec<Refusal>,
    /// The newest version of every observation, in the order of the file.
    pub observations: Vec<Stored<Observation>>,
    /// What is on record under each species and bird ID.
    pub birds: Vec<Stored<BirdRecord>>,
    /// The summaries by species.
    pub summaries: BTreeMap<String, Stored<SpeciesSummary>>,
}

/// A row that a step refused. The row is in the world, and so is the reason: nothing is lost.
#[derive(Debug)]
pub struct Refusal {
    /// The row.
    pub row: Stored<RawRow>,
    /// The execution that failed.
    pub execution: ExecutionId,
}

/// Runs the whole study on a file of raw penguin rows.
///
/// # Errors
///
/// If the file is no CSV, or a step fails in a way that the study does not provide for.
pub async fn run(world: &World, file: impl Read, imputation: Imputation) -> Result<Study, Box<dyn Error>> {
    let rows = read_rows(world, file)?;
    let mut refused = Vec::new();
    let observations = parse(world, &rows, &mut refused).await?;
    let observations = normalise(world, observations, &mut refused).await?;
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

async fn parse(
    world: &World,
    rows: &[Stored<RawRow>],
    refused: &mut Vec<Refusal>,
) -> ecs::Result<Vec<Stored<Observation>>> {
    let mut observations = Vec::new();
    for row in rows {
        match parse_row::call(world, row).await {
            Ok(observation) => observations.push(observation),
            Err(error) => match (error.cause::<UnreadableRow>(), error.execution()) {
                (Some(_), Some(execution)) => refused.push(Refusal { row: row.clone(), execution }),
                _ => return Err(error),
            },
        }
    }
    Ok(observations)
}

async fn normalise(
    world: &World,
    observations: Vec<Stored<Observation>>,
    refused: &mut Vec<Refusal>,
) -> ecs::Result<Vec<Stored<Observation>>> {
    let mut normal = Vec::new();
    for observation in observations {
        match normalise_names::call(world, &observation).await {
            Ok(observation) => normal.push(observation),
            Err(error) => match (error.cause::<UnknownSpecies>(), error.execution()) {
                (Some(_), Some(execution)) => {
                    refused.push(Refusal { row: story::row_of(world, &observation)?, execution });
                }
                _ => return Err(error),
            },
        }
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
        let row = story::row_of(world, &observation)?;
        // The comment is borrowed from the row: the record says so, down to the cell.
        let because = match written(&row, "Comments") {
            Some(_) => row.at(r#"cells["Comments"]"#).into(),
            None => Arg::Default,
        };
        match impute_mass.call(world, &observation, &weighed[..], because).await {
            Ok(imputed) => complete.push(imputed),
            // It stays without a mass, and the record says why.
            Err(error) if error.cause::<NoMeasuredMass>().is_some() => complete.push(observation),
            Err(error) => return Err(error),
        }
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
    Ok(outcome.all())
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
