//! Who wrote a field is found in a file without reading every version since, and is the same as in memory.

use std::collections::HashMap;
use std::ops::ControlFlow;

use ecs::prelude::*;
use ecs::sqlite::{Options, SqliteStore};
use ecs_core::store::Store;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wheel {
    id: Id,
    spokes: u8,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Cart {
    id: Id,
    name: String,
    /// Large enough to be stored apart from the row.
    notes: String,
    load: Option<f64>,
    wheels: Vec<Wheel>,
    trips: u64,
}

#[callable]
fn work_on(cart: &mut Cart, what: u8, with: u8) {
    match what {
        0 => cart.name = format!("cart {}", with % 3),
        1 => cart.notes = format!("note {} ", with % 3).repeat(200),
        2 => cart.load = (!with.is_multiple_of(3)).then(|| f64::from(with % 3)),
        3 => cart.wheels[usize::from(with % 2)].spokes = with,
        4 => cart.wheels.reverse(),
        _ => {}
    }
    cart.trips += 1;
}

fn cart() -> Cart {
    let wheels = vec![Wheel { id: Id::new(), spokes: 8 }, Wheel { id: Id::new(), spokes: 8 }];
    Cart { id: Id::new(), name: "cart".into(), notes: String::new(), load: None, wheels, trips: 0 }
}

/// A cart that was worked on, mostly on nothing but its trips.
fn worked_on(world: &World) -> ecs::Result<Vec<Stored<Cart>>> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut versions = vec![world.insert(cart())?];
    for _ in 0..150 {
        let (what, with) = (random.u8(0..12), random.u8(..));
        versions.push(work_on::call(world, &versions[versions.len() - 1], what, with).wait()?);
    }
    Ok(versions)
}

/// For each field of some versions, which version of its lineage wrote it, and by what.
fn blamed(world: &World, versions: &[Stored<Cart>]) -> ecs::Result<Vec<String>> {
    let (mut counts, mut numbers) = (HashMap::new(), HashMap::new());
    world.visit_versions(|entry| {
        let count: &mut usize = counts.entry(entry.lineage_id).or_default();
        numbers.insert(entry.ecs_id, *count);
        *count += 1;
        ControlFlow::Continue(())
    })?;
    let mut lines = Vec::new();
    for version in versions.iter().step_by(10) {
        for line in world.blame(version)?.lines() {
            let number = numbers[&line.version.ecs_id()];
            let by = line.execution.as_ref().map(|execution| execution.callable());
            // How wheels are arranged is told by their ids.
            let value = if line.path.to_string() == ".wheels" { String::new() } else { line.value.to_string() };
            lines.push(format!("{} {value} {number} {by:?}", line.path));
        }
    }
    Ok(lines)
}

#[test]
fn blame_of_a_file_is_that_of_memory() -> ecs::Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("carts.db");
    let in_memory = World::in_memory()?;
    let expected = blamed(&in_memory, &worked_on(&in_memory)?)?;
    let versions = worked_on(&World::open(&file)?)?;
    let found = blamed(&World::open(&file)?, &versions)?;
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    Ok(())
}

#[test]
fn a_file_tells_how_long_fields_are_as_they_are() -> ecs::Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("carts.db");
    let world = World::open(&file)?;
    let mut ids = Vec::new();
    let mut cart = world.insert(cart())?;
    for (what, with) in [(0, 1), (1, 1), (5, 0), (0, 2), (0, 1), (5, 0), (1, 1), (5, 0)] {
        cart = work_on::call(&world, &cart, what, with).wait()?;
        ids.push(cart.ecs_id());
    }
    drop(world);
    let store = SqliteStore::open(&file, Options::new())?;
    let since = |fields: &[&str]| {
        let since = store.unchanged_since(ids[7], fields).expect("it can be read");
        ids.iter().position(|id| *id == since)
    };
    assert_eq!(since(&["name"]), Some(4), "it was the same before, and another one in between");
    assert_eq!(since(&["notes"]), Some(1), "the same was written again");
    assert_eq!(since(&["notes", "name"]), Some(4));
    assert_eq!(since(&["trips"]), Some(7));
    assert_eq!(since(&["name", "trips"]), Some(7));
    Ok(())
}
