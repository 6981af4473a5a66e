//! Which entity of a recorded output is which of the replayed one.

use std::collections::HashMap;
use std::hash::Hash;

use crate::address::Path;
use crate::deep;
use crate::entity::tree::visit_levels;
use crate::entity::{AnyStored, Id};
use crate::error::Result;
use crate::ground::Ground;

/// An entity in an output.
pub(super) struct Spot {
    pub(super) path: Path,
    pub(super) id: Id,
    /// Which of the tree it is.
    pub(super) position: usize,
}

/// The entities of two outputs.
#[derive(Default)]
pub(super) struct Pairs {
    /// Those that are in both, the recorded one first.
    pub(super) both: Vec<(Spot, Spot)>,
    pub(super) recorded_only: Vec<Spot>,
    pub(super) replayed_only: Vec<Spot>,
}

impl Pairs {
    /// Pairs the entities of two outputs: by their lineages, as what was there before keeps its own; then by
    /// where they are, and then by their content, as what the two runs made has different ones.
    pub(super) fn of(scratch: &Ground, recorded: &AnyStored, replayed: &AnyStored) -> Result<Self> {
        let (mut recorded, mut replayed) = (spots(recorded)?, spots(replayed)?);
        let mut pairs = Self::default();
        pairs.take(&mut recorded, &mut replayed, |spot| Ok(spot.id.lineage_id()))?;
        pairs.take(&mut recorded, &mut replayed, |spot| Ok(spot.path.clone()))?;
        pairs.take(&mut recorded, &mut replayed, |spot| {
            let version = spot.id.ecs_id().map(|ecs_id| scratch.version(ecs_id)).transpose()?;
            Ok(version.map(|version| version.content_hash()))
        })?;
        (pairs.recorded_only, pairs.replayed_only) = (recorded, replayed);
        pairs.both.sort_unstable_by_key(|(_, replayed)| replayed.position);
        Ok(pairs)
    }

    /// Pairs those that have the same key, each once.
    fn take<K: Eq + Hash>(
        &mut self,
        recorded: &mut Vec<Spot>,
        replayed: &mut Vec<Spot>,
        key: impl Fn(&Spot) -> Result<K>,
    ) -> Result<()> {
        if recorded.is_empty() || replayed.is_empty() {
            return Ok(());
        }
        let mut by_key: HashMap<K, Vec<Spot>> = HashMap::new();
        // The last is taken first.
        for spot in recorded.drain(..).rev() {
            by_key.entry(key(&spot)?).or_default().push(spot);
        }
        for spot in std::mem::take(replayed) {
            match by_key.get_mut(&key(&spot)?).and_then(Vec::pop) {
                Some(twin) => self.both.push((twin, spot)),
                None => replayed.push(spot),
            }
        }
        recorded.extend(by_key.into_values().flatten());
        recorded.sort_unstable_by_key(|spot| spot.position);
        Ok(())
    }
}

/// An output and the entities in it, each before those that it holds.
fn spots(output: &AnyStored) -> Result<Vec<Spot>> {
    let mut spots = vec![Spot { path: Path::default(), id: output.node().node_id(), position: 0 }];
    visit_levels(output.node(), deep::TOLD_LEVELS, &mut |path, node| {
        spots.push(Spot { path: Path::of(path), id: node.node_id(), position: spots.len() });
        Ok(())
    })?;
    Ok(spots)
}
