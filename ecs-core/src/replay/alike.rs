//! Contents that differ in nothing but the ids of what the execution and its replay made.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value as Json;
use uuid::Uuid;

use crate::address::{Address, Target};
use crate::deep;
use crate::entity::encode::standing_in;
use crate::entity::tree::branch::stood_for;
use crate::entity::tree::hash_node;
use crate::entity::{AnyStored, ContentHash, EcsId, ExecutionId, LineageId};
use crate::error::{Error, Result};
use crate::execution::Execution;
use crate::ground::Ground;
use crate::provenance::ExecutionTree;

/// Compares contents. What a `Ref` points at counts by its content, if either run made it.
pub(super) struct Alike(Rc<Made>);

/// Which versions the two runs made.
struct Made {
    scratch: Arc<Ground>,
    executions: HashSet<ExecutionId>,
    began: SystemTime,
    ended: SystemTime,
    /// The contents of those that were pointed at.
    contents: RefCell<HashMap<EcsId, Option<ContentHash>>>,
    /// Why a content is not known, if the store could not be read.
    failure: RefCell<Option<Error>>,
}

impl Alike {
    /// Compares what `execution` made with what its replay made in `scratch`.
    pub(super) fn of(scratch: &Arc<Ground>, execution: &Execution) -> Result<Self> {
        let tree = ExecutionTree::of(scratch, execution.id)?;
        let began = execution.id.time();
        let made = Made {
            scratch: Arc::clone(scratch),
            executions: tree.entries().iter().map(|entry| entry.execution.id).collect(),
            began,
            ended: began + execution.duration(),
            contents: RefCell::default(),
            failure: RefCell::default(),
        };
        Ok(Self(Rc::new(made)))
    }

    /// Whether two versions have the same content but for ids.
    pub(super) fn is_same(&self, recorded: &AnyStored, replayed: &AnyStored) -> Result<bool> {
        if recorded.content_hash() == replayed.content_hash() {
            return Ok(true);
        }
        if recorded.entity_type().name() != replayed.entity_type().name() {
            return Ok(false);
        }
        let made = Rc::clone(&self.0);
        let is_same = standing_in(Rc::new(move |ecs_id| made.content(ecs_id)), || {
            Ok(hash_node(recorded.node())? == hash_node(replayed.node())?)
        });
        match self.0.failure.take() {
            Some(failure) => Err(failure),
            None => is_same,
        }
    }

    /// Whether two values of fields are the same but for ids. `twins` tells the recorded lineage of an entity
    /// in the replay.
    pub(super) fn is_same_value(
        &self,
        recorded: &Json,
        replayed: &Json,
        twins: &HashMap<LineageId, LineageId>,
    ) -> bool {
        deep::level(|| match (recorded, replayed) {
            (Json::String(recorded), Json::String(replayed)) => {
                recorded == replayed
                    || self.points_alike(recorded, replayed)
                    || replayed.parse().is_ok_and(|lineage| {
                        twins.get(&lineage).is_some_and(|twin| recorded.parse() == Ok::<_, uuid::Error>(*twin))
                    })
            }
            (Json::Array(recorded), Json::Array(replayed)) => {
                let mut pairs = recorded.iter().zip(replayed);
                recorded.len() == replayed.len()
                    && (pairs.all(|(recorded, replayed)| self.is_same_value(recorded, replayed, twins))
                        || is_same_set(recorded, replayed, twins))
            }
            (Json::Object(recorded), Json::Object(replayed)) => {
                recorded.len() == replayed.len()
                    && recorded.iter().all(|(key, recorded)| {
                        replayed.get(key).is_some_and(|replayed| self.is_same_value(recorded, replayed, twins))
                    })
            }
            _ => recorded == replayed,
        })
    }

    /// Whether two texts are addresses of versions that have the same content.
    fn points_alike(&self, recorded: &str, replayed: &str) -> bool {
        let target = |text: &str| match text.parse::<Address>().ok()?.target() {
            Target::Version(ecs_id) => self.0.content(ecs_id),
            Target::Head(_) => None,
        };
        recorded.starts_with('@') && replayed.starts_with('@') && {
            let recorded = target(recorded);
            recorded.is_some() && recorded == target(replayed)
        }
    }
}

/// Whether two arrangements are those of sets with the same members. These are in the order of their
/// lineages, which for what the runs made is another; other arrangements that are in that order and have the
/// same members are the same, too.
fn is_same_set(recorded: &[Json], replayed: &[Json], twins: &HashMap<LineageId, LineageId>) -> bool {
    let lineages = |members: &[Json]| members.iter().map(stood_for).collect::<Option<Vec<LineageId>>>();
    let (Some(recorded), Some(replayed)) = (lineages(recorded), lineages(replayed)) else { return false };
    if !recorded.is_sorted() || !replayed.is_sorted() {
        return false;
    }
    let twins: HashSet<LineageId> = replayed.iter().map(|own| *twins.get(own).unwrap_or(own)).collect();
    recorded.iter().all(|lineage| twins.contains(lineage))
}

impl Made {
    /// The content of a version that one of the runs made; none of another version, which is known by its id.
    fn content(self: &Rc<Self>, ecs_id: EcsId) -> Option<ContentHash> {
        if let Some(known) = self.contents.borrow().get(&ecs_id) {
            return *known;
        }
        let found = self.scratch.find_version(ecs_id).and_then(|version| {
            let Some(version) = version.filter(|version| self.has_made(version)) else { return Ok(None) };
            let made = Rc::clone(self);
            standing_in(Rc::new(move |ecs_id| made.content(ecs_id)), || hash_node(version.node())).map(Some)
        });
        let content = found.unwrap_or_else(|error| {
            self.failure.replace(Some(error));
            None
        });
        self.contents.borrow_mut().insert(ecs_id, content);
        content
    }

    fn has_made(&self, version: &AnyStored) -> bool {
        if version.header().store == self.scratch.tag() {
            return true;
        }
        match version.execution_id() {
            Some(execution) => self.executions.contains(&execution),
            // Inserted by the function, or given to what it called.
            None => (self.began..=self.ended).contains(&version.time()),
        }
    }
}

/// Whether two messages are the same but for the ids in them that are not older than the run each is of.
pub(super) fn says_same(recorded: (&str, ExecutionId), replayed: (&str, ExecutionId)) -> bool {
    recorded.0 == replayed.0 || without_new_ids(recorded) == without_new_ids(replayed)
}

fn without_new_ids((message, run): (&str, ExecutionId)) -> String {
    const LENGTH: usize = uuid::fmt::Hyphenated::LENGTH;
    let is_new = |text: &str| {
        let id = Uuid::try_parse(text).ok().filter(|uuid| uuid.get_version_num() == 7);
        id.and_then(|uuid| EcsId::try_from(uuid).ok()).is_some_and(|id| id.time() >= run.time())
    };
    let (mut told, mut rest) = (String::with_capacity(message.len()), message);
    while let Some(first) = rest.chars().next() {
        if rest.get(..LENGTH).is_some_and(is_new) {
            told.push('…');
            rest = &rest[LENGTH..];
        } else {
            told.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::Moment;

    #[test]
    fn messages_are_the_same_if_only_new_ids_differ() {
        let old = EcsId::at(Moment::now());
        std::thread::sleep(std::time::Duration::from_millis(2));
        let (recorded, replayed) = (ExecutionId::at(Moment::now()), ExecutionId::at(Moment::now()));
        let new = || EcsId::at(Moment::now());
        let says = |a: &str, b: &str| says_same((a, recorded), (b, replayed));
        assert!(says("no", "no") && !says("no", "yes"));
        assert!(says(&format!("ünlike {}!", new()), &format!("ünlike {}!", new())));
        assert!(!says(&format!("{old}"), &format!("{}", new())), "an older id means the same thing to both");
        assert!(!says(&format!("{} a", new()), &format!("{} b", new())));
    }
}
