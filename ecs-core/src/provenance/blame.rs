//! Who wrote each field of a version, and when.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::value::{FieldChange, FieldValue, changed_fields};
use super::{Named, configs_of, execution_of, find_named, gone_execution_of};
use crate::address::{Address, Path, Segment};
use crate::deep;
use crate::entity::tree::visit_levels;
use crate::entity::{AnyStored, EcsId, ExecutionId};
use crate::error::{ErrorKind, Result};
use crate::execution::Execution;
use crate::ground::Ground;
use crate::store::{AnyId, NoLongerKept};

/// For each field of a version, and of every entity that it holds, the version that last wrote it.
#[derive(Clone, Debug)]
pub struct Blame {
    lines: Vec<BlameLine>,
    is_complete: bool,
}

/// One field, and where its value comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BlameLine {
    /// The path to the field.
    pub path: Path,
    /// Its value. Of a field that holds entities, how they are arranged; they have lines of their own.
    pub value: FieldValue,
    /// The version that last wrote it: of the entity that has the field, or of what that was forked
    /// from.
    pub version: AnyStored,
    /// When that version was made.
    pub time: SystemTime,
    /// The execution that made it; `None` if it was inserted or committed directly, or if the call is
    /// still under way.
    pub execution: Option<Arc<Execution>>,
    /// The configs of that execution.
    pub configs: Vec<AnyStored>,
    /// The address that the value was borrowed from, if it was an argument.
    pub source: Option<Address>,
    /// What was stored and was removed since, and would say more: the execution; or the version before, which had
    /// this value already or had another one. Then neither an execution nor a source is told.
    pub no_longer_kept: Option<NoLongerKept>,
}

impl Blame {
    pub(crate) fn of(ground: &Ground, version: &AnyStored) -> Result<Self> {
        let mut blaming = Blaming { ground, executions: HashMap::new(), lines: Vec::new() };
        blaming.entity(version, &[])?;
        let mut below = Vec::new();
        let is_complete = visit_levels(version.node(), deep::TOLD_LEVELS, &mut |path, node| {
            if let Some(ecs_id) = node.node_id().ecs_id() {
                below.push((path.to_vec(), ecs_id));
            }
            Ok(())
        })?;
        for (path, ecs_id) in below {
            blaming.entity(&ground.version(ecs_id)?, &path)?;
        }
        Ok(Self { lines: blaming.lines, is_complete })
    }

    /// Every field, those of an entity together, holders before what they hold.
    #[must_use]
    pub fn lines(&self) -> &[BlameLine] {
        &self.lines
    }

    /// Whether every entity is told of. Those more than 512 levels down are not; ask of them by their own
    /// ids.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The line of one field: `blame.line("students.0.gpa")`.
    #[must_use]
    pub fn line(&self, path: &str) -> Option<&BlameLine> {
        let path: Path = path.parse().ok()?;
        self.lines.iter().find(|line| line.path == path)
    }
}

/// What is known of an execution.
#[derive(Clone, Default)]
struct Known {
    execution: Option<Arc<Execution>>,
    configs: Vec<AnyStored>,
    no_longer_kept: Option<NoLongerKept>,
}

struct Blaming<'w> {
    ground: &'w Ground,
    executions: HashMap<ExecutionId, Known>,
    lines: Vec<BlameLine>,
}

impl Blaming<'_> {
    /// Follows the versions of one entity back until each field was written.
    fn entity(&mut self, version: &AnyStored, path: &[Segment]) -> Result<()> {
        let mut open: Vec<FieldChange> = changed_fields(None, version.node())?;
        let first = self.lines.len();
        let mut at = version.clone();
        let mut met = HashSet::new();
        while !open.is_empty() {
            if !met.insert(at.ecs_id()) {
                let reason = "it continues itself".into();
                return Err(ErrorKind::UnreadableVersion { ecs_id: at.ecs_id(), reason }.into());
            }
            let same = self.unchanged_since(&at, &open)?;
            if same != at.ecs_id() {
                at = self.ground.version(same)?;
            }
            let before = at.parent().or(at.forked_from()).map(|ecs_id| find_named(self.ground, ecs_id)).transpose()?;
            let before = match before {
                None => None,
                Some(Named::Kept(before)) => Some(before),
                Some(Named::Gone(gone)) => {
                    // Written here or before; nobody can tell.
                    for change in std::mem::take(&mut open) {
                        let known = Known { no_longer_kept: Some(gone.clone()), ..Known::default() };
                        self.write_line(path, change.field, change.after, &at, known);
                    }
                    break;
                }
            };
            let written = match &before {
                Some(before) => changed_fields(Some(before.node()), at.node())?,
                None => std::mem::take(&mut open),
            };
            for change in written {
                let field = change.field;
                if let Some(found) = open.iter().position(|open| open.field == field) {
                    open.swap_remove(found);
                } else if before.is_some() {
                    continue;
                }
                let known = self.known_of(&at)?;
                self.write_line(path, field, change.after, &at, known);
            }
            match before {
                Some(before) => at = before,
                None => break,
            }
        }
        // As the struct has them, not as they were found.
        let fields = version.entity_type().fields();
        self.lines[first..].sort_by_key(|line| match line.path.segments().last() {
            Some(Segment::Name(name)) => fields.iter().position(|field| field.name() == &**name),
            _ => None,
        });
        Ok(())
    }

    /// The earliest version with the fields that are open as they are in `at`, as far as the store can tell.
    fn unchanged_since(&self, at: &AnyStored, open: &[FieldChange]) -> Result<EcsId> {
        // Where an upgrade makes the fields, each may be made of any that is stored.
        if at.header().is_read_anew {
            return Ok(at.ecs_id());
        }
        let fields: Vec<&str> = open.iter().map(|open| open.field).collect();
        self.ground.store().unchanged_since(at.ecs_id(), &fields)
    }

    fn write_line(
        &mut self,
        path: &[Segment],
        field: &'static str,
        value: FieldValue,
        version: &AnyStored,
        known: Known,
    ) {
        let Known { execution, configs, no_longer_kept } = known;
        let source = execution.as_deref().and_then(|execution| source_of(execution, version.ecs_id(), field));
        self.lines.push(BlameLine {
            path: Path::of(&[path, &[Segment::Name(field.into())]].concat()),
            value,
            version: version.clone(),
            time: version.time(),
            execution,
            configs,
            source,
            no_longer_kept,
        });
    }

    fn known_of(&mut self, version: &AnyStored) -> Result<Known> {
        let Some(id) = version.execution_id() else { return Ok(Known::default()) };
        if let Some(known) = self.executions.get(&id) {
            return Ok(known.clone());
        }
        let execution = execution_of(self.ground, version)?;
        let configs = configs_of(self.ground, execution.as_deref())?;
        let no_longer_kept = gone_execution_of(self.ground, version, execution.as_ref())?;
        let known = Known { execution, configs, no_longer_kept };
        self.executions.insert(id, known.clone());
        Ok(known)
    }
}

/// Where a field of a generated input, or of a config, was borrowed from.
fn source_of(execution: &Execution, version: EcsId, field: &str) -> Option<Address> {
    let name = Segment::Name(field.into());
    execution.arguments().find_map(|argument| {
        // A config is built from arguments named like its fields; a plain value is the argument.
        let is_config = argument.versions.contains(&version);
        let is_value = argument.name == field && argument.versions.is_empty();
        let source = argument.sources.iter().find(|source| match source.to.segments() {
            [first] => is_config && *first == name,
            [] => is_value && (execution.input == Some(version) || execution.configs.contains(&version)),
            _ => false,
        })?;
        Some(source.from.clone())
    })
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, line) in self.lines.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            line.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for BlameLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.path, self.value, self.version)?;
        match &self.execution {
            Some(execution) => write!(f, " by {} in {}", execution.callable(), execution.id)?,
            None => match &self.no_longer_kept {
                Some(gone) if matches!(gone.id, AnyId::Version(_)) => write!(f, " or before: {gone}")?,
                Some(gone) => write!(f, ": {gone}")?,
                None => f.write_str(" stored directly")?,
            },
        }
        for config in &self.configs {
            write!(f, " with {} {config}", config.entity_type().name())?;
        }
        if let Some(source) = &self.source {
            write!(f, " from {source}")?;
        }
        Ok(())
    }
}
