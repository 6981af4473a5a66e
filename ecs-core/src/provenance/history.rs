//! What became of one thing: its versions, who made them, and what they changed.

use std::fmt;
use std::sync::Arc;

use super::diff::{Diff, EntityDiff};
use super::value::{FieldChange, changed_fields, field_value};
use super::{configs_of, execution_of};
use crate::entity::{AnyStored, LineageId};
use crate::error::{ErrorKind, Result};
use crate::execution::Execution;
use crate::world::World;

/// The versions of one lineage, oldest first.
#[derive(Clone, Debug)]
pub struct History {
    entries: Vec<HistoryEntry>,
}

/// One version, with what is known of how it came to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The version.
    pub version: AnyStored,
    /// The execution that made it; `None` if it was inserted or committed directly, or if it is a
    /// config and the call that was the first to use it is still under way.
    pub execution: Option<Arc<Execution>>,
    /// The configs of that execution.
    pub configs: Vec<AnyStored>,
    /// The fields that differ from the parent; every field of a first version.
    pub changes: Vec<FieldChange>,
    /// What became of the entities that it holds, since its parent; nothing of a first version.
    pub below: Vec<EntityDiff>,
}

impl History {
    pub(crate) fn of(world: &World, lineage_id: LineageId) -> Result<Self> {
        let versions = world.store().lineage(lineage_id)?;
        if versions.is_empty() {
            return Err(ErrorKind::UnknownLineage { lineage_id }.into());
        }
        let entries = versions.into_iter().map(|version| HistoryEntry::of(world, version));
        Ok(Self { entries: entries.collect::<Result<_>>()? })
    }

    /// The versions, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    /// The newest entry that changed `field`: who last wrote it, and what it was before.
    #[must_use]
    pub fn last_change(&self, field: &str) -> Option<(&HistoryEntry, &FieldChange)> {
        self.entries.iter().rev().find_map(|entry| {
            let change = entry.changes.iter().find(|change| change.field == field)?;
            Some((entry, change))
        })
    }
}

impl HistoryEntry {
    fn of(world: &World, version: AnyStored) -> Result<Self> {
        let execution = execution_of(world, &version)?;
        let configs = configs_of(world, execution.as_deref())?;
        let parent = version.parent().map(|id| world.version(id)).transpose()?;
        let source = version.forked_from().map(|id| world.version(id)).transpose()?;
        let before = parent.as_ref().or(source.as_ref());
        let changes = changed_fields(before.map(AnyStored::node), version.node())?;
        let below = match &parent {
            Some(parent) => Diff::between(parent, &version)?.into_below(),
            None => Vec::new(),
        };
        Ok(Self { version, execution, configs, changes, below })
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, entry) in self.entries.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            entry.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for HistoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.version, self.version.entity_type().name())?;
        match &self.execution {
            Some(execution) => write!(f, " by {} in {}", execution.callable, execution.id)?,
            None => match self.version.execution_id() {
                Some(id) => write!(f, " in {id}, still under way")?,
                None => f.write_str(" stored directly")?,
            },
        }
        if let Some(source) = self.version.forked_from() {
            write!(f, ", forked from @{source}")?;
        }
        for config in &self.configs {
            write!(f, "\n  with {} {config}:", config.entity_type().name())?;
            for field in config.entity_type().fields() {
                write!(f, " {} {}", field.name(), field_value(config.node(), field.name()))?;
            }
        }
        self.changes.iter().try_for_each(|change| write!(f, "\n  {change}"))?;
        self.below.iter().filter(|entity| !entity.is_only_holder()).try_for_each(|entity| write!(f, "\n {entity}"))?;
        Ok(())
    }
}
