//! What a version was derived from, and what was derived from it, across any number of calls.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use super::{Named, execution_of, find_named, gone_execution_of};
use crate::address::{Address, Target};
use crate::entity::{AnyStored, EcsId};
use crate::error::Result;
use crate::execution::{Execution, Output};
use crate::ground::Ground;
use crate::store::{NoLongerKept, Use};

/// The versions that one is connected with, nearest first.
#[derive(Clone, Debug)]
pub struct Derivation {
    start: AnyStored,
    steps: Vec<DerivationStep>,
    is_complete: bool,
    no_longer_kept: Vec<NoLongerKept>,
    /// The version that each of those was first reached from.
    lost_from: Vec<EcsId>,
    /// Whether the steps lead to what came later.
    is_forward: bool,
}

/// One version, and how it is connected with one that is nearer to the start.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DerivationStep {
    /// The version.
    pub version: AnyStored,
    /// The version it was reached from.
    pub reached_from: EcsId,
    /// How the later of the two comes from the earlier.
    pub relation: Relation,
    /// The execution that connects them; none if no call does.
    pub execution: Option<Arc<Execution>>,
    /// How many steps it is from the start, from 1.
    pub depth: usize,
}

/// How a version comes from an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relation {
    /// It was put out by a call that took the other for a parameter.
    Argument(&'static str),
    /// It was put out by a call that read a value at this address of the other.
    Source(Address),
    /// It was put out by a call that used the other as a config.
    Config,
    /// It was put out by a call whose generated input the other is.
    Input,
    /// It is the next version of the same thing.
    Next,
    /// It was forked from the other.
    Fork,
    /// It refers to the other, by a `Ref`.
    Reference,
    /// It holds the next version of the other, which was attached to it.
    Attached,
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "argument {name}"),
            Self::Source(address) => write!(f, "value at {address}"),
            Self::Config => f.write_str("config"),
            Self::Input => f.write_str("input"),
            Self::Next => f.write_str("version before"),
            Self::Fork => f.write_str("forked"),
            Self::Reference => f.write_str("referred to"),
            Self::Attached => f.write_str("attached"),
        }
    }
}

/// A version that is one step away.
type Neighbour = (EcsId, Relation, Option<Arc<Execution>>);

impl Derivation {
    /// What `start` was derived from, up to `depth` steps away.
    pub(crate) fn dependencies(ground: &Ground, start: AnyStored, depth: Option<usize>) -> Result<Self> {
        Self::search(ground, start, depth, false)
    }

    /// What was derived from `start`, up to `depth` steps away.
    pub(crate) fn dependents(ground: &Ground, start: AnyStored, depth: Option<usize>) -> Result<Self> {
        Self::search(ground, start, depth, true)
    }

    /// Goes breadth first, to each version once, so that circles end.
    fn search(ground: &Ground, start: AnyStored, limit: Option<usize>, is_forward: bool) -> Result<Self> {
        let neighbours = if is_forward { dependents_of } else { dependencies_of };
        let mut seen = HashSet::from([start.ecs_id()]);
        let mut queue = VecDeque::from([(start.clone(), 0)]);
        let (mut steps, mut is_complete) = (Vec::new(), true);
        let (mut no_longer_kept, mut lost_from): (Vec<NoLongerKept>, Vec<EcsId>) = Default::default();
        let mut note = |gone: NoLongerKept, from: &AnyStored| {
            if !no_longer_kept.iter().any(|noted| noted.id == gone.id) {
                no_longer_kept.push(gone);
                lost_from.push(from.ecs_id());
            }
        };
        while let Some((version, depth)) = queue.pop_front() {
            let (found, gone) = neighbours(ground, &version)?;
            if let Some(gone) = gone {
                note(gone, &version);
            }
            for (ecs_id, relation, execution) in found {
                if seen.contains(&ecs_id) {
                    continue;
                }
                if limit.is_some_and(|limit| depth >= limit) {
                    is_complete = false;
                    continue;
                }
                seen.insert(ecs_id);
                let next = match find_named(ground, ecs_id)? {
                    Named::Kept(next) => next,
                    Named::Gone(gone) => {
                        note(gone, &version);
                        continue;
                    }
                };
                let reached_from = version.ecs_id();
                steps.push(DerivationStep {
                    version: next.clone(),
                    reached_from,
                    relation,
                    execution,
                    depth: depth + 1,
                });
                queue.push_back((next, depth + 1));
            }
        }
        Ok(Self { start, steps, is_complete, no_longer_kept, lost_from, is_forward })
    }

    /// The version that was asked about.
    #[must_use]
    pub fn start(&self) -> &AnyStored {
        &self.start
    }

    /// Each version that was reached, nearest first.
    #[must_use]
    pub fn steps(&self) -> &[DerivationStep] {
        &self.steps
    }

    /// Whether a version was reached.
    #[must_use]
    pub fn contains(&self, version: impl Into<EcsId>) -> bool {
        let ecs_id = version.into();
        self.steps.iter().any(|step| step.version.ecs_id() == ecs_id)
    }

    /// Whether the depth limit left nothing out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The versions and executions that it leads to and that were removed since, each once: nothing beyond them is
    /// known.
    #[must_use]
    pub fn no_longer_kept(&self) -> &[NoLongerKept] {
        &self.no_longer_kept
    }

    /// The same, each with the version that it was reached from.
    pub(super) fn lost(&self) -> impl Iterator<Item = (&NoLongerKept, EcsId)> {
        self.no_longer_kept.iter().zip(self.lost_from.iter().copied())
    }
}

/// The versions that one comes from, and what is left of the execution that made it, if that was removed.
fn dependencies_of(ground: &Ground, version: &AnyStored) -> Result<(Vec<Neighbour>, Option<NoLongerKept>)> {
    let mut found = Vec::new();
    let execution = execution_of(ground, version)?;
    let gone = gone_execution_of(ground, version, execution.as_ref())?;
    // What the call was given is what its outputs come from, not what its input and configs do.
    if let Some(execution) = execution.filter(|execution| !is_given(execution, version)) {
        let through = |relation| (relation, Some(Arc::clone(&execution)));
        for argument in execution.arguments() {
            let is_config = |ecs_id| execution.configs.contains(ecs_id);
            for &ecs_id in argument.versions.iter().filter(|ecs_id| !is_config(ecs_id)) {
                let (relation, execution) = through(Relation::Argument(argument.name));
                found.push((ecs_id, relation, execution));
            }
            for source in argument.sources {
                if let Target::Version(ecs_id) = source.from.target() {
                    let (relation, execution) = through(Relation::Source(source.from.clone()));
                    found.push((ecs_id, relation, execution));
                }
            }
        }
        for &ecs_id in &execution.configs {
            let (relation, execution) = through(Relation::Config);
            found.push((ecs_id, relation, execution));
        }
        if let Some(ecs_id) = execution.input {
            let (relation, execution) = through(Relation::Input);
            found.push((ecs_id, relation, execution));
        }
    }
    found.extend(earlier(ground, version)?);
    Ok((found, gone))
}

/// The versions that one comes from without any call.
fn earlier(ground: &Ground, version: &AnyStored) -> Result<Vec<Neighbour>> {
    let next = version.parent().map(|ecs_id| (ecs_id, Relation::Next, None));
    let fork = version.forked_from().map(|ecs_id| (ecs_id, Relation::Fork, None));
    let references = version.references().iter().map(|&ecs_id| (ecs_id, Relation::Reference, None));
    let mut found: Vec<Neighbour> = next.into_iter().chain(fork).chain(references).collect();
    for before in version.committed_below().filter_map(|part| part.parent()) {
        // A part that was a part before is a step of its own lineage.
        let Named::Kept(part) = find_named(ground, before)? else { continue };
        if part.root_lineage() != version.lineage_id() {
            found.push((before, Relation::Attached, None));
        }
    }
    Ok(found)
}

/// Whether the version is what the execution was given, rather than what it put out.
fn is_given(execution: &Execution, version: &AnyStored) -> bool {
    let ecs_id = version.ecs_id();
    let is_output = execution.output_entity == Some(ecs_id)
        || execution.outputs.iter().any(|output| output.is_changed && output.ecs_id == version.root());
    !is_output && (execution.input == Some(ecs_id) || execution.configs.contains(&ecs_id))
}

fn dependents_of(ground: &Ground, version: &AnyStored) -> Result<(Vec<Neighbour>, Option<NoLongerKept>)> {
    let ecs_id = version.ecs_id();
    let mut found = Vec::new();
    for usage in ground.store().uses(ecs_id)? {
        match usage {
            Use::Execution(id) => {
                let Some(execution) = ground.store().execution(id)? else { continue };
                let relation = relation_to(&execution, ecs_id);
                // What was reused is the result of this input as well, though it was made from its equal.
                let is_result = |output: &&Output| output.is_changed || execution.reused().is_some();
                let outputs = execution.outputs.iter().filter(is_result).map(|output| output.ecs_id);
                let outputs = outputs.chain(execution.output_entity);
                found.extend(outputs.map(|output| (output, relation.clone(), Some(Arc::clone(&execution)))));
            }
            Use::Version(later) => {
                let version = ground.version(later)?;
                let relation = earlier(ground, &version)?.into_iter().find(|(earlier, _, _)| *earlier == ecs_id);
                found.extend(relation.map(|(_, relation, _)| (later, relation, None)));
            }
        }
    }
    Ok((found, None))
}

/// How an execution used a version.
fn relation_to(execution: &Execution, ecs_id: EcsId) -> Relation {
    if execution.configs.contains(&ecs_id) {
        return Relation::Config;
    }
    let given = execution.arguments().find(|argument| argument.versions.contains(&ecs_id));
    if let Some(argument) = given {
        return Relation::Argument(argument.name);
    }
    let sources = execution.arguments().flat_map(|argument| argument.sources);
    let source = sources.map(|source| &source.from).find(|from| from.target() == Target::Version(ecs_id));
    source.map_or(Relation::Input, |from| Relation::Source(from.clone()))
}

impl fmt::Display for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.start, self.start.entity_type().name())?;
        // Arrows point from the earlier to the later.
        let arrow = if self.is_forward { "←" } else { "→" };
        for step in &self.steps {
            let (version, relation) = (&step.version, &step.relation);
            write!(f, "\n{:indent$}{version} {}", "", version.entity_type().name(), indent = 2 * step.depth)?;
            write!(f, " {arrow} @{} ({relation}", step.reached_from)?;
            if let Some(execution) = &step.execution {
                write!(f, " of {} {}", execution.callable(), execution.id)?;
            }
            f.write_str(")")?;
        }
        self.no_longer_kept.iter().try_for_each(|gone| write!(f, "\n{gone}"))?;
        if !self.is_complete {
            f.write_str("\n…and more beyond the depth asked for")?;
        }
        Ok(())
    }
}
