//! Everything the world knows of one imputed mass, asked of the world alone.

use std::fmt;
use std::sync::Arc;

use ecs::prelude::*;
use ecs::{AnyStored, FieldValue};

use super::model::{Imputation, Observation, RawRow};

/// How one observation came to its mass.
#[derive(Debug)]
pub struct MassStory {
    /// The version that got the mass.
    pub version: Stored<Observation>,
    /// The version before it.
    pub parent: Option<EcsId>,
    /// The mass before.
    pub before: FieldValue,
    /// The mass after.
    pub after: FieldValue,
    /// The execution that wrote it.
    pub execution: Arc<Execution>,
    /// The config that it was computed with.
    pub config: Stored<Imputation>,
    /// How many weighed birds it was computed from.
    pub weighed: usize,
    /// The row that the observation was parsed from.
    pub row: Stored<RawRow>,
}

impl MassStory {
    /// Finds out how this observation came to its mass; `None` if the mass was never changed by a
    /// call with an [`Imputation`].
    ///
    /// # Errors
    ///
    /// If the world does not know the observation.
    pub fn of(world: &World, observation: &Stored<Observation>) -> ecs::Result<Option<Self>> {
        let history = world.history(observation)?;
        let Some((entry, change)) = history.last_change("mass_g") else { return Ok(None) };
        let (Some(execution), Some(before)) = (&entry.execution, &change.before) else { return Ok(None) };
        let Some(config) = entry.configs.iter().cloned().find_map(|config| config.downcast().ok()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            version: entry.version.clone().downcast()?,
            parent: entry.version.parent(),
            before: before.clone(),
            after: change.after.clone(),
            execution: Arc::clone(execution),
            config,
            weighed: execution.argument("weighed").map_or(0, |argument| argument.versions.len()),
            row: row_of(world, observation)?,
        }))
    }
}

/// The row that an observation was parsed from: the input of the execution that made its first
/// version.
///
/// # Errors
///
/// If the world does not know the observation, or it was not parsed from a row.
pub fn row_of(world: &World, observation: &Stored<Observation>) -> ecs::Result<Stored<RawRow>> {
    let history = world.history(observation)?;
    let execution = history.entries().first().and_then(|entry| entry.execution.as_ref());
    let row = execution.and_then(|execution| execution.input).unwrap_or(observation.ecs_id());
    world.version(row).and_then(AnyStored::downcast)
}

impl fmt::Display for MassStory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, execution, config, row, .. } = self;
        writeln!(f, "{} {} of {}, island {}", version.species, version.individual, version.study, version.island)?;
        writeln!(f, "  mass      {} → {} g", self.before, self.after)?;
        if let Some(parent) = self.parent {
            writeln!(f, "  before    @{parent}.mass_g")?;
        }
        writeln!(f, "  after     {version}.mass_g")?;
        writeln!(f, "  call      {} in {}", execution.callable(), execution.id)?;
        writeln!(f, "  code      {}", execution.fingerprint())?;
        writeln!(f, "  strategy  {}", execution.strategy)?;
        writeln!(f, "  config    Imputation {config}")?;
        writeln!(f, "            strategy {:?}, per_species {}", config.strategy, config.per_species)?;
        writeln!(f, "  given     {} weighed birds", self.weighed)?;
        for argument in execution.arguments() {
            for source in argument.sources {
                writeln!(f, "            {}{} from {}", argument.name, source.to, source.from)?;
            }
        }
        writeln!(f, "  row       {row}, line {} of the file", row.line)?;
        for column in ["Body Mass (g)", "Comments"] {
            writeln!(f, "            {column}: {:?}", row.cells.get(column).map_or("", String::as_str))?;
        }
        Ok(())
    }
}
