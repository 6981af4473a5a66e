//! Field records become batches, batches become reports, and reports become one summary: by events alone.
//!
//! The program takes down the rows of a file, one call each, and says when there are no more. Everything else is done by
//! three handlers, each of which knows only what it waits for. What they call is nested below the call whose event they
//! handle, so the record says how the summary came about.
//!
//! ```console
//! $ cargo run --example cascade
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use ecs::Subscription;
use ecs::prelude::*;

/// One penguin, as it was taken down in the field.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FieldRecord {
    id: Id,
    species: String,
    mass: Option<f64>,
}

/// The last record has been taken down.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct EndOfRecords {
    id: Id,
}

/// Some records, in the order in which they came.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Batch {
    id: Id,
    records: Vec<FieldRecord>,
}

/// What a number of penguins weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Weights {
    birds: usize,
    weighed: usize,
    grams: f64,
}

/// What is in a batch.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    id: Id,
    species: BTreeMap<String, Weights>,
}

/// What is in all batches.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Summary {
    id: Id,
    reports: usize,
    species: BTreeMap<String, Weights>,
}

#[callable]
fn take_down(species: &str, mass: Option<f64>) -> FieldRecord {
    FieldRecord { id: Id::new(), species: species.to_owned(), mass }
}

#[callable]
fn finish() -> EndOfRecords {
    EndOfRecords { id: Id::new() }
}

#[callable]
fn collect(records: Vec<FieldRecord>) -> Batch {
    Batch { id: Id::new(), records }
}

#[callable]
fn write_report(batch: &Batch) -> Report {
    let mut species: BTreeMap<String, Weights> = BTreeMap::new();
    for record in &batch.records {
        let weights = species.entry(record.species.clone()).or_default();
        weights.birds += 1;
        weights.weighed += usize::from(record.mass.is_some());
        weights.grams += record.mass.unwrap_or(0.0);
    }
    Report { id: Id::new(), species }
}

#[callable]
fn sum_up(summary: &mut Summary, report: &Report) {
    summary.reports += 1;
    for (species, more) in &report.species {
        let weights = summary.species.entry(species.clone()).or_default();
        weights.birds += more.birds;
        weights.weighed += more.weighed;
        weights.grams += more.grams;
    }
}

/// How many records are in a batch, but for the last one.
const BATCH: usize = 50;

/// Collects records into batches.
fn batching(world: &World) -> Subscription {
    let created = EventFilter::new().event(EventType::VersionCreated).entity::<FieldRecord>().entity::<EndOfRecords>();
    let mut waiting: Vec<Stored<FieldRecord>> = Vec::new();
    world.on(created).handle(move |context, event| -> ecs::Result<()> {
        let is_end = event.is_about::<EndOfRecords>();
        if !is_end {
            waiting.push(event.stored(context)?);
        }
        if waiting.len() == BATCH || (is_end && !waiting.is_empty()) {
            collect::call(context, std::mem::take(&mut waiting)).wait()?;
        }
        Ok(())
    })
}

/// Writes a report of each batch.
fn reporting(world: &World) -> Subscription {
    let created = EventFilter::new().event(EventType::VersionCreated).entity::<Batch>();
    world.on(created).handle(|context, event| write_report::call(context, &event.stored(context)?).wait().map(drop))
}

/// Sums the reports up.
fn summing_up(world: &World, mut summary: Stored<Summary>) -> Subscription {
    let created = EventFilter::new().event(EventType::VersionCreated).entity::<Report>();
    world.on(created).handle(move |context, event| -> ecs::Result<()> {
        summary = sum_up::call(context, &summary, &event.stored(context)?).wait()?;
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "it is what an example is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let world = World::in_memory()?;
    let summary = world.insert(Summary { id: Id::new(), reports: 0, species: BTreeMap::new() })?;
    let handlers = [batching(&world), reporting(&world), summing_up(&world, summary.clone())];

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/penguins-raw.csv");
    let mut last = None;
    for row in csv::Reader::from_path(path)?.deserialize::<BTreeMap<String, String>>() {
        let row = row?;
        let field = |name: &str| row.get(name).map(String::as_str).unwrap_or_default();
        let species = field("Species").split(' ').next().unwrap_or_default();
        last = Some(take_down::call(&world, species, field("Body Mass (g)").parse::<f64>().ok()).wait()?);
    }
    let end = finish::call(&world).wait()?;
    world.events().wait_idle();
    drop(handlers);
    for failure in world.events().failures() {
        println!("{failure}");
    }

    let summary = world.head::<Summary>(&summary)?;
    println!("{} reports\n\nspecies    birds  weighed  mean mass", summary.reports);
    for (species, weights) in &summary.species {
        let mean = weights.grams / weights.weighed as f64;
        println!("{species:<10} {:>5}  {:>7}  {mean:>7.1} g", weights.birds, weights.weighed);
    }

    let derivation = world.dependencies(&summary, None)?;
    println!("\nIt was derived from the last record: {}", last.is_some_and(|last| derivation.contains(&last)));
    println!("\nWhat followed from the end of the records:");
    println!("{}", world.execution_tree(end.execution_id().expect("a call made it"))?);

    let statistics = world.events().statistics();
    println!("\n{} events were published and {} delivered", statistics.published_of_all_types(), statistics.delivered);
    Ok(())
}
