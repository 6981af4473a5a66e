//! A tree on real data: 344 penguins on three islands of the Palmer Archipelago, two of which were never weighed.
//!
//! The islands hold their penguins. A recorded call fills in the missing masses; what it changed, who wrote what, and what
//! one value was derived from is then read from the record.
//!
//! ```console
//! $ cargo run --example archipelago
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use ecs::GraphOf;
use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Penguin {
    id: Id,
    name: String,
    species: String,
    mass: Option<f64>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Island {
    id: Id,
    penguins: Vec<Arc<Penguin>>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Archipelago {
    id: Id,
    islands: BTreeMap<String, Island>,
}

/// What a missing mass is taken to be.
#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Filling {
    id: Id,
    /// Grams added to the mean of the species on the island.
    #[config(default = 0.0)]
    correction: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Heaviest {
    id: Id,
    penguin: Ref<Penguin>,
    mass: f64,
}

/// Fills in each missing mass with the mean of the species on the same island.
#[callable]
fn fill_masses(archipelago: &mut Archipelago, filling: &Filling) {
    for island in archipelago.islands.values_mut() {
        let means: Vec<Option<f64>> = island
            .penguins
            .iter()
            .map(|missing| {
                let weighed = island.penguins.iter().filter(|penguin| penguin.species == missing.species);
                let masses: Vec<f64> = weighed.filter_map(|penguin| penguin.mass).collect();
                (!masses.is_empty()).then(|| masses.iter().sum::<f64>() / masses.len() as f64)
            })
            .collect();
        for (penguin, mean) in island.penguins.iter_mut().zip(means) {
            if penguin.mass.is_none() {
                // Only this penguin is copied; the others stay shared with the version before.
                Arc::make_mut(penguin).mass = mean.map(|mean| (mean + filling.correction).round());
            }
        }
    }
}

/// Names the heaviest penguin, which stays where it is.
#[callable]
fn heaviest(archipelago: &Archipelago) -> Option<Heaviest> {
    let penguins = archipelago.islands.values().flat_map(|island| &island.penguins);
    let heaviest = penguins.max_by(|a, b| a.mass.unwrap_or(0.0).total_cmp(&b.mass.unwrap_or(0.0)))?;
    Some(Heaviest { id: Id::new(), penguin: Ref::to(&**heaviest)?, mass: heaviest.mass? })
}

/// Takes the penguins of one island out of the archipelago: each stands on its own from then on.
#[callable]
fn leave(archipelago: &mut Archipelago, island: &str) -> Option<Island> {
    archipelago.islands.remove(island)
}

fn read() -> Result<Archipelago, Box<dyn std::error::Error>> {
    let mut islands: BTreeMap<String, Island> = BTreeMap::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/penguins-raw.csv");
    for row in csv::Reader::from_path(path)?.deserialize::<BTreeMap<String, String>>() {
        let row = row?;
        let field = |name: &str| row.get(name).cloned().unwrap_or_default();
        let penguin = Penguin {
            id: Id::new(),
            name: format!("{} {}", field("studyName"), field("Individual ID")),
            species: field("Species").split(' ').next().unwrap_or_default().to_owned(),
            mass: field("Body Mass (g)").parse().ok(),
        };
        let island = islands.entry(field("Island")).or_insert_with(|| Island { id: Id::new(), penguins: Vec::new() });
        island.penguins.push(Arc::new(penguin));
    }
    Ok(Archipelago { id: Id::new(), islands })
}

#[expect(clippy::print_stdout, reason = "it is what an example is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let world = World::in_memory()?;
    let seen = world.insert(read()?)?;
    let filled = fill_masses::call(&world, &seen, Filling::default()).wait()?;

    println!("What filling in the masses changed:\n{}\n", world.diff(&seen, &filled)?);

    let blame = world.blame(&filled)?;
    let written = blame.lines().iter().filter(|line| line.execution.is_some());
    println!("Of {} values in the tree, these were written by a call:", blame.lines().len());
    written.for_each(|line| println!("{line}"));

    let heaviest = heaviest::call(&world, &filled).wait()?.expect("there are penguins");
    let penguin = world.get::<Penguin>(heaviest.penguin)?;
    println!("\nThe heaviest: {} at {}, {} g, @{}", penguin.name, penguin.path(), heaviest.mass, penguin.ecs_id());
    println!("It was derived from:\n{}", world.dependencies(&heaviest, None)?);

    let (rest, torgersen) = leave::call(&world, &filled, "Torgersen").wait()?;
    let torgersen = torgersen.expect("it is in the data");
    println!("\nWithout Torgersen ({} penguins) {} islands are left.", torgersen.penguins.len(), rest.islands.len());

    println!("\nThe history of the archipelago, for https://mermaid.live:");
    println!("{}", world.graph(&GraphOf::history(&rest))?.to_mermaid());
    Ok(())
}
