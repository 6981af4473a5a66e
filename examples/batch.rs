//! 100,000 calls in a batch, with a progress bar, and no more memory for results than for a few.
//!
//! Each call rates one measured bird; a few of the measurements cannot be right, and their calls fail
//! without harm to the others.

#![allow(clippy::print_stdout, reason = "an example shows its results on the terminal")]

use std::collections::BTreeMap;

use ecs::prelude::*;
use indicatif::{ProgressBar, ProgressStyle};

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scale {
    id: Id,
    #[config(default = 4_200.0)]
    usual_mass: f64,
    #[config(default = 800.0)]
    deviation: f64,
}

/// How far a bird's mass is from the usual one, in deviations.
#[callable]
fn rate(mass: f64, scale: &Scale) -> Result<f64, String> {
    if mass <= 0.0 {
        return Err(format!("{mass} g is no mass"));
    }
    Ok((mass - scale.usual_mass) / scale.deviation)
}

/// Measurements as an instrument gives them: one after the other, never all in memory.
fn masses() -> impl ExactSizeIterator<Item = f64> {
    (0..100_000_u32).map(|n| if n % 9_973 == 0 { 0.0 } else { 3_000.0 + f64::from(n * 31 % 2_400) })
}

#[tokio::main]
async fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let rating = rate::with(Scale::default());

    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec}, {msg}, {eta} left");
    let bar = ProgressBar::new(0).with_style(style.expect("the template is well-formed"));

    let mut heaviest = f64::MIN;
    let mut refused = BTreeMap::new();
    let progress = world
        .batch(masses().map(|mass| rating.call(&world, mass)))
        .on_progress(|progress| {
            bar.set_length(progress.total.unwrap_or(progress.done) as u64);
            bar.set_position(progress.done as u64);
            if progress.done.is_multiple_of(1_000) {
                bar.set_message(format!("{} failed", progress.failed));
            }
        })
        .for_each(|index, rating| match rating {
            Ok(rating) => heaviest = heaviest.max(rating),
            Err(error) => _ = refused.insert(index, error),
        })
        .await;
    bar.finish();

    println!("{} birds rated, the heaviest {heaviest:.2} deviations above the usual", progress.succeeded);
    for (index, error) in &refused {
        println!("  number {index}: {error}");
    }
    let one = &world.executions(&ExecutionFilter::new().outcome(Outcome::Failed))?[0];
    println!("\nAs recorded:\n{one}");
    Ok(())
}
