//! What became of one thing: its versions, who made them, and what they changed.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::diff::{Diff, EntityDiff};
use super::value::{FieldChange, changed_fields, field_value};
use super::{Named, configs_of, execution_of, find_named, gone_execution_of};
use crate::entity::{AnyStored, EcsId, LineageId};
use crate::error::Result;
use crate::execution::Execution;
use crate::ground::Ground;
use crate::store::{AnyId, NoLongerKept};

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
    /// The fields that differ from the parent; every field of a first version. Nothing, if what it continues is no
    /// longer kept: then it is not known what changed.
    pub changes: Vec<FieldChange>,
    /// What became of the entities that it holds, since its parent; nothing of a first version.
    pub below: Vec<EntityDiff>,
    /// Whether no other version continues it. Several are heads if a conflict was kept as a branch.
    pub is_head: bool,
    /// What it names that was stored and was removed since: the version that it continues or was forked from, the
    /// execution that made it.
    pub no_longer_kept: Vec<NoLongerKept>,
}

impl History {
    pub(crate) fn of(ground: &Ground, lineage_id: LineageId) -> Result<Self> {
        let versions = ground.store().lineage(lineage_id)?;
        if versions.is_empty() {
            return Err(ground.not_here(AnyId::Lineage(lineage_id)));
        }
        let heads: HashSet<EcsId> = ground.store().heads(lineage_id)?.iter().map(AnyStored::ecs_id).collect();
        let entries = versions.into_iter().map(|version| {
            let is_head = heads.contains(&version.ecs_id());
            HistoryEntry::of(ground, version, is_head)
        });
        Ok(Self { entries: entries.collect::<Result<_>>()? })
    }

    /// The versions, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    /// The versions that no other continues, oldest first; more than one if a conflict was kept as a branch.
    pub fn heads(&self) -> impl Iterator<Item = &HistoryEntry> {
        self.entries.iter().filter(|entry| entry.is_head)
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
    fn of(ground: &Ground, version: AnyStored, is_head: bool) -> Result<Self> {
        let execution = execution_of(ground, &version)?;
        let configs = configs_of(ground, execution.as_deref())?;
        let gone_execution = gone_execution_of(ground, &version, execution.as_ref())?;
        let mut no_longer_kept: Vec<NoLongerKept> = gone_execution.into_iter().collect();
        let before = version.parent().or(version.forked_from()).map(|before| find_named(ground, before)).transpose()?;
        let changes = match &before {
            Some(Named::Kept(before)) => changed_fields(Some(before.node()), version.node())?,
            Some(Named::Gone(_)) => Vec::new(),
            None => changed_fields(None, version.node())?,
        };
        let below = match &before {
            Some(Named::Kept(parent)) if version.parent().is_some() => Diff::between(parent, &version)?.into_below(),
            _ => Vec::new(),
        };
        if let Some(Named::Gone(gone)) = before {
            no_longer_kept.push(gone);
        }
        Ok(Self { version, execution, configs, changes, below, is_head, no_longer_kept })
    }

    /// What is left to say of something that it names, if that is no longer kept.
    #[must_use]
    pub fn gone(&self, id: impl Into<AnyId>) -> Option<&NoLongerKept> {
        let id = id.into();
        self.no_longer_kept.iter().find(|gone| gone.id == id)
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_branches = self.heads().nth(1).is_some();
        for (i, entry) in self.entries.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            let before = i.checked_sub(1).map(|before| self.entries[before].version.ecs_id());
            let continued = entry.version.parent().filter(|&parent| Some(parent) != before);
            entry.tell(f, continued, has_branches && entry.is_head)?;
        }
        Ok(())
    }
}

impl fmt::Display for HistoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tell(f, None, false)
    }
}

impl HistoryEntry {
    /// Tells the entry, and what it continues and whether it is a head where that is not plain.
    fn tell(&self, f: &mut fmt::Formatter<'_>, continued: Option<EcsId>, is_branch: bool) -> fmt::Result {
        write!(f, "{} {}", self.version, self.version.entity_type().name())?;
        match &self.execution {
            Some(execution) => write!(f, " by {} in {}", execution.callable(), execution.id)?,
            None => match self.version.execution_id() {
                Some(id) if self.gone(id).is_some() => write!(f, " in {id}")?,
                Some(id) => write!(f, " in {id}, still under way")?,
                None => f.write_str(" stored directly")?,
            },
        }
        if let Some(source) = self.version.forked_from() {
            write!(f, ", forked from @{source}")?;
        }
        if let Some(parent) = continued {
            write!(f, ", continues @{parent}")?;
        }
        if is_branch {
            f.write_str(", a head")?;
        }
        for config in &self.configs {
            write!(f, "\n  with {} {config}:", config.entity_type().name())?;
            for field in config.entity_type().fields() {
                write!(f, " {} {}", field.name(), field_value(config.node(), field.name()))?;
            }
        }
        self.no_longer_kept.iter().try_for_each(|gone| write!(f, "\n  {gone}"))?;
        self.changes.iter().try_for_each(|change| write!(f, "\n  {change}"))?;
        self.below.iter().filter(|entity| !entity.is_only_holder()).try_for_each(|entity| write!(f, "\n {entity}"))?;
        Ok(())
    }
}
