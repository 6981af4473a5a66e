//! What a study of 344 penguins looks like when every step has a memory.
//!
//! `cargo run --release --example penguins` reads `examples/data/penguins-raw.csv`, prints a
//! summary of each species, and then tells everything that is known of one mass that nobody
//! measured: which call wrote it, with which config, from which row, and what was there before. At last
//! it runs every recorded call again, to see whether each gives the same.
//!
//! With `--db FILE` after a `--`, all of it stays in a file, which the command `ecs` reads.

#![allow(clippy::print_stdout, reason = "an example shows its results on the terminal")]

mod study;

use std::error::Error;
use std::fs::File;

use ecs::prelude::*;

use self::study::Study;
use self::study::model::{Doubt, Imputation};
use self::study::story::MassStory;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/penguins-raw.csv");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let world = world()?;
    let study = study::run(&world, File::open(FILE)?, Imputation::default()).await?;

    print_overview(&world, &study)?;
    print_summaries(&study);
    print_birds(&study);

    let imputed = study.observations.iter().find(|observation| observation.imputed_because.is_some());
    if let Some(observation) = imputed {
        if let Some(story) = MassStory::of(&world, observation)? {
            println!("\nOne imputed mass\n\n{story}");
        }
        println!("The whole history of that observation\n\n{}", world.history(observation)?);
    }

    // Every call again, from its recorded inputs and configs: does the study stand?
    let replays = world.replay_all(&ExecutionFilter::new()).await?;
    println!("\nReplayed {replays}");
    Ok(())
}

/// The world in the file that was given, or in memory.
fn world() -> Result<World, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(World::in_memory()?),
        ["--db", file] => Ok(World::open(file)?),
        _ => Err(format!("the penguins take `--db FILE` or nothing, and were given `{}`", arguments.join(" ")).into()),
    }
}

fn print_overview(world: &World, study: &Study) -> ecs::Result<()> {
    let flaws: usize = study.observations.iter().map(|observation| observation.flaws.len()).sum();
    println!(
        "{} rows: {} observations, {} rows refused, {flaws} cells without a value",
        study.rows.len(),
        study.observations.len(),
        study.refused.len(),
    );
    for refusal in &study.refused {
        println!("line {} was refused: {}", refusal.row.line, world.execution(refusal.execution)?.status());
    }
    println!("{} executions recorded\n", world.executions(&ExecutionFilter::new())?.len());
    Ok(())
}

fn print_summaries(study: &Study) {
    println!("species      seen  female  male  imputed  outliers  mean mass  median  flipper  culmen");
    for (species, summary) in &study.summaries {
        println!(
            "{species:<12} {:>4}  {:>6}  {:>4}  {:>7}  {:>8}  {:>7} g  {:>4} g  {:>4} mm  {:>3} mm",
            summary.observations,
            summary.females,
            summary.males,
            summary.imputed,
            summary.outliers,
            number(summary.mean_mass_g, 1),
            number(summary.median_mass_g, 0),
            number(summary.mean_flipper_mm, 0),
            number(summary.mean_culmen_mm, 0),
        );
    }
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
}

fn print_birds(study: &Study) {
    let returning: Vec<_> = study.birds.iter().filter(|bird| bird.seasons.len() > 1).collect();
    let doubted = |doubt| returning.iter().filter(|bird| bird.doubts.contains(&doubt)).count();
    println!(
        "\n{} pairs of species and ID, {} of which come back in another season:\n\
         {} with the other sex, {} on another island, so an ID alone does not make them one bird",
        study.birds.len(),
        returning.len(),
        doubted(Doubt::OtherSex),
        doubted(Doubt::OtherIsland),
    );
}
